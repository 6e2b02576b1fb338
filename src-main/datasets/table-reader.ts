/** Reads one of a release's text tables: header checked, broken lines reported and few of them forgiven, a turn taken between pieces. */
import type { Pacer } from '../learning/pacer.ts'
import { BrokenLines, excerpt, type Findings } from './findings.ts'
import type { TextFile } from './formats/format.ts'
import { ImportError } from './import-error.ts'
import { readTable } from './text-table.ts'

export interface Reading {
  findings: Findings
  pacer: Pacer
  onBytes: (bytes: number) => void
}

/**
 * Calls `take` with every usable line, in file order.
 * @throws ImportError when the header is another, or more than 5 % of the lines (or all of the first 20) are broken
 */
export async function readTextFile<T>(
  source: TextFile<T>,
  reading: Reading,
  take: (value: T, line: number) => void,
): Promise<void> {
  const { file, header } = source
  const remedy = `Check that it is ${file.name} of a MovieLens release.`
  const broken = new BrokenLines(file.name, remedy, reading.findings, header ? 1 : 0)
  let headerSeen = header === null
  let good = 0
  for await (const rows of readTable(file, source.table, reading.onBytes)) {
    for (const row of rows) {
      if (!headerSeen) {
        checkHeader(file.name, row.fields?.join(source.table.separator) ?? '', header ?? [], source.table.separator)
        headerSeen = true
        continue
      }
      const parsed = row.broken === null ? source.parse(row.fields) : { value: null, broken: row.broken }
      if (parsed.broken !== null) {
        const text = row.broken === null ? row.fields.join(source.table.separator) : row.text
        broken.add(row.line, parsed.broken, text)
      } else {
        good++
        take(parsed.value, row.line)
      }
    }
    await reading.pacer.turn()
  }
  broken.finish(good)
}

/** @throws ImportError when the first line is not the header; case, quotes, blanks and a byte-order mark do not matter */
export function checkHeader(file: string, line: string, header: string[], separator: string): void {
  const plain = (text: string): string => text.replace(/["\s\uFEFF]/g, '').toLowerCase()
  const expected = header.join(separator)
  if (plain(line) === plain(expected)) return
  throw new ImportError(
    `${file}, line 1: the header is "${excerpt(line)}", expected "${expected}". Name the columns like this, in this order.`,
    { file, line: 1 },
  )
}

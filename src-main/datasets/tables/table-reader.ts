/** Reads one of a release's text tables: header checked, broken lines reported and few of them forgiven, a turn taken between pieces. */
import type { Pacer } from '../../learning/pacer.ts'
import { BrokenLines, excerpt, type Findings } from '../importing/findings.ts'
import type { TextFile } from '../formats/format.ts'
import { ImportError } from '../importing/import-error.ts'
import type { SourceFile } from '../sources/source.ts'
import { readTable, type TableFormat, type TableRow } from './text-table.ts'

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
  const text = (row: TableRow): string => (row.broken === null ? row.fields.join(source.table.separator) : row.text)
  for await (const rows of readTable(file, source.table, reading.onBytes, noteEncoding(source, reading.findings))) {
    for (const row of rows) {
      if (!headerSeen) {
        checkHeader(file.name, text(row), header ?? [], source.table.separator)
        headerSeen = true
        continue
      }
      const parsed = row.broken === null ? source.parse(row.fields) : { value: null, broken: row.broken }
      if (parsed.broken !== null) {
        broken.add(row.line, parsed.broken, text(row))
      } else {
        if (row.fields?.some((field) => field.includes('\uFFFD')) === true)
          reading.findings.add(
            file.name,
            'a letter that is not UTF-8: shown as \uFFFD',
            'repaired',
            row.line,
            text(row),
          )
        good++
        take(parsed.value, row.line)
      }
    }
    await reading.pacer.turn()
  }
  broken.finish(good)
}

/** The report says so when a file that should be UTF-8 is read as Latin-1. */
export function noteEncoding(
  { file, table }: { file: SourceFile; table: TableFormat },
  findings: Findings,
): (encoding: 'utf-8' | 'windows-1252') => void {
  return (encoding) => {
    if (encoding === 'windows-1252' && table.encoding === 'utf-8')
      findings.add(file.name, 'not UTF-8: read as Windows-1252 (Latin-1)', 'repaired', 0, file.name)
  }
}

/** @throws ImportError when the first line is not the header; case, quotes, blanks and a byte-order mark do not matter */
export function checkHeader(file: string, line: string, header: string[], separator: string): void {
  const plain = (text: string): string => text.replace(/["\s\uFEFF]/g, '').toLowerCase()
  const expected = header.join(separator)
  checkLineEnds(file, line)
  if (plain(line) === plain(expected)) return
  throw new ImportError(
    `${file}, line 1: the header is "${excerpt(line)}", expected "${expected}". Name the columns like this, in this order.`,
    { file, line: 1 },
  )
}

/** @throws ImportError when the first line holds the whole file, because its lines end in CR */
export function checkLineEnds(file: string, firstLine: string): void {
  if (/\r[^\r\n]/.test(firstLine))
    throw new ImportError(
      `${file} ends its lines with a carriage return alone, as old Macs did. Save it with LF or CRLF line ends.`,
      { file, line: 1 },
    )
}

/** The table that says which users of two data sets are one person: two columns of user ids, CSV or TSV, with or without a header. */
import { stat } from 'node:fs/promises'
import type { Turns } from '../../workspace/staged-database.ts'
import { excerpt } from '../importing/findings.ts'
import { singleFile } from '../sources/folder-source.ts'
import { wholeNumber } from '../formats/format.ts'
import { asImportError, ImportError } from '../importing/import-error.ts'
import type { SourceFile } from '../sources/source.ts'
import { readTable, type TableFormat, TableParser } from '../tables/text-table.ts'

/** Links in file order: user `first[i]` of the first data set is user `second[i]` of the second, by line `line[i]`. */
export interface LinkTable {
  /** Base name of the file. */
  file: string
  first: number[]
  second: number[]
  line: number[]
}

const rowsBetweenTurns = 8192
const separators = ['\t', ',', ';', '|'] as const

/**
 * @param names what the two data sets are called, for the sentences
 * @throws ImportError with the line when it is no table of two columns of ids, or links a user twice; what a turn throws
 */
export async function readLinkTable(path: string, names: [string, string], turns: Turns): Promise<LinkTable> {
  try {
    const info = await stat(path)
    if (!info.isFile()) throw new ImportError(`${path} is no file. Choose a CSV or TSV of user ids.`)
    return await readLinks(singleFile(path, info.size), names, turns)
  } catch (error) {
    throw asImportError(error, path)
  }
}

async function readLinks(file: SourceFile, names: [string, string], turns: Turns): Promise<LinkTable> {
  const shape = `A link table has two columns of user ids: of '${names[0]}', then of '${names[1]}'.`
  const table: LinkTable = { file: file.name, first: [], second: [], line: [] }
  const seen = [new Map<number, number>(), new Map<number, number>()] as const
  const refuse = (line: number, what: string): ImportError =>
    new ImportError(`${file.name}, line ${line}: ${what}`, { file: file.name, line })
  let rows = 0
  for await (const batch of readTable(file, await formatOf(file))) {
    for (const row of batch) {
      if (row.broken !== null) throw refuse(row.line, `${row.broken}. ${shape}`)
      const [left, right, ...more] = row.fields.map((field) => field.trim())
      if (left === undefined || right === undefined || more.length > 0)
        throw refuse(row.line, `${columns(row.fields.length)}, "${excerpt(row.fields.join(' '))}". ${shape}`)
      const ids = [wholeNumber(left), wholeNumber(right)] as const
      if (rows++ === 0 && ids[0] === null && ids[1] === null) continue // the header
      const [first, second] = ids
      if (first === null || second === null)
        throw refuse(row.line, `"${excerpt(first === null ? left : right)}" is no user id. ${shape}`)
      for (const side of [0, 1] as const) {
        const id = side === 0 ? first : second
        const before = seen[side].get(id)
        if (before !== undefined)
          throw refuse(
            row.line,
            `user ${id} of '${names[side]}' is linked a second time, the first is line ${before}. One person is one line: take one of the two out.`,
          )
        seen[side].set(id, row.line)
      }
      table.first.push(first)
      table.second.push(second)
      table.line.push(row.line)
      if (table.line.length % rowsBetweenTurns === 0) await turns.turn()
    }
    await turns.turn()
  }
  if (rows === 0) throw new ImportError(`${file.name} is empty. ${shape}`, { file: file.name })
  if (table.line.length === 0)
    throw new ImportError(`${file.name} holds no link, only a header. ${shape}`, { file: file.name })
  return table
}

function columns(count: number): string {
  return count === 1 ? 'there is one column' : `there are ${count} columns`
}

/** By the separator that cuts the first line in two; a comma where none does, for the sentence about it. */
async function formatOf(file: SourceFile): Promise<TableFormat> {
  let head = ''
  for await (const bytes of file.read()) {
    head = new TextDecoder().decode(bytes.subarray(0, 10_000)).trimStart().split(/\r?\n/)[0] ?? ''
    break
  }
  const cutsInTwo = (separator: (typeof separators)[number]): boolean =>
    new TableParser({ separator, quoted: true }).feed(head, true)[0]?.fields?.length === 2
  return { separator: separators.find(cutsInTwo) ?? ',', quoted: true, encoding: 'utf-8' }
}

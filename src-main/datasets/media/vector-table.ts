/**
 * A table of vectors: CSV or TSV, with a header or without, the movie in the first column, its numbers in the others. It is read strictly:
 * a row that is not whole ends the reading, for a shifted column would put every later number into a wrong place.
 */
import { excerpt } from '../importing/findings.ts'
import { ImportError } from '../importing/import-error.ts'
import { listFiles, type Source, type SourceFile } from '../sources/source.ts'
import { readTable, type TableFormat, type TableRow } from '../tables/text-table.ts'
import { type Key, keys, readKey } from './media-keys.ts'
import { columnNames } from './plot-table-columns.ts'

export const leastDim = 2
export const mostDim = 4096
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const separators = [',', '\t', ';'] as const

export interface VectorRow {
  line: number
  /** The first column as it stands there. */
  id: string
  /** [dim] */
  values: Float32Array
}

/** @throws ImportError when there is not exactly one table */
export function findVectorTable(source: Source): SourceFile {
  const tables = source.files.filter(
    ({ name }) => source.kind === 'file' || (!name.startsWith('.') && /\.(csv|tsv|txt)$/i.test(name)),
  )
  const [only] = tables
  if (only && tables.length === 1) return only
  throw new ImportError(
    `${source.name} holds ${tables.length === 0 ? 'no table' : 'more than one table'}: found ${listFiles(source.files)}. Choose one CSV or TSV file with the movie in the first column and its numbers in the others.`,
  )
}

/** The rows of a table in batches, all of the first one's width. */
export class VectorTable {
  readonly #file: SourceFile
  /** The kinds of id that the first column may hold: by its name in the header, else all. */
  keys: readonly Key[] = keys
  /** Numbers in a row; 0 before the first was read. */
  dim = 0
  #begun = false

  constructor(file: SourceFile) {
    this.#file = file
  }

  /** @throws ImportError at the first row that is not whole */
  async *read(onBytes: (bytes: number) => void): AsyncGenerator<VectorRow[]> {
    const separator = await separatorOf(this.#file)
    const format: TableFormat = { separator, quoted: true, encoding: 'detect', columns: mostDim + 1 }
    for await (const rows of readTable(this.#file, format, onBytes)) {
      const read: VectorRow[] = []
      for (const row of rows) {
        const made = this.#row(row)
        if (made) read.push(made)
      }
      yield read
    }
  }

  /** @returns null for the header */
  #row(row: TableRow): VectorRow | null {
    if (row.broken !== null)
      throw this.#refusal(row.line, `${row.broken}. A row is a movie and its numbers, ${mostDim} at most.`)
    const { fields, line } = row
    const [id = '', ...cells] = fields
    if (!this.#begun) {
      this.#begun = true
      this.dim = cells.length
      if (cells.length < leastDim)
        throw this.#refusal(
          line,
          `${cells.length} numbers beside the movie, where there must be ${leastDim} to ${mostDim}. Separate the columns by commas or tabs, and put the movie into the first.`,
        )
      if (isHeader(id, cells)) {
        const named = keys.filter((key) => columnNames[key].includes(id.trim().toLowerCase()))
        if (named.length > 0) this.keys = named
        return null
      }
    }
    if (cells.length !== this.dim)
      throw this.#refusal(
        line,
        `${fields.length} columns, where the first line has ${this.dim + 1}. Give every movie the same numbers.`,
      )
    const values = new Float32Array(this.dim)
    cells.forEach((cell, column) => {
      const value = number.test(cell.trim()) ? Math.fround(Number(cell)) : NaN
      if (!Number.isFinite(value))
        throw this.#refusal(
          line,
          `column ${column + 2} is '${excerpt(cell)}', which is not a finite number. Write the number, or leave the movie out.`,
        )
      values[column] = value
    })
    return { line, id, values }
  }

  #refusal(line: number, what: string): ImportError {
    return new ImportError(`${this.#file.name}, line ${line}: ${what}`, { file: this.#file.name, line })
  }
}

/** A first row that names no movie: its first column is called like an id or not at all, or none of the others is a number. */
function isHeader(id: string, cells: readonly string[]): boolean {
  if (keys.some((key) => readKey(key, id) !== null)) return false
  const name = id.trim().toLowerCase()
  const known = name === '' || keys.some((key) => columnNames[key].includes(name))
  return known || !cells.some((cell) => number.test(cell.trim()))
}

/** The separator that the first line has most of; a comma where it has none. */
async function separatorOf(file: SourceFile): Promise<TableFormat['separator']> {
  let start = ''
  for await (const piece of file.read()) {
    start = piece.toString('latin1')
    break
  }
  const line = /^[^\r\n]*/.exec(start)?.[0] ?? ''
  const counts = separators.map((separator) => line.split(separator).length)
  return separators[counts.indexOf(Math.max(...counts))] ?? ','
}

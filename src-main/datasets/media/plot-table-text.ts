/** Tables of plots with separated columns and a header: CSV with commas or semicolons, TSV. */
import { excerpt } from '../importing/findings.ts'
import { ImportError } from '../importing/import-error.ts'
import { type Key, keys } from './media-keys.ts'
import { columnNames, counted, idNames, type PlotLine, type PlotTable, textNames } from './plot-table-columns.ts'
import type { SourceFile } from '../sources/source.ts'
import { readTable, type TableFormat, TableParser, type TableRow } from '../tables/text-table.ts'

const separators = [',', '\t', ';'] as const

interface Columns {
  /** [columns] as in the header */
  names: string[]
  ids: Map<Key, number>
  text: number
}

/** @param start the beginning of the file, with its whole first line */
export function separatedPlots(file: SourceFile, start: string): PlotTable | ImportError {
  const line = /^\uFEFF?([^\r\n]*)/.exec(start)?.[1] ?? ''
  const readings = separators.map((separator) => ({ separator, columns: columnsOf(line, separator) }))
  const whole = readings.find(({ columns }) => columns.text >= 0 && columns.ids.size > 0)
  if (!whole) return refusal(file.name, line, readings)
  const { separator, columns } = whole
  return {
    file,
    entries: 'rows',
    keys: [...columns.ids.keys()],
    read: (onBytes) => read(counted(file, onBytes), { separator, quoted: true, encoding: 'detect' }, columns),
  }
}

function columnsOf(line: string, separator: TableFormat['separator']): Columns {
  const [row] = new TableParser({ separator, quoted: true }).feed(line, true)
  const names = (row?.fields ?? []).map((name) => name.trim())
  const lower = names.map((name) => name.toLowerCase())
  const find = (wanted: readonly string[]): number =>
    lower.indexOf(wanted.find((name) => lower.includes(name)) ?? 'no such column')
  const ids = new Map(keys.map((key) => [key, find(columnNames[key])] as const).filter(([, column]) => column >= 0))
  return { names, ids, text: find(columnNames.text) }
}

/** What is missing, by the reading that has the most columns. */
function refusal(file: string, line: string, readings: { columns: Columns }[]): ImportError {
  const { names, ids, text } = readings.reduce((best, { columns }) => (columns.names.length > best.names.length ? columns : best), readings[0]!.columns) // prettier-ignore
  const has = excerpt(names.join(', '))
  const sentence =
    ids.size > 0
      ? `no column holds the plots: it has ${has}. Name that column ${textNames}.`
      : text >= 0
        ? `no column names the movies: it has ${has}. Name that column ${idNames}.`
        : `the header is "${excerpt(line)}", but a table of plots has a column movieId (or imdbId, tmdbId, id) and a column overview (or plot, summary, description, text). Name its columns like this.`
  return new ImportError(`${file}, line 1: ${sentence}`, { file, line: 1 })
}

async function* read(file: SourceFile, format: TableFormat, columns: Columns): AsyncGenerator<PlotLine[]> {
  let header = true
  for await (const rows of readTable(file, format)) {
    const lines = rows.slice(header && rows.length > 0 ? 1 : 0).map((row) => plotLine(row, format.separator, columns))
    if (rows.length > 0) header = false
    yield lines
  }
}

function plotLine(row: TableRow, separator: string, columns: Columns): PlotLine {
  const { line } = row
  if (row.broken !== null) return { line, broken: row.broken, raw: row.text }
  const { fields } = row
  if (fields.length !== columns.names.length)
    return {
      line,
      broken: `broken line: not the ${columns.names.length} columns of the header`,
      raw: fields.join(separator),
    }
  const ids: Partial<Record<Key, string>> = {}
  for (const [key, column] of columns.ids) ids[key] = fields[column] ?? ''
  return { line, ids, text: fields[columns.text] ?? '', broken: null }
}

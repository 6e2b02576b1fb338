/** Tables of plots in JSON: an array of objects, or one object a line, with the fields that a CSV would have as columns. */
import { ImportError } from '../importing/import-error.ts'
import { JsonRecords, JsonShapeError, type JsonRecord } from '../tables/json-records.ts'
import { type Key, keys } from './media-keys.ts'
import { columnNames, counted, idNames, type PlotLine, type PlotTable } from './plot-table-columns.ts'
import type { SourceFile } from '../sources/source.ts'

const remedy = 'Write an array of objects, or one object a line, each with a movieId (or imdbId, tmdbId, id) and an overview (or plot, summary, description, text).' // prettier-ignore

export function jsonPlots(file: SourceFile): PlotTable {
  return { file, entries: 'objects', keys: null, read: (onBytes) => read(counted(file, onBytes)) }
}

async function* read(file: SourceFile): AsyncGenerator<PlotLine[]> {
  const records = new JsonRecords()
  const decoder = new TextDecoder('utf-8')
  const feed = (text: string, last: boolean): PlotLine[] => {
    try {
      return records.feed(text, last).map(plotLine)
    } catch (error) {
      if (!(error instanceof JsonShapeError)) throw error
      throw new ImportError(`${file.name}, line ${error.line}: ${error.message}. ${remedy}`, {
        file: file.name,
        line: error.line,
        cause: error,
      })
    }
  }
  for await (const bytes of file.read()) yield feed(decoder.decode(bytes, { stream: true }), false)
  yield feed(decoder.decode(), true)
}

function plotLine(record: JsonRecord): PlotLine {
  const { line, text: raw } = record
  if (record.broken !== null) return { line, broken: record.broken, raw }
  const fields = new Map(Object.entries(record.value).map(([name, value]) => [name.trim().toLowerCase(), value]))
  const first = (names: readonly string[]): string | null => {
    for (const name of names) if (fields.has(name)) return asText(fields.get(name))
    return null
  }
  const ids: Partial<Record<Key, string>> = {}
  for (const key of keys) {
    const id = first(columnNames[key])
    if (id !== null) ids[key] = id
  }
  if (Object.keys(ids).length === 0) return { line, broken: `broken line: no field names the movie (${idNames})`, raw }
  return { line, ids, text: first(columnNames.text) ?? '', broken: null }
}

/** A number as its digits; null, lists and objects say nothing. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

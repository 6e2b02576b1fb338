/**
 * Attaching plots: a CSV (or TSV) with `movieId` and `overview`, or TMDB's own table with `id` and `overview`, joined through the data
 * set's links. It may lie in a zip or folder.
 */
import { Pacer } from '../learning/pacer.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import { createPlotFile } from '../workspace/plot-file.ts'
import { Findings } from './findings.ts'
import { bad, ok, type Parsed, type TextFile, wholeNumber } from './formats/format.ts'
import { asImportError, ImportError } from './import-error.ts'
import type { AttachOptions } from './posters.ts'
import { listFiles, openSource, type Source, type SourceFile } from './source.ts'
import { readTextFile } from './table-reader.ts'
import { type TableFormat, TableParser } from './text-table.ts'

interface PlotLine {
  id: number
  text: string
}

interface PlotTable extends TextFile<PlotLine> {
  /** What the id column counts. */
  key: 'movieId' | 'tmdbId'
}

/** @throws ImportError when there is no such table, or no plot of this data set in it; the signal's reason within 100 ms after a cancel */
export async function attachPlots(options: AttachOptions): Promise<void> {
  let source: Source | null = null
  try {
    source = await openSource(options.source, { looseFile: true })
    const table = await findTable(source)
    const { file } = table
    const movieIds = idsByKey(options.datasetPath, table)
    const findings = new Findings()
    const pacer = new Pacer(options.signal, 20)
    const plots = new Map<number, string>()
    let read = 0
    const onBytes = (bytes: number): void => {
      read += bytes
      options.onProgress({ phase: 'Reading plots', fraction: Math.min(0.9, (0.9 * read) / Math.max(1, file.bytes)) })
    }
    await readTextFile(table, { findings, pacer, onBytes }, ({ id, text }, line) => {
      const skip = (reason: string): void => findings.add(file.name, reason, 'removed', line, `${id},${text}`)
      const movies = movieIds.get(id)
      if (!movies) return skip('plot of a movie that is not in the data set')
      if (text === '') return skip('empty plot')
      for (const movieId of movies) {
        if (plots.has(movieId)) skip('second plot of a movie: the first is kept')
        else plots.set(movieId, text)
      }
    })
    if (plots.size === 0)
      throw new ImportError(
        `${file.name} has no plot for a movie of this data set. Check that its ${table.key} column holds the ids of this release.`,
        { file: file.name },
      )
    await createPlotFile(options.target, plots, findings.list(), { limitBytes: options.limitBytes, turns: pacer })
    options.onProgress({ phase: 'Done', fraction: 1 })
  } catch (error) {
    throw asImportError(error, options.source, options.target)
  } finally {
    source?.close()
  }
}

const columnNames = {
  movieId: ['movieid', 'movie_id'],
  tmdbId: ['tmdbid', 'tmdb_id', 'id'],
  text: ['overview', 'plot', 'description'],
}

/** The first table of the source that has an id and a text column. */
async function findTable(source: Source): Promise<PlotTable> {
  const tables = source.files.filter((f) => source.kind === 'file' || /\.(csv|tsv|txt)$/i.test(f.name))
  let header = ''
  for (const file of tables) {
    header = await firstLine(file)
    for (const separator of [',', '\t', ';'] as const) {
      const table = asPlotTable(file, header, { separator, quoted: true, encoding: 'detect' })
      if (table) return table
    }
  }
  const [only] = tables
  throw tables.length === 1 && only
    ? new ImportError(
        `${only.name}, line 1: the header is "${header.slice(0, 100)}", but a table of plots has the columns movieId and overview (or TMDB's id and overview). Name its columns like this.`,
        { file: only.name, line: 1 },
      )
    : new ImportError(
        `${source.name} holds no table of plots: found ${listFiles(source.files)}. Choose a CSV with the columns movieId and overview (or TMDB's id and overview).`,
      )
}

async function firstLine(file: SourceFile): Promise<string> {
  for await (const bytes of file.read())
    return new TextDecoder().decode(bytes.subarray(0, 10_000)).split(/\r?\n/)[0] ?? ''
  return ''
}

function asPlotTable(file: SourceFile, header: string, table: TableFormat): PlotTable | null {
  const [row] = new TableParser(table).feed(header, true)
  const columns = row?.fields ?? []
  const find = (names: string[]): number => columns.findIndex((name) => names.includes(name.trim().toLowerCase()))
  const key = find(columnNames.movieId) >= 0 ? 'movieId' : 'tmdbId'
  const idColumn = find(columnNames[key])
  const textColumn = find(columnNames.text)
  if (idColumn < 0 || textColumn < 0) return null
  const parse = (fields: string[]): Parsed<PlotLine> => {
    if (fields.length !== columns.length) return bad(`broken line: not the ${columns.length} columns of the header`)
    const id = wholeNumber(fields[idColumn])
    if (id === null) return bad(`wrong type: the ${key} is not a whole number`)
    return ok({ id, text: (fields[textColumn] ?? '').replace(/\s+/g, ' ').trim() })
  }
  return { file, table, header: columns, parse, key }
}

/** Id in the table -> movie ids; two movies may share a TMDB id. */
function idsByKey(datasetPath: string, { key, file }: PlotTable): Map<number, number[]> {
  const dataset = DatasetFile.open(datasetPath)
  try {
    const { movieId, tmdbId } = dataset.movies()
    const ids = new Map<number, number[]>()
    movieId.forEach((id, m) => {
      const outer = key === 'movieId' ? id : tmdbId[m]!
      if (key === 'movieId' || outer > 0) ids.set(outer, [...(ids.get(outer) ?? []), id])
    })
    if (ids.size === 0)
      throw new ImportError(
        `${file.name} lists movies by TMDB id, but the data set came without links.csv. Use a table with movieId and overview, or import the data set with its links.csv.`,
        { file: file.name },
      )
    return ids
  } finally {
    dataset.close()
  }
}

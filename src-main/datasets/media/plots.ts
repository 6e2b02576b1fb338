/**
 * Adding plots: the texts of a table (CSV, TSV, JSON; it may lie in a zip or folder) are joined to the data set's movies by movieId, or
 * through its links by imdbId or tmdbId. Rows that cannot be used are reported with their lines.
 */
import { existsSync } from 'node:fs'
import type { CleaningFinding, MediaKey } from '../../../src-preload/contract.ts'
import { Pacer } from '../../learning/pacer.ts'
import { createPlotFile, PlotFile } from '../../workspace/plot-file.ts'
import { abortable } from '../abortable.ts'
import { BrokenLines, Findings } from '../importing/findings.ts'
import { asImportError, ImportError } from '../importing/import-error.ts'
import { chooseKey, type KeyFit, keyFinding, keys, MovieKeys } from './media-keys.ts'
import { KeyedPlots } from './plot-rows.ts'
import { findPlotTable } from './plot-table.ts'
import type { PlotTable } from './plot-table-columns.ts'
import type { AttachOptions } from './posters.ts'
import { openSource, type Source } from '../sources/source.ts'

/** @throws ImportError when there is no such table, or no plot of this data set in it; the signal's reason within 100 ms after a cancel */
export async function attachPlots(options: AttachOptions): Promise<void> {
  const { signal, target, by = 'auto' } = options
  let source: Source | null = null
  try {
    source = await abortable(openSource(options.source), signal, (late) => late.close())
    const table = await abortable(findPlotTable(source), signal)
    const movies = MovieKeys.open(options.datasetPath)
    checkKey(by, table, movies)
    const findings = new Findings()
    const pacer = new Pacer(signal, 20)
    const { byKey, rows } = await readPlots(table, movies, findings, pacer, options.onProgress)
    const fits = byKey.map((plots) => plots.fit())
    const { key } = chooseKey(by, fits)
    const chosen = byKey.find((plots) => plots.key === key)
    if (!chosen || chosen.texts.size === 0) throw noneFits(table, by, rows, fits, movies)
    const found = [...findings.list(), ...chosen.findings.list(), keyFinding(table.file.name, table.entries, by, fits, rows)] // prettier-ignore
    found.push(...keepEarlier(target, table.file.name, chosen.texts))
    await createPlotFile(target, chosen.texts, found, {
      movies: movies.count,
      limitBytes: options.limitBytes,
      turns: pacer,
    })
    options.onProgress({ phase: 'Done', fraction: 1 })
  } catch (error) {
    throw asImportError(error, options.source, target)
  } finally {
    source?.close()
  }
}

/** @throws ImportError when the key asked for is not there */
function checkKey(by: MediaKey, { file, keys: columns }: PlotTable, movies: MovieKeys): void {
  if (by === 'auto') return
  if (!movies.has(by))
    throw new ImportError(
      `${file.name} cannot be read by ${by}: the data set came without links.csv, so it has no such ids. Use a table with movieId and overview, or import the data set with its links.csv.`,
      { file: file.name },
    )
  if (columns && !columns.includes(by))
    throw new ImportError(
      `${file.name}, line 1: no column holds the ${by}; there is ${columns.join(' and ')}. Choose that, or let Crossreel find it out.`,
      { file: file.name, line: 1 },
    )
}

/** Reads all rows, and keeps under each kind of id what that would give. */
async function readPlots(
  table: PlotTable,
  movies: MovieKeys,
  findings: Findings,
  pacer: Pacer,
  onProgress: AttachOptions['onProgress'],
): Promise<{ byKey: KeyedPlots[]; rows: number }> {
  const { file } = table
  const byKey = (table.keys ?? keys).map((key) => new KeyedPlots(key, file.name, movies))
  const remedy = 'Check that it is a table of plots with one movie in each row.'
  const broken = new BrokenLines(file.name, remedy, findings, table.keys === null ? 0 : 1)
  let bytes = 0
  let rows = 0
  const onBytes = (more: number): void => {
    bytes += more
    onProgress({ phase: 'Reading plots', fraction: Math.min(0.9, (0.9 * bytes) / Math.max(1, file.bytes)) })
  }
  for await (const lines of table.read(onBytes)) {
    for (const line of lines) {
      if (line.broken !== null) {
        broken.add(line.line, line.broken, line.raw)
        continue
      }
      rows++
      for (const plots of byKey) plots.add(line.ids[plots.key] ?? '', line.text, line.line)
    }
    await pacer.turn()
  }
  broken.finish(rows)
  return { byKey, rows }
}

function noneFits(
  { file, entries }: PlotTable,
  by: MediaKey,
  rows: number,
  fits: KeyFit[],
  movies: MovieKeys,
): ImportError {
  const tried = fits.map((fit) => fit.key).filter((key) => by === 'auto' || key === by)
  const place = { file: file.name }
  if (fits.some((fit) => fit.entries > 0 && (by === 'auto' || fit.key === by)))
    return new ImportError(`${file.name} has no plot: in the ${entries} that name a movie of this data set the text is empty.`, place) // prettier-ignore
  if (rows > 0 && !tried.some((key) => movies.has(key)))
    return new ImportError(
      `${file.name} lists movies by ${tried.join(' and ')}, but the data set came without links.csv. Use a table with movieId and overview, or import the data set with its links.csv.`,
      place,
    )
  return new ImportError(
    `${file.name} has no plot for a movie of this data set: none of its ${rows} ${entries} fits by ${tried.join(', ')}. Check that its ids are those of this release.`,
    place,
  )
}

/** Adds the plots that were there before to `texts`, for movies that have none now. @returns what the report says of them */
function keepEarlier(target: string, source: string, texts: Map<number, string>): CleaningFinding[] {
  if (!existsSync(target)) return []
  const file = PlotFile.open(target)
  try {
    const earlier = [...file.all()]
    const kept = earlier.filter(([movieId]) => !texts.has(movieId))
    for (const [movieId, text] of kept) texts.set(movieId, text)
    const say = (reason: string, count: number): CleaningFinding[] =>
      count === 0 ? [] : [{ file: source, reason, count, treatment: 'kept', examples: [] }]
    return [
      ...say('earlier plots kept, for movies this table has none of', kept.length),
      ...say('earlier plots replaced by those of this table', earlier.length - kept.length),
      ...file.findings().filter((finding) => finding.file !== source),
    ]
  } finally {
    file.close()
  }
}

/**
 * The import: from what the user dropped to one immutable data-set file. Movies first, then ratings straight from the reader into the
 * staging file, then tags and genome scores, flush, rename. Until the rename nothing exists under the target's name; a cancel is honoured
 * up to it.
 */
import { setFlagsFromString } from 'node:v8'
import type { TableMapping } from '../../../src-preload/contract.ts'
import { type DatasetWriter, writeDatasetFile } from '../../workspace/dataset-writer.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { Findings } from './findings.ts'
import type { OpenedFormat } from '../formats/format.ts'
import { openFormat } from '../formats/index.ts'
import { readGenome } from './genome.ts'
import { IdIndex } from './id-index.ts'
import { ImportReading } from './import-reading.ts'
import { type ListedMovies, movieColumns, placeholder, readLinks, readMovies } from './movies.ts'
import { noteUnrated } from './rating-findings.ts'
import { RatingIntake } from './rating-intake.ts'
import { readRatings } from './ratings.ts'
import { withSource } from './recognise.ts'
import { readTags } from './tags.ts'

export { previewSource, recogniseSource } from './recognise.ts'

export interface ImportProgress {
  phase: string
  /** 0..1, null = unknown */
  fraction: number | null
}

export interface ImportOptions {
  /** Folder, zip or, with a mapping, one table. */
  source: string
  /** How a table of no known release is read; null (or absent) for a MovieLens release. */
  mapping?: TableMapping | null
  /** datasets/<id>.db; its folder is made when it is absent. */
  target: string
  datasetId: string
  name: string
  /** True for the generated sample. */
  synthetic: boolean
  signal: AbortSignal
  onProgress: (progress: ImportProgress) => void
  /** The most the data-set file may take, in bytes; without it, whatever the disk holds. */
  limitBytes?: number
  /** Milliseconds since 1970; handed in by tests. */
  now?: number
}

/**
 * Writes `target`, whole or not at all.
 * @throws ImportError with a sentence for the user, or the signal's reason within 100 ms after a cancel
 */
export async function importDataset(options: ImportOptions): Promise<void> {
  setFlagsFromString('--semi-space-growth-factor=1') // rows of text die young: a nursery grown for them only takes 90 MB
  const { target: path, limitBytes, now = Date.now() } = options
  await withSource(options.source, path, async (source) => {
    const format = openFormat(source, options.mapping ?? null)
    const reading = new ImportReading(format, options)
    const spec = { path, now, limitBytes, turns: reading.pacer, neededBytes: () => reading.neededBytes() }
    await writeDatasetFile(spec, (writer, turns) => fill(writer, format, reading, turns, { ...options, now }))
    reading.done()
  })
}

async function fill(
  writer: DatasetWriter,
  format: OpenedFormat,
  reading: ImportReading,
  turns: Turns,
  options: ImportOptions & { now: number },
): Promise<void> {
  const { findings } = reading
  for (const { file, reason, text } of format.notes) findings.add(file, reason, 'kept', 0, text)
  const { movieIds, rowsRead } = await takeMoviesAndRatings(writer, format, reading, turns, options.now)

  const movieIndex = new IdIndex(movieIds)
  if (format.tags) reading.begin('Reading tags')
  await writer.tags(await readTags(format.tags, new IdIndex(writer.ratings.users), movieIndex, reading))
  if (format.genome) reading.begin('Reading genome scores')
  const genome = format.genome && (await readGenome(format.genome, movieIndex, reading))
  if (genome) await writer.genome(genome)

  const { datasetId: id, name, synthetic, now: importedAt } = options
  const said = { id, name, synthetic, format: format.label, importedAt, rowsRead, parents: [], recipe: '' }
  await writer.finish(said, findings.list())
  reading.begin('Flushing to disk')
}

/** Lines of text are objects while they are read, so nothing of them outlives this. */
async function takeMoviesAndRatings(
  writer: DatasetWriter,
  format: OpenedFormat,
  reading: ImportReading,
  turns: Turns,
  now: number,
): Promise<{ movieIds: Uint32Array; rowsRead: number }> {
  const { findings } = reading
  const { file } = format.ratings
  reading.begin('Reading movies')
  const listed: ListedMovies = format.movies ? await readMovies(format.movies, reading) : new Map()
  const links = await readLinks(format, reading)
  const intake = new RatingIntake({
    file: file.name,
    writer: writer.ratings,
    movies: new IdIndex(Uint32Array.from(listed.keys()).sort()),
    onNewMovie: format.movies && orphans(listed, format.movies.file.name, file.name, findings),
    findings,
    expected: file.bytes / 20, // shorter lines than in any release
    now: now / 1000,
  })
  reading.beginRatings(() => intake.rows)
  const broken = await readRatings(format.ratings, intake, reading)
  for (const movie of format.ratings.rows?.movies() ?? []) listed.set(movie.movieId, movie)

  const moviesFile = format.movies?.file.name ?? file.name
  const { movies, movieLines } = await movieColumns(listed, links, moviesFile, reading)
  if (intake.unordered) reading.begin('Sorting ratings')
  await intake.finish(movies.movieId, turns)
  reading.begin('Writing movies')
  await writer.movies(movies, [])
  const { ratings } = writer.ratings.statistics.perMovie(movies.movieId.length)
  noteUnrated(movies, movieLines, ratings, moviesFile, findings)
  return { movieIds: movies.movieId, rowsRead: intake.rows + broken }
}

/** What happens to a rated movie that the movies file does not list. */
function orphans(
  listed: ListedMovies,
  moviesFile: string,
  ratingsFile: string,
  findings: Findings,
): (movieId: number, line: number, text: string) => void {
  const reason = `rated movie missing from ${moviesFile}: a placeholder title stands in`
  return (movieId, line, text) => {
    listed.set(movieId, placeholder(movieId))
    findings.add(ratingsFile, reason, 'repaired', line, text)
  }
}

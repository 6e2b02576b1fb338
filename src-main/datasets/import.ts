/**
 * The import: from what the user dropped to one immutable data-set file. Files -> typed arrays -> cleaned columns -> staging file ->
 * rename. Until the rename nothing exists under the target's name; a cancel is honoured up to it.
 */
import { basename } from 'node:path'
import type { SourceSummary } from '../../src-preload/contract.ts'
import { Pacer } from '../learning/pacer.ts'
import { createDatasetFile } from '../workspace/dataset-file.ts'
import { contentHash } from './content-hash.ts'
import { Findings } from './findings.ts'
import type { OpenedFormat } from './formats/format.ts'
import { openFormat } from './formats/index.ts'
import { IdIndex } from './id-index.ts'
import { asImportError } from './import-error.ts'
import { addOrphans, movieColumns, readLinks, readMovies } from './movies.ts'
import { noteOddRatings } from './rating-findings.ts'
import { cleanRatings, readRatings } from './ratings.ts'
import { openSource, type Source, type SourceFile } from './source.ts'
import type { Reading } from './table-reader.ts'
import { readTags } from './tags.ts'

export interface ImportProgress {
  phase: string
  /** 0..1, null = unknown */
  fraction: number | null
}

export interface ImportOptions {
  /** Folder or zip. */
  source: string
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

/** What a picked file or folder is, without reading its ratings. @throws ImportError when it is no MovieLens data set */
export async function recogniseSource(path: string): Promise<SourceSummary> {
  return withSource(path, undefined, (source) => {
    const format = openFormat(source)
    const files = filesOf(format)
    return Promise.resolve({
      format: format.label,
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      bytes: totalBytes(files),
      suggestedName: basename(path).replace(/\.zip$/i, ''),
    })
  })
}

/**
 * Writes `target`, whole or not at all.
 * @throws ImportError with a sentence for the user, or the signal's reason within 100 ms after a cancel
 */
export async function importDataset(options: ImportOptions): Promise<void> {
  await withSource(options.source, options.target, async (source) => {
    const format = openFormat(source)
    const reading = startReading(format, options)
    const { findings, pacer } = reading
    const report = (phase: string, fraction: number): void => options.onProgress({ phase, fraction })

    const listed = await readMovies(format, reading)
    const links = await readLinks(format, reading)
    const raw = await readRatings(format.ratings, reading)

    report('Cleaning ratings', 0.8)
    await addOrphans(listed, raw, format.movies.file.name, reading)
    const { movies, movieLines } = movieColumns(listed, links, format.movies.file.name, findings)
    const movieIndex = new IdIndex(movies.movieId)
    const { users, ratings, rows } = await cleanRatings(raw, movieIndex, findings, pacer)
    const tags = await readTags(format, new IdIndex(users), movieIndex, reading)

    report('Checking', 0.85)
    const now = options.now ?? Date.now()
    const cleaned = { movies, movieLines, users, ratings, rows }
    const times = await noteOddRatings(cleaned, raw, format.movies.file.name, now / 1000, reading)
    const hash = await contentHash({ movies, users, ratings, tags }, pacer)

    report('Writing', 0.9)
    const description = {
      id: options.datasetId,
      name: options.name,
      synthetic: options.synthetic,
      format: format.label,
      importedAt: now,
      ...times,
      hash,
      rowsRead: raw.rows + raw.broken,
      rowsKept: ratings.item.length,
    }
    await createDatasetFile(
      options.target,
      { description, movies, users, ratings, tags, findings: findings.list() },
      { turns: pacer, limitBytes: options.limitBytes },
    )
    report('Done', 1)
  })
}

/** Opens the source, closes it whatever happens, and puts errors into sentences. */
async function withSource<T>(
  path: string,
  target: string | undefined,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  let source: Source | null = null
  try {
    source = await openSource(path)
    return await use(source)
  } catch (error) {
    throw asImportError(error, path, target)
  } finally {
    source?.close()
  }
}

/** Turns often enough for a cancel to take effect within 100 ms; progress by bytes read, the first 80 % of the bar. */
function startReading(format: OpenedFormat, options: ImportOptions): Reading {
  const total = Math.max(1, totalBytes(filesOf(format)))
  let read = 0
  return {
    findings: new Findings(),
    pacer: new Pacer(options.signal, 20),
    onBytes(bytes) {
      read += bytes
      options.onProgress({ phase: 'Reading', fraction: Math.min(0.8, (0.8 * read) / total) })
    },
  }
}

function filesOf(format: OpenedFormat): SourceFile[] {
  const { ratings, movies, tags, links } = format
  return [ratings.file, movies.file, ...(tags ? [tags.file] : []), ...(links ? [links.file] : [])]
}

function totalBytes(files: SourceFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}

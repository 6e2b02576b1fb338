/**
 * Writes data-set files, whole or not at all: ratings as they come, then movies, tags and the rest. `createDatasetFile` writes what is in
 * memory already; an import streams through `writeDatasetFile`. Both end in the same layout and, for the same contents, the same hash.
 */
import type { Database } from 'better-sqlite3'
import type { CleaningFinding } from '../../src-preload/contract.ts'
import { columnsDdl, writeColumn } from './columns.ts'
import { ContentHash } from './content-hash.ts'
import type {
  DatasetContent,
  DatasetDescription,
  GenomeScores,
  MovieColumns,
  StandardisedRatings,
} from './dataset-content.ts'
import { findingsDdl, writeFindings } from './findings-table.ts'
import { writeMovieTable } from './movie-table.ts'
import type { RatingSummary } from './rating-statistics.ts'
import { RatingWriter } from './rating-writer.ts'
import { type FileKind, type Turns, writeStagedDatabase } from './staged-database.ts'
import { type NumberedTags, numberTexts, writeTagColumns } from './tag-columns.ts'

/** Layout 1 lacks catalogues, standardised ratings, genome scores, the rating summary and the tags by movie. */
export const datasetFileKind: FileKind = { label: 'data set file', applicationId: 0x43524453, version: 2, oldest: 1 } // 'CRDS'

const ddl = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE genre(bit INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE catalogue(idx INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE movie(idx INTEGER PRIMARY KEY, movie_id INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER NOT NULL, genres INTEGER NOT NULL,
  imdb_id TEXT NOT NULL, tmdb_id INTEGER NOT NULL, n_ratings INTEGER NOT NULL, sum_rating2 INTEGER NOT NULL) STRICT;
CREATE TABLE tag_text(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE genome_tag(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
${columnsDdl}${findingsDdl}`

/** What a data set's contents come to; kept beside the description. */
export interface ContentSummary extends RatingSummary {
  /** SHA-256 of the contents, see content-hash.ts. */
  hash: string
  rowsKept: number
  catalogues: string[]
  standardised: 'none' | 'user' | 'global'
}

export interface WriteOptions {
  /** The most the file may take, in bytes; without it, whatever the disk holds. */
  limitBytes?: number | undefined
  /** Lets a cancel in, up to the rename. */
  turns?: Turns | undefined
}

/**
 * Writes `path` whole or not at all (staging file, flush, rename).
 * @throws DiskFullError, or what a turn throws
 */
export async function createDatasetFile(
  path: string,
  content: DatasetContent,
  options: WriteOptions = {},
): Promise<void> {
  const { description, movies, users, ratings, tags, catalogues = [], standardised = null, genome = null } = content
  const spec = { path, neededBytes: neededBytes(content), now: description.importedAt, ...options }
  await writeDatasetFile(spec, async (writer, turns) => {
    for (let u = 0; u < users.length; u++) writer.ratings.startUser(users[u]!, ratings.indptr[u]!)
    for (let start = 0; start < ratings.item.length; start += batch) {
      const end = start + batch
      const [item, time] = [ratings.item.subarray(start, end), ratings.time.subarray(start, end)]
      writer.ratings.append({ item, rating2: ratings.rating2.subarray(start, end), time })
      await turns.turn()
    }
    await writer.movies(movies, catalogues)
    await writer.tags(await numberTexts(tags, turns))
    if (standardised) await writer.standardised(standardised)
    if (genome) await writer.genome(genome)
    await writer.finish(description, content.findings)
  })
}

const batch = 1 << 16

/** @param spec.now milliseconds since 1970: later ratings are implausible  @param fill ends with `writer.finish` */
export async function writeDatasetFile(
  spec: WriteOptions & { path: string; now: number; neededBytes: number | (() => number) },
  fill: (writer: DatasetWriter, turns: Turns) => Promise<void>,
): Promise<void> {
  const { path, now, ...rest } = spec
  await writeStagedDatabase({ target: path, kind: datasetFileKind, ddl, ...rest }, (db, turns) =>
    fill(new DatasetWriter(db, turns, now), turns),
  )
}

export class DatasetWriter {
  /** All ratings have to be in before `movies` is called: each movie's row says how many it has. */
  readonly ratings: RatingWriter
  readonly #db: Database
  readonly #turns: Turns
  readonly #hash = new ContentHash()
  #movies = 0
  #catalogues: string[] = []
  #standardised: ContentSummary['standardised'] = 'none'

  constructor(db: Database, turns: Turns, now: number) {
    this.#db = db
    this.#turns = turns
    this.ratings = new RatingWriter(db, now)
  }

  async movies(movies: MovieColumns, catalogues: string[]): Promise<void> {
    const hash = this.#hash
    this.#movies = movies.movieId.length
    await writeMovieTable(this.#db, movies, this.ratings.statistics.perMovie(this.#movies), this.#turns)
    for (const [name, values] of [
      ['movieId', movies.movieId],
      ['year', movies.year],
      ['genre', movies.genres],
      ['tmdbId', movies.tmdbId],
    ] as const)
      hash.addArray(name, values)
    await hash.addTexts('genres', movies.genreNames, this.#turns)
    await hash.addTexts('title', movies.title, this.#turns)
    await hash.addTexts('imdbId', movies.imdbId, this.#turns)
    if (!movies.catalogue) return
    this.#catalogues = catalogues
    const row = this.#db.prepare('INSERT INTO catalogue VALUES (?, ?)')
    catalogues.forEach((name, index) => row.run(index, name))
    await hash.addTexts('catalogues', catalogues, this.#turns)
    hash.add(await writeColumn(this.#db, 'catalogue', 'u8', movies.catalogue, this.#turns))
  }

  /** To be called after `movies`. */
  async tags(tags: NumberedTags): Promise<void> {
    const digests = await writeTagColumns(this.#db, tags, this.#movies, this.#turns)
    digests.forEach((digest) => this.#hash.add(digest))
    await this.#hash.addTexts('tag_texts', tags.texts, this.#turns)
  }

  async standardised({ kind, values }: StandardisedRatings): Promise<void> {
    this.#standardised = kind
    this.#hash.add(await writeColumn(this.#db, 'standardised', 'f32', values, this.#turns))
  }

  async genome({ tags, movie, scores }: GenomeScores): Promise<void> {
    const row = this.#db.prepare('INSERT INTO genome_tag VALUES (?, ?)')
    tags.forEach((name, index) => row.run(index, name))
    await this.#hash.addTexts('genome_tags', tags, this.#turns)
    this.#hash.add(await writeColumn(this.#db, 'genome_item', 'u32', movie, this.#turns))
    this.#hash.add(await writeColumn(this.#db, 'genome_score', 'f32', scores, this.#turns))
  }

  /** To be called once, at the end. */
  async finish(description: DatasetDescription, findings: CleaningFinding[]): Promise<void> {
    const rowsKept = this.ratings.length // once finished, it counts whole chunks
    const digests = await this.ratings.finish(this.#turns)
    digests.forEach((digest) => this.#hash.add(digest))
    const summary: ContentSummary = {
      ...this.ratings.statistics.summary(),
      hash: this.#hash.digest(),
      rowsKept,
      catalogues: this.#catalogues,
      standardised: this.#standardised,
    }
    const meta = this.#db.prepare('INSERT INTO meta VALUES (?, ?)')
    meta.run('description', JSON.stringify(description))
    meta.run('contents', JSON.stringify(summary))
    writeFindings(this.#db, findings)
  }
}

/** What the file takes, roughly: columns exactly, each movie and tag text with its row's overhead, and SQLite's first pages. */
export function neededBytes({ movies, users, ratings, standardised, tags, genome }: DatasetContent): number {
  const perRating = standardised ? 13 : 9
  const columns = 4 * (users.length + ratings.indptr.length) + perRating * ratings.item.length + 20 * tags.item.length
  const scores = genome ? genome.scores.byteLength : 0
  const titles = movies.title.reduce((sum, title) => sum + 2 * title.length + 40, 0)
  const texts = tags.text.reduce((sum, text) => sum + text.length + 8, 0)
  return Math.ceil((columns + scores + titles + texts) * 1.1) + 200_000
}

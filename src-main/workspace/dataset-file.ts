/**
 * An imported data set: one immutable SQLite file, opened read-only, shared freely between processes. Ratings come as typed arrays,
 * movies as columns; large arrays are read once and kept.
 */
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { CleaningReport, Dataset, Movie } from '../../src-preload/contract.ts'
import { ColumnReader } from './column-reader.ts'
import type { GenomeScores, RatingColumns, StandardisedRatings, TagColumns } from './dataset-content.ts'
import { type DatasetFileMeta, readMeta } from './dataset-meta.ts'
import { datasetFileKind } from './dataset-writer.ts'
import { readFindings } from './findings-table.ts'
import { type MovieTable, readMovieTable } from './movie-table.ts'
import type { Timeline } from './rating-statistics.ts'
import { openImmutable, type Turns } from './staged-database.ts'
import { type MovieTags, readMovieTags, readTagColumns } from './tag-columns.ts'
import { TitleSearch } from './title-search.ts'

export { noUser } from './dataset-content.ts'
export type { DatasetContent, MovieColumns, RatingColumns, TagColumns } from './dataset-content.ts'
export { createDatasetFile } from './dataset-writer.ts'
export type { MovieTable } from './movie-table.ts'

export class DatasetFile {
  readonly path: string
  /** As the contract shows it; notes, posters, plots and vectors lie elsewhere, so they are empty or 0 here. */
  readonly meta: Dataset
  /** [users] user ids, ascending */
  readonly users: Uint32Array
  /** [users + 1] user u has the ratings indptr[u] .. indptr[u + 1] */
  readonly indptr: Uint32Array
  readonly #db: Database
  readonly #columns: ColumnReader
  readonly #file: DatasetFileMeta
  #movies: MovieTable | null = null
  #ratings: RatingColumns | null = null
  #genome: GenomeScores | null = null
  #titles: TitleSearch | null = null

  /** @throws when the file is absent, damaged, or not a data-set file that this version reads */
  static open(path: string): DatasetFile {
    const db = openImmutable(path, datasetFileKind)
    try {
      return new DatasetFile(path, db)
    } catch (error) {
      db.close()
      throw error
    }
  }

  private constructor(path: string, db: Database) {
    this.path = path
    this.#db = db
    this.#columns = new ColumnReader(db)
    this.#file = readMeta(db, this.#columns)
    this.users = this.#columns.words('user')
    this.indptr = this.#columns.words('indptr')
    const { id, name, synthetic, format, importedAt, parents, recipe } = this.#file.description
    const { firstRatingAt, lastRatingAt, hash, catalogues, standardised } = this.#file.summary
    this.meta = {
      ...{ id, name, synthetic, format, importedAt, parents, recipe },
      ...{ firstRatingAt, lastRatingAt, hash, catalogues, standardised },
      users: this.users.length,
      movies: db.prepare<[], number>('SELECT count(*) FROM movie').pluck().get() ?? 0,
      ratings: this.#columns.length('item'),
      tags: this.#columns.length('tag_item'),
      genome: this.#columns.length('genome_item'),
      posters: 0,
      plots: 0,
      vectors: [],
      bytes: statSync(path).size,
      notes: '',
    }
  }

  /** How it was made of its parents, as JSON; null for an import. */
  get recipeJson(): string | null {
    return this.#file.description.recipeJson ?? null
  }

  /** Names that `movies().catalogue` points into; [] where there is only one. */
  get catalogues(): string[] {
    return this.meta.catalogues
  }

  report(): CleaningReport {
    const movies = this.movies()
    return {
      rowsRead: this.#file.description.rowsRead,
      rowsKept: this.#file.summary.rowsKept,
      findings: readFindings(this.#db),
      genres: movies.genreNames.map((name, g) => ({ name, movies: countWithGenre(movies.genres, g) })),
      ratingHistogram: this.#file.ratings().stars.map((count, i) => ({ rating: (i + 1) / 2, count })),
    }
  }

  /** Ratings by month; known without reading them. */
  timeline(): Timeline {
    return this.#file.ratings().timeline
  }

  movies(): MovieTable {
    if (this.#movies) return this.#movies
    const catalogue = this.#columns.has('catalogue') ? this.#columns.bytes('catalogue') : null
    return (this.#movies = { ...readMovieTable(this.#db), catalogue })
  }

  /** @param options.shared in SharedArrayBuffers, so that workers see them without a copy */
  ratings(options: { shared?: boolean } = {}): RatingColumns {
    const { shared = false } = options
    const kept = this.#ratings
    if (kept && (!shared || kept.item.buffer instanceof SharedArrayBuffer)) return kept
    return (this.#ratings = {
      indptr: shared ? this.#columns.words('indptr', true) : this.indptr,
      item: this.#columns.words('item', shared),
      rating2: this.#columns.bytes('rating2', shared),
      time: this.#columns.words('time', shared),
    })
  }

  /** Whether `ratings()` gives them without reading. */
  get ratingsAreRead(): boolean {
    return this.#ratings !== null
  }

  /** Reads what `ratings()` then gives at once, with turns in between. @throws what a turn throws */
  async readRatings(turns: Turns): Promise<void> {
    if (this.#ratings) return
    const item = await this.#columns.wordsInTurns('item', turns)
    const rating2 = await this.#columns.bytesInTurns('rating2', turns)
    const time = await this.#columns.wordsInTurns('time', turns)
    this.#ratings = { indptr: this.indptr, item, rating2, time }
  }

  /** One user's ratings by movie index, without reading anyone else's. */
  userRatings(user: number): Omit<RatingColumns, 'indptr'> {
    const [start, end] = this.#rangeOf(user)
    return {
      item: this.#columns.wordRange('item', start, end),
      rating2: this.#columns.byteRange('rating2', start, end),
      time: this.#columns.wordRange('time', start, end),
    }
  }

  /** In the order of `ratings()`; null where the data set has none. */
  standardised(): StandardisedRatings | null {
    const kind = this.#file.summary.standardised
    return kind === 'none' ? null : { kind, values: this.#columns.floats('standardised') }
  }

  /** Null where the data set has none. */
  genome(): GenomeScores | null {
    if (!this.#columns.has('genome_score')) return null
    return (this.#genome ??= {
      tags: this.#db.prepare<[], string>('SELECT name FROM genome_tag ORDER BY id').pluck().all(),
      movie: this.#columns.words('genome_item'),
      scores: this.#columns.floats('genome_score'),
    })
  }

  tags(): TagColumns {
    return readTagColumns(this.#db, this.#columns)
  }

  /** One movie's tags, without reading the others'. */
  movieTags(movie: number): MovieTags {
    return readMovieTags(this.#db, this.#columns, movie)
  }

  /** The movie at an index, as the contract shows it; poster and plot are added by whoever holds those files. */
  movie(index: number): Movie {
    const t = this.movies()
    const ratings = t.ratings[index]
    if (ratings === undefined) throw new RangeError(`Movie index ${index} is not in 0..${t.movieId.length - 1}.`)
    return {
      movieId: t.movieId[index]!,
      title: t.title[index]!,
      year: t.year[index]! || null,
      genres: t.genreNames.filter((_, g) => (t.genres[index]! & (1 << g)) !== 0),
      ratings,
      meanRating: ratings > 0 ? t.ratingSum2[index]! / 2 / ratings : null,
      hasPoster: false,
      plot: null,
    }
  }

  /** Movies whose title and year hold every word of `search` (case and accents ignored), most rated first. */
  searchMovies(search: string, offset: number, limit: number): { total: number; movies: Movie[] } {
    this.#titles ??= new TitleSearch(this.movies())
    const { total, movies } = this.#titles.find(search, offset, limit)
    return { total, movies: Array.from(movies, (m) => this.movie(m)) }
  }

  close(): void {
    this.#db.close()
  }

  #rangeOf(user: number): [start: number, end: number] {
    const start = this.indptr[user]
    const end = this.indptr[user + 1]
    if (start === undefined || end === undefined)
      throw new RangeError(`User index ${user} is not in 0..${this.users.length - 1}.`)
    return [start, end]
  }
}

function countWithGenre(masks: Uint32Array, genre: number): number {
  let n = 0
  for (const mask of masks) n += (mask >>> genre) & 1
  return n
}

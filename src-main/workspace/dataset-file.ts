/**
 * An imported data set: one immutable SQLite file, opened read-only, shared freely between processes. Ratings come as typed arrays,
 * movies as columns; large arrays are read once and kept.
 */
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import * as v from 'valibot'
import type { CleaningReport, Dataset, Movie } from '../../src-preload/contract.ts'
import { readByteRange, readBytes, readWordRange, readWords } from './columns.ts'
import { datasetFileKind, type MovieColumns, type RatingColumns, type TagColumns } from './dataset-content.ts'
import { readFindings } from './findings-table.ts'
import { searchTitles, type TitleIndex, titleIndex } from './title-search.ts'
import { openImmutable } from './staged-database.ts'

export { createDatasetFile, noUser } from './dataset-content.ts'
export type { DatasetContent, MovieColumns, RatingColumns, TagColumns } from './dataset-content.ts'

/** Movies by id, ascending, with what the ratings say about each. */
export interface MovieTable extends MovieColumns {
  /** [movies] how many ratings */
  ratings: Uint32Array
  /** [movies] the sum of stars times two: mean stars = ratingSum2 / 2 / ratings */
  ratingSum2: Uint32Array
}

const descriptionSchema = v.object({
  id: v.string(),
  name: v.string(),
  synthetic: v.boolean(),
  format: v.string(),
  importedAt: v.number(),
  firstRatingAt: v.number(),
  lastRatingAt: v.number(),
  hash: v.string(),
  rowsRead: v.number(),
  rowsKept: v.number(),
})

interface MovieRow {
  movie_id: number
  title: string
  year: number
  genres: number
  imdb_id: string
  tmdb_id: number
  n_ratings: number
  sum_rating2: number
}

export class DatasetFile {
  readonly path: string
  /** As the contract shows it; posters and plots lie in files of their own, so they count 0 here. */
  readonly meta: Dataset
  /** [users] user ids, ascending */
  readonly users: Uint32Array
  readonly #db: Database
  readonly #rows: { read: number; kept: number }
  readonly #indptr: Uint32Array
  #movies: MovieTable | null = null
  #ratings: RatingColumns | null = null
  #titles: TitleIndex | null = null

  /** @throws when the file is absent, damaged, or not a data-set file of this version */
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
    const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'description'").get()
    const { rowsRead, rowsKept, ...description } = v.parse(descriptionSchema, JSON.parse(row?.value ?? 'null'))
    this.users = readWords(db, 'user')
    this.#indptr = readWords(db, 'indptr')
    this.#rows = { read: rowsRead, kept: rowsKept }
    const count = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0
    this.meta = {
      ...description,
      users: this.users.length,
      movies: count('SELECT count(*) FROM movie'),
      ratings: this.#indptr[this.users.length] ?? 0,
      tags: count("SELECT n FROM col WHERE name = 'tag_item'"),
      posters: 0,
      plots: 0,
      bytes: statSync(path).size,
    }
  }

  report(): CleaningReport {
    const movies = this.movies()
    const histogram = new Uint32Array(11)
    for (const rating2 of this.ratings().rating2) histogram[rating2]!++
    return {
      rowsRead: this.#rows.read,
      rowsKept: this.#rows.kept,
      findings: readFindings(this.#db),
      genres: movies.genreNames.map((name, g) => ({ name, movies: countWithGenre(movies.genres, g) })),
      ratingHistogram: Array.from({ length: 10 }, (_, i) => ({ rating: (i + 1) / 2, count: histogram[i + 1]! })),
    }
  }

  movies(): MovieTable {
    return (this.#movies ??= this.#readMovies())
  }

  ratings(): RatingColumns {
    return (this.#ratings ??= {
      indptr: this.#indptr,
      item: readWords(this.#db, 'item'),
      rating2: readBytes(this.#db, 'rating2'),
      time: readWords(this.#db, 'time'),
    })
  }

  /** One user's ratings by movie index, without reading anyone else's. */
  userRatings(user: number): Omit<RatingColumns, 'indptr'> {
    const start = this.#indptr[user]
    const end = this.#indptr[user + 1]
    if (start === undefined || end === undefined)
      throw new RangeError(`User index ${user} is not in 0..${this.users.length - 1}.`)
    return {
      item: readWordRange(this.#db, 'item', start, end),
      rating2: readByteRange(this.#db, 'rating2', start, end),
      time: readWordRange(this.#db, 'time', start, end),
    }
  }

  tags(): TagColumns {
    const texts = this.#db.prepare<[], string>('SELECT text FROM tag_text ORDER BY id').pluck().all()
    return {
      user: readWords(this.#db, 'tag_user'),
      item: readWords(this.#db, 'tag_item'),
      time: readWords(this.#db, 'tag_time'),
      text: Array.from(readWords(this.#db, 'tag_text'), (id) => texts[id] ?? ''),
    }
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
    this.#titles ??= titleIndex(this.movies())
    const found = searchTitles(this.#titles, search)
    return { total: found.length, movies: Array.from(found.subarray(offset, offset + limit), (m) => this.movie(m)) }
  }

  close(): void {
    this.#db.close()
  }

  #readMovies(): MovieTable {
    const genreNames = this.#db.prepare<[], string>('SELECT name FROM genre ORDER BY bit').pluck().all()
    const rows = this.#db.prepare<[], MovieRow>('SELECT * FROM movie ORDER BY idx').all()
    return {
      genreNames,
      movieId: Uint32Array.from(rows, (r) => r.movie_id),
      title: rows.map((r) => r.title),
      year: Int16Array.from(rows, (r) => r.year),
      genres: Uint32Array.from(rows, (r) => r.genres),
      imdbId: rows.map((r) => r.imdb_id),
      tmdbId: Uint32Array.from(rows, (r) => r.tmdb_id),
      ratings: Uint32Array.from(rows, (r) => r.n_ratings),
      ratingSum2: Uint32Array.from(rows, (r) => r.sum_rating2),
    }
  }
}

function countWithGenre(masks: Uint32Array, genre: number): number {
  let n = 0
  for (const mask of masks) n += (mask >>> genre) & 1
  return n
}

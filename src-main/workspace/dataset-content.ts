/** The contents of a data-set file as the import hands them over, the tables they go into, and the one function that writes them. */
import type { CleaningFinding } from '../../src-preload/contract.ts'
import { columnsDdl, writeColumn } from './columns.ts'
import { findingsDdl, writeFindings } from './findings-table.ts'
import { writeStagedDatabase, type FileKind, type Turns } from './staged-database.ts'

/** All ratings, user-major (CSR); inside a user by movie index. */
export interface RatingColumns {
  /** [users + 1] */
  indptr: Uint32Array
  /** [n] movie index */
  item: Uint32Array
  /** [n] stars times two, 1..10 */
  rating2: Uint8Array
  /** [n] seconds since 1970 */
  time: Uint32Array
}

/** Tags by user, movie, time. */
export interface TagColumns {
  /** [n] user index; `noUser` for someone who tagged without rating */
  user: Uint32Array
  /** [n] movie index */
  item: Uint32Array
  /** [n] seconds since 1970 */
  time: Uint32Array
  text: string[]
}
export const noUser = 0xffffffff

/** Movies by id, ascending: the movie index is the place in these arrays. */
export interface MovieColumns {
  movieId: Uint32Array
  title: string[]
  /** 0 = unknown */
  year: Int16Array
  /** bit g is set when the movie has genre `genreNames[g]` */
  genres: Uint32Array
  genreNames: string[]
  /** '' = unknown */
  imdbId: string[]
  /** 0 = unknown */
  tmdbId: Uint32Array
}

export interface DatasetDescription {
  id: string
  name: string
  synthetic: boolean
  format: string
  /** Milliseconds since 1970. */
  importedAt: number
  firstRatingAt: number
  lastRatingAt: number
  /** SHA-256 of the cleaned contents. */
  hash: string
  /** Lines of the ratings file that should hold a rating, and those kept. */
  rowsRead: number
  rowsKept: number
}

export interface DatasetContent {
  description: DatasetDescription
  movies: MovieColumns
  /** [users] user ids, ascending */
  users: Uint32Array
  ratings: RatingColumns
  tags: TagColumns
  findings: CleaningFinding[]
}

export const datasetFileKind: FileKind = { label: 'data set file', applicationId: 0x43524453, version: 1 } // 'CRDS'

const ddl = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE genre(bit INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE movie(idx INTEGER PRIMARY KEY, movie_id INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER NOT NULL, genres INTEGER NOT NULL,
  imdb_id TEXT NOT NULL, tmdb_id INTEGER NOT NULL, n_ratings INTEGER NOT NULL, sum_rating2 INTEGER NOT NULL) STRICT;
CREATE TABLE tag_text(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
${columnsDdl}${findingsDdl}`

/** What the file takes, roughly: columns exactly, each movie and tag text with its row's overhead, and SQLite's first pages. */
export function neededBytes(content: DatasetContent): number {
  const { movies, users, ratings, tags } = content
  const columns = 4 * (users.length + ratings.indptr.length) + 9 * ratings.item.length + 16 * tags.item.length
  const titles = movies.title.reduce((sum, title) => sum + 2 * title.length + 40, 0)
  const texts = tags.text.reduce((sum, text) => sum + text.length + 8, 0)
  return Math.ceil((columns + titles + texts) * 1.1) + 200_000
}

/**
 * Writes `path` whole or not at all (staging file, flush, rename).
 * @param options.limitBytes the most the file may take  @param options.turns lets a cancel in, up to the rename
 * @throws DiskFullError, or what a turn throws
 */
export async function createDatasetFile(
  path: string,
  content: DatasetContent,
  options: { limitBytes?: number | undefined; turns?: Turns } = {},
): Promise<void> {
  const { description, movies, users, ratings, tags, findings } = content
  const spec = { target: path, kind: datasetFileKind, ddl, neededBytes: neededBytes(content), ...options }
  await writeStagedDatabase(spec, async (db, turns) => {
    const meta = db.prepare('INSERT INTO meta VALUES (?, ?)')
    meta.run('description', JSON.stringify(description))

    const genre = db.prepare('INSERT INTO genre VALUES (?, ?)')
    movies.genreNames.forEach((name, bit) => genre.run(bit, name))

    const { count, sum } = perMovie(ratings, movies.movieId.length)
    const movie = db.prepare('INSERT INTO movie VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    for (let m = 0; m < movies.movieId.length; m++) {
      movie.run(
        m,
        movies.movieId[m],
        movies.title[m],
        movies.year[m],
        movies.genres[m],
        movies.imdbId[m],
        movies.tmdbId[m],
        count[m],
        sum[m],
      )
      if (m % 1000 === 0) await turns.turn()
    }

    await writeColumn(db, 'user', users, turns)
    await writeColumn(db, 'indptr', ratings.indptr, turns)
    await writeColumn(db, 'item', ratings.item, turns)
    await writeColumn(db, 'rating2', ratings.rating2, turns)
    await writeColumn(db, 'time', ratings.time, turns)

    const text = db.prepare('INSERT INTO tag_text VALUES (?, ?)')
    const textIds = new Map<string, number>()
    const textId = new Uint32Array(tags.text.length)
    for (const [t, tag] of tags.text.entries()) {
      let id = textIds.get(tag)
      if (id === undefined) {
        id = textIds.size
        textIds.set(tag, id)
        text.run(id, tag)
      }
      textId[t] = id
      if (t % 1000 === 0) await turns.turn()
    }
    await writeColumn(db, 'tag_user', tags.user, turns)
    await writeColumn(db, 'tag_item', tags.item, turns)
    await writeColumn(db, 'tag_time', tags.time, turns)
    await writeColumn(db, 'tag_text', textId, turns)

    writeFindings(db, findings)
  })
}

function perMovie(ratings: RatingColumns, movies: number): { count: Uint32Array; sum: Uint32Array } {
  const count = new Uint32Array(movies)
  const sum = new Uint32Array(movies)
  for (let r = 0; r < ratings.item.length; r++) {
    const m = ratings.item[r]!
    count[m]!++
    sum[m]! += ratings.rating2[r]!
  }
  return { count, sum }
}

/** The movie table of a data-set file: its rows, written and read as columns. */
import type { Database } from 'better-sqlite3'
import type { MovieColumns } from './dataset-content.ts'
import type { Turns } from './staged-database.ts'

/** Movies by id, ascending, with what the ratings say about each. */
export interface MovieTable extends MovieColumns {
  /** [movies] how many ratings */
  ratings: Uint32Array
  /** [movies] the sum of stars times two: mean stars = ratingSum2 / 2 / ratings */
  ratingSum2: Uint32Array
}

export async function writeMovieTable(
  db: Database,
  movies: MovieColumns,
  perMovie: { ratings: Uint32Array; sum2: Uint32Array },
  turns: Turns,
): Promise<void> {
  const genre = db.prepare('INSERT INTO genre VALUES (?, ?)')
  movies.genreNames.forEach((name, bit) => genre.run(bit, name))
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
      perMovie.ratings[m],
      perMovie.sum2[m],
    )
    if (m % 1000 === 0) await turns.turn()
  }
}

type MovieRow = [
  movieId: number,
  title: string,
  year: number,
  genres: number,
  imdbId: string,
  tmdbId: number,
  ratings: number,
  ratingSum2: number,
]

/** Without catalogues: those are a column. */
export function readMovieTable(db: Database): MovieTable {
  const genreNames = db.prepare<[], string>('SELECT name FROM genre ORDER BY bit').pluck().all()
  const movies = db.prepare<[], number>('SELECT count(*) FROM movie').pluck().get() ?? 0
  const table: MovieTable = {
    genreNames,
    movieId: new Uint32Array(movies),
    title: [],
    year: new Int16Array(movies),
    genres: new Uint32Array(movies),
    imdbId: [],
    tmdbId: new Uint32Array(movies),
    catalogue: null,
    ratings: new Uint32Array(movies),
    ratingSum2: new Uint32Array(movies),
  }
  const rows = db
    .prepare<[], MovieRow>(
      'SELECT movie_id, title, year, genres, imdb_id, tmdb_id, n_ratings, sum_rating2 FROM movie ORDER BY idx',
    )
    .raw()
  let m = 0
  for (const [movieId, title, year, genres, imdbId, tmdbId, ratings, ratingSum2] of rows.iterate()) {
    table.movieId[m] = movieId
    table.title.push(title)
    table.year[m] = year
    table.genres[m] = genres
    table.imdbId.push(imdbId)
    table.tmdbId[m] = tmdbId
    table.ratings[m] = ratings
    table.ratingSum2[m++] = ratingSum2
  }
  return table
}

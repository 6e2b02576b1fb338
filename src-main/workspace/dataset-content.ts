/** The contents of a data set as typed arrays: what an import or a cleaning hands over to be written, and what a data-set file gives back. */
import type { CleaningFinding } from '../../src-preload/contract.ts'

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

/** Ratings in other units, one for each rating of `RatingColumns`, in its order. */
export interface StandardisedRatings {
  /** By the mean and deviation of each user, or of all ratings. */
  kind: 'user' | 'global'
  /** [n] */
  values: Float32Array
}

/** Tags by user, movie, time and text. */
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

/** How well each genome tag describes each movie that has been scored, 0..1. */
export interface GenomeScores {
  /** [t] tag names */
  tags: string[]
  /** [m] movie indices, ascending */
  movie: Uint32Array
  /** [m, t] movie-major */
  scores: Float32Array
}

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
  /** [movies] index into the data set's `catalogues`; null (or absent) where there is only one. */
  catalogue?: Uint8Array | null
}

/** What is said of a data set and does not follow from its contents. */
export interface DatasetDescription {
  id: string
  name: string
  synthetic: boolean
  format: string
  /** Milliseconds since 1970. Ratings dated later count as impossible. */
  importedAt: number
  /** Lines of the ratings file that should hold a rating; ratings of the parents, in a derived data set. */
  rowsRead: number
  /** Ids of the data sets it was made from, oldest first, and how, in words; [] and '' for an import. */
  parents: string[]
  recipe: string
  /** The same as JSON, with the hashes of the parents, so that it can be repeated; absent for an import. */
  recipeJson?: string
}

/** A whole data set in memory. Its hash, its statistics and its search index are made when it is written. */
export interface DatasetContent {
  description: DatasetDescription
  movies: MovieColumns
  /** Names of the catalogues `movies.catalogue` points into; [] where there is only one. */
  catalogues?: string[]
  /** [users] user ids, ascending */
  users: Uint32Array
  ratings: RatingColumns
  standardised?: StandardisedRatings | null
  tags: TagColumns
  genome?: GenomeScores | null
  findings: CleaningFinding[]
}

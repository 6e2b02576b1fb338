/** How large a look-alike is: the counts of the MovieLens release it resembles, at its scale. */

export interface LookAlikeSize {
  ratings: number
  users: number
  movies: number
  /** Movies that anybody rated. */
  ratedMovies: number
  tags: number
  taggers: number
  /** Movie ids are sparse: they run up to this. */
  largestMovieId: number
  /** Ratings of the user who gave the most. */
  mostByUser: number
}

/** MovieLens 25M, from its README. */
const ml25m: LookAlikeSize = {
  ratings: 25_000_095,
  users: 162_541,
  movies: 62_423,
  ratedMovies: 59_047,
  tags: 1_093_360,
  taggers: 14_592,
  largestMovieId: 209_171,
  mostByUser: 32_202,
}

/** '25m', '2.5m', '250k': users and ratings shrink in proportion, the catalogue by the square root, as smaller releases' do. */
export const scales: Record<string, number> = { '25m': 1, '2.5m': 0.1, '250k': 0.01 }

/** @throws Error naming the scales there are */
export function sizeOf(scale: string): LookAlikeSize {
  const factor = scales[scale]
  if (factor === undefined)
    throw new Error(`There is no scale '${scale}'. Choose among ${Object.keys(scales).join(', ')}.`)
  if (factor === 1) return ml25m
  const movies = Math.max(2000, Math.round(ml25m.movies * Math.sqrt(factor)))
  const ratedMovies = Math.round((movies * ml25m.ratedMovies) / ml25m.movies)
  return {
    ratings: Math.round(ml25m.ratings * factor),
    users: Math.round(ml25m.users * factor),
    movies,
    ratedMovies,
    tags: Math.round(ml25m.tags * factor),
    taggers: Math.round(ml25m.taggers * factor),
    largestMovieId: ml25m.largestMovieId,
    mostByUser: Math.min(ml25m.mostByUser, ratedMovies - 10),
  }
}

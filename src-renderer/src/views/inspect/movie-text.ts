/** A movie in a few words. */
import type { Movie } from '@contract'

/** '1995 · Crime, Mystery' */
export function yearAndGenres(movie: Pick<Movie, 'year' | 'genres'>): string {
  return [movie.year === null ? 'year unknown' : String(movie.year), movie.genres.join(', ')]
    .filter(Boolean)
    .join(' · ')
}

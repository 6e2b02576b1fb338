/** The k-core of the user-movie graph: users and movies with fewer than k ratings leave, again and again, until all have k. Pure. */
import type { RatingColumns } from '../workspace/dataset-file.ts'

export interface Core {
  /** [users], [movies] 1 = stays */
  users: Uint8Array
  movies: Uint8Array
  ratings: number
  rounds: number
}

/**
 * The largest set in which every user and every movie has at least max(k, 1) ratings: it is unique, whatever the order of removal.
 * Counts every rating of a movie marked in `inside`, in both domains together.
 */
export function kCore(ratings: Pick<RatingColumns, 'indptr' | 'item'>, inside: Uint8Array, k: number): Core {
  const least = Math.max(1, k)
  const { indptr, item } = ratings
  const users = new Uint8Array(indptr.length - 1).fill(1)
  const movies = Uint8Array.from(inside)
  for (let rounds = 0; ; rounds++) {
    const perMovie = new Uint32Array(movies.length)
    let removed = false
    let total = 0
    for (let u = 0; u < users.length; u++) {
      if (!users[u]) continue
      let own = 0
      for (let r = indptr[u]!; r < indptr[u + 1]!; r++) own += movies[item[r]!]!
      if (own < least) {
        users[u] = 0
        removed = true
        continue
      }
      total += own
      for (let r = indptr[u]!; r < indptr[u + 1]!; r++) perMovie[item[r]!]! += movies[item[r]!]!
    }
    for (let m = 0; m < movies.length; m++) {
      if (movies[m] && perMovie[m]! < least) {
        movies[m] = 0
        removed = true
      }
    }
    if (!removed) return { users, movies, ratings: total, rounds }
  }
}

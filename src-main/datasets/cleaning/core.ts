/** The k-core as a rule of a recipe. */
import { peeling } from '../splitting/k-core.ts'
import { inTurns } from '../steps.ts'
import { type CleaningRule, Examples, inBlocks } from './survivors.ts'

/** @param k at least 1; a 1-core takes away movies without ratings and nothing else */
export function coreOf(k: number): CleaningRule {
  return {
    label: `${k}-core`,
    reason: `Nothing can be learned about, or judged by, users and movies with fewer than ${k} ratings. They leave again and again until all have ${k}; the data is denser then than life is.`,
    async apply(survivors, turns) {
      const { users, movies, ratings, ratingsOf, userIds, table } = survivors
      const core = await inTurns(peeling(ratings, users, movies, k), turns)
      const lostUsers = new Examples()
      const lostMovies = new Examples()
      for (let u = 0; u < users.length; u++) {
        if (!users[u] || core.users[u]) continue
        const before = ratingsOf[u]
        lostUsers.add(() => `user ${userIds[u]}: ${before} ratings before the core`)
        survivors.removeUser(u)
      }
      for (let m = 0; m < movies.length; m++) {
        if (!movies[m] || core.movies[m]) continue
        lostMovies.add(() => `movie ${table.movieId[m]}, ${table.title[m]}`)
        movies[m] = 0
      }
      if (lostMovies.count > 0)
        await inBlocks(users.length, turns, (from, to) => {
          for (let u = from; u < to; u++) {
            if (!users[u]) continue
            let own = 0
            for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++) own += movies[ratings.item[r]!]!
            ratingsOf[u] = own
          }
        })
      survivors.note(`user outside the ${k}-core`, 'removed', lostUsers.count, lostUsers.texts)
      survivors.note(`movie outside the ${k}-core`, 'removed', lostMovies.count, lostMovies.texts)
    },
  }
}

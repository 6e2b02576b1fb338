/** The rule about users who rate faster than anyone watches: more than so many ratings in some window of 24 hours. */
import { type CleaningRule, Examples, inBlocks } from './survivors.ts'

/** A window holds times t with first <= t < first + 86,400 s. */
export const windowSeconds = 86_400

/** Ratings without a time (0) count for no window. @param perDay a user with exactly so many stays */
export function burstRaters(perDay: number): CleaningRule {
  return {
    label: `At most ${perDay} ${perDay === 1 ? 'rating' : 'ratings'} in 24 hours`,
    reason:
      'So many ratings in a day come from a script, from a profile carried over, or from an account that many share, rather than from one person who saw the movies.',
    async apply(survivors, turns) {
      const { users, movies, ratings, ratingsOf, userIds } = survivors
      const found = new Examples()
      let times = new Uint32Array(1024)
      await inBlocks(users.length, turns, (from, to) => {
        for (let u = from; u < to; u++) {
          if (!users[u] || ratingsOf[u]! <= perDay) continue
          if (times.length < ratingsOf[u]!) times = new Uint32Array(2 * ratingsOf[u]!)
          let n = 0
          for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++)
            if (movies[ratings.item[r]!] && ratings.time[r]! > 0) times[n++] = ratings.time[r]!
          const most = mostInWindow(times.subarray(0, n))
          if (most <= perDay) continue
          survivors.removeUser(u)
          found.add(() => `user ${userIds[u]}: ${most} ratings in 24 hours`)
        }
      })
      const reason = `user with more than ${perDay} ratings within 24 hours, with all their ratings`
      survivors.note(reason, 'removed', found.count, found.texts)
    },
  }
}

/** The most times that one window holds. @param times sorted in place */
export function mostInWindow(times: Uint32Array): number {
  times.sort()
  let most = 0
  for (let first = 0, after = 0; after < times.length; first++) {
    while (after < times.length && times[after]! - times[first]! < windowSeconds) after++
    most = Math.max(most, after - first)
  }
  return most
}

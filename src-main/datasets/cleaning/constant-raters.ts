/** The rule about users who gave the same rating to everything. */
import { type CleaningRule, Examples, inBlocks } from './survivors.ts'

/** @param atLeast ratings a user must have to be judged: two equal ratings are no pattern */
export function constantRaters(atLeast: number): CleaningRule {
  return {
    label: `No ${atLeast} ratings that are all equal`,
    reason: 'Whoever gives every movie the same rating says nothing about which movies they like.',
    async apply(survivors, turns) {
      const { users, movies, ratings, ratingsOf, userIds } = survivors
      const found = new Examples()
      await inBlocks(users.length, turns, (from, to) => {
        for (let u = from; u < to; u++) {
          if (!users[u] || ratingsOf[u]! < atLeast) continue
          let rating2 = 0
          let r = ratings.indptr[u]!
          const end = ratings.indptr[u + 1]!
          for (; r < end; r++) {
            if (!movies[ratings.item[r]!]) continue
            if (rating2 === 0) rating2 = ratings.rating2[r]!
            else if (ratings.rating2[r] !== rating2) break
          }
          if (r < end) continue
          const count = ratingsOf[u]!
          survivors.removeUser(u)
          found.add(() => `user ${userIds[u]}: ${count} ratings, all ${rating2 / 2}`)
        }
      })
      const reason = `user whose ratings, at least ${atLeast}, are all equal`
      survivors.note(reason, 'removed', found.count, found.texts)
    },
  }
}

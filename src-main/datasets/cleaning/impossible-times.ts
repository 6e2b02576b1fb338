/** The rule about ratings whose date cannot be right. It takes single ratings; what is left goes into shorter columns. */
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { type CleaningRule, Examples, inBlocks, type Survivors } from './survivors.ts'

/** 1995-01-01 in seconds since 1970: MovieLens' oldest ratings are of January 1995. */
export const earliest: number = Date.UTC(1995, 0, 1) / 1000

export const impossibleTimes: CleaningRule = {
  label: 'Possible times',
  reason:
    'A rating dated before 1995 or after the import was not given then. A split by time would put it into the wrong part.',
  async apply(survivors, turns) {
    const { ratings, userIds, table } = survivors
    const latest = survivors.importedAt / 1000
    const users = userIds.length
    const wrong = new Examples()
    const wrongOf = new Uint32Array(users)
    let anyTime = false
    await inBlocks(users, turns, (from, to) => {
      for (let u = from; u < to; u++) {
        for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++) {
          const time = ratings.time[r]!
          if (time > 0) anyTime = true
          if (time >= earliest && time <= latest) continue
          wrongOf[u]!++
          wrong.add(() => `user ${userIds[u]}, movie ${table.movieId[ratings.item[r]!]}: ${dated(time)}`)
        }
      }
    })
    if (!anyTime && wrong.count > 0)
      return survivors.note(
        'rating without a time, as all are here: the rule on times judges none',
        'kept',
        wrong.count,
        [],
      )
    survivors.note('rating dated before 1995 or after the import', 'removed', wrong.count, wrong.texts)
    if (wrong.count > 0) await shorten(survivors, latest, wrongOf, turns)
  },
}

function dated(seconds: number): string {
  return seconds === 0 ? 'time 0' : new Date(seconds * 1000).toISOString().slice(0, 10)
}

async function shorten(survivors: Survivors, latest: number, wrongOf: Uint32Array, turns: Turns): Promise<void> {
  const { indptr, item, rating2, time } = survivors.ratings
  const size = wrongOf.reduce((left, wrong) => left - wrong, item.length)
  const kept: RatingColumns = {
    indptr: new Uint32Array(indptr.length),
    item: new Uint32Array(size),
    rating2: new Uint8Array(size),
    time: new Uint32Array(size),
  }
  let n = 0
  await inBlocks(wrongOf.length, turns, (from, to) => {
    for (let u = from; u < to; u++) {
      for (let r = indptr[u]!; r < indptr[u + 1]!; r++) {
        if (time[r]! < earliest || time[r]! > latest) continue
        kept.item[n] = item[r]!
        kept.rating2[n] = rating2[r]!
        kept.time[n++] = time[r]!
      }
      kept.indptr[u + 1] = n
      survivors.ratingsOf[u]! -= wrongOf[u]!
    }
  })
  survivors.ratings = kept
}

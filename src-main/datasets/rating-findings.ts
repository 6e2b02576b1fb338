/** What is odd about the cleaned ratings and is kept all the same: said in the report, decided by the researcher. */
import type { MovieColumns, RatingColumns } from '../workspace/dataset-file.ts'
import type { RawRatings } from './ratings.ts'
import type { Reading } from './table-reader.ts'

/** Below this, ratings that are all equal say nothing about a user. */
const enoughToJudge = 5

/**
 * @param cleaned `rows` [n] as `cleanRatings` gives them; `movieLines` [movies] the line of each in its file, 0 = not listed
 * @param now seconds since 1970: what counts as the future
 * @returns first and last plausible time in milliseconds; 0, 0 when there is none
 */
export async function noteOddRatings(
  cleaned: {
    movies: MovieColumns
    movieLines: Uint32Array
    users: Uint32Array
    ratings: RatingColumns
    rows: Uint32Array
  },
  raw: RawRatings,
  moviesFile: string,
  now: number,
  { findings, pacer }: Pick<Reading, 'findings' | 'pacer'>,
): Promise<{ firstRatingAt: number; lastRatingAt: number }> {
  const { movies, users, ratings } = cleaned
  const note = (reason: string, r: number, text: string): void =>
    findings.add(raw.file, reason, 'kept', raw.lineOf(cleaned.rows[r]!), text)
  const rated = new Uint8Array(movies.movieId.length)
  let first = Infinity
  let last = 0
  for (let u = 0; u < users.length; u++) {
    if (u % 64 === 0) await pacer.turn()
    const start = ratings.indptr[u]!
    const end = ratings.indptr[u + 1]!
    let allEqual = true
    for (let r = start; r < end; r++) {
      rated[ratings.item[r]!] = 1
      allEqual &&= ratings.rating2[r] === ratings.rating2[start]
      const time = ratings.time[r]!
      if (time > 0 && time <= now) {
        first = Math.min(first, time)
        last = Math.max(last, time)
        continue
      }
      const reason =
        time === 0
          ? "timestamp 0: counts as the user's oldest rating"
          : "timestamp in the future: counts as the user's newest rating"
      note(reason, r, raw.textOf(cleaned.rows[r]!))
    }
    if (allEqual && end - start >= enoughToJudge)
      note(
        'abnormal user: all ratings are equal',
        start,
        `user ${users[u]}: ${end - start} ratings, all ${ratings.rating2[start]! / 2}`,
      )
  }
  rated.forEach((seen, m) => {
    const line = cleaned.movieLines[m]!
    if (!seen)
      findings.add(moviesFile, 'movie without ratings', 'kept', line, `${movies.movieId[m]},${movies.title[m]}`)
  })
  return last === 0 ? { firstRatingAt: 0, lastRatingAt: 0 } : { firstRatingAt: first * 1000, lastRatingAt: last * 1000 }
}

/**
 * Standardised ratings: z = (x - mean) / deviation, with the population deviation (divided by n, not n - 1), so that one rating has one
 * too; where the deviation is 0, z is 0. In half stars x, with n ratings, S their sum and Q the sum of their squares,
 * z = (n x - S) / sqrt(n Q - S^2): sums of whole numbers, exact for any user, and the unit falls out.
 */
import type { CleaningRecipe } from '../../../src-preload/contract.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { inBlocks } from './survivors.ts'

/** Ratings in half stars are 1..10. */
const levels = 11

/** [n] z-scores, in the order of the ratings. @throws what a turn throws */
export async function standardise(
  ratings: Pick<RatingColumns, 'indptr' | 'rating2'>,
  by: Exclude<CleaningRecipe['standardise'], 'none'>,
  turns: Turns,
): Promise<Float32Array> {
  const { indptr, rating2 } = ratings
  const users = indptr.length - 1
  const scores = new Float32Array(rating2.length)
  const counts = new Float64Array(levels)
  const score = new Float64Array(levels)
  const count = (from: number, to: number): void => {
    for (let r = from; r < to; r++) counts[rating2[r]!]!++
  }
  const fill = (from: number, to: number): void => {
    for (let r = from; r < to; r++) scores[r] = score[rating2[r]!]!
  }
  if (by === 'global') {
    await inBlocks(users, turns, (from, to) => count(indptr[from]!, indptr[to]!))
    scoreLevels(counts, score)
    await inBlocks(users, turns, (from, to) => fill(indptr[from]!, indptr[to]!))
    return scores
  }
  await inBlocks(users, turns, (from, to) => {
    for (let u = from; u < to; u++) {
      counts.fill(0)
      count(indptr[u]!, indptr[u + 1]!)
      scoreLevels(counts, score)
      fill(indptr[u]!, indptr[u + 1]!)
    }
  })
  return scores
}

/** The z-score of each rating. @param counts [levels] how often each is there */
function scoreLevels(counts: Float64Array, score: Float64Array): void {
  let n = 0
  let sum = 0
  let squares = 0
  for (let x = 0; x < levels; x++) {
    n += counts[x]!
    sum += counts[x]! * x
    squares += counts[x]! * x * x
  }
  const spread = Math.sqrt(n * squares - sum * sum) // n times the deviation
  for (let x = 0; x < levels; x++) score[x] = spread === 0 ? 0 : (n * x - sum) / spread
}

/** The wide part's crossed features: which genres a user prefers, and which an item has. A cross of both is 1 where both are (Cheng et al. 2016, eq. 1). */
import type { TrainingData } from '../data.ts'

export interface GenreCrosses {
  genres: number
  /** [users, genres] 1 where the user prefers the genre */
  preferred: Float32Array
  /** [items, genres] 1 where the item has it */
  has: Float32Array
}

/**
 * A user prefers a genre when its share of his positives is above its share of all positives, so that what everybody likes is nobody's preference.
 * @param positives rows of training events  @returns null where genres are not known
 */
export function genreCrosses(
  { users, items, train, facts }: Pick<TrainingData, 'users' | 'items' | 'train' | 'facts'>,
  positives: Uint32Array,
): GenreCrosses | null {
  if (!facts || facts.genreNames.length === 0) return null
  const genres = facts.genreNames.length
  const has = new Float32Array(items * genres)
  for (let item = 0; item < items; item++)
    for (let g = 0; g < genres; g++) has[item * genres + g] = ((facts.genres[item] ?? 0) >>> g) & 1

  const liked = new Float64Array(users * genres)
  const counts = new Float64Array(users)
  const all = new Float64Array(genres)
  let user = 0
  for (const row of positives) {
    while (row >= (train.indptr[user + 1] ?? Infinity)) user++
    const item = train.item[row] ?? 0
    counts[user]! += 1
    for (let g = 0; g < genres; g++) {
      liked[user * genres + g]! += has[item * genres + g]!
      all[g]! += has[item * genres + g]!
    }
  }
  const preferred = Float32Array.from(liked, (n, i) => {
    const own = counts[Math.floor(i / genres)]!
    return own > 0 && n / own > all[i % genres]! / positives.length ? 1 : 0
  })
  return { genres, preferred, has }
}

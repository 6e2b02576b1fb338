/** The K best of a row of scores, exactly: by score, equal scores by item index. */

/** Pads lists shorter than K. */
export const NO_ITEM = 0xffffffff

/**
 * @param scores [n]  @param excluded positions marked `mark` in here are no candidates
 * @param items [K] out: positions, best first, padded with `NO_ITEM`  @param values [K] out: their scores, padded with -Infinity
 * @returns false when a candidate's score is NaN: then there is no ranking
 */
export function topItems(
  scores: Float32Array,
  excluded: Uint32Array,
  mark: number,
  items: Uint32Array,
  values: Float32Array,
): boolean {
  const k = items.length
  let size = 0
  let worst = -Infinity
  for (let i = 0; i < scores.length; i++) {
    const s = scores[i]!
    if (size === k && s <= worst) continue // later items lose ties
    if (excluded[i] === mark) continue
    if (s !== s) return false
    let at = size < k ? size++ : k - 1
    while (at > 0 && values[at - 1]! < s) {
      values[at] = values[at - 1]!
      items[at] = items[at - 1]!
      at--
    }
    values[at] = s
    items[at] = i
    worst = values[size - 1]!
  }
  items.fill(NO_ITEM, size)
  values.fill(-Infinity, size)
  return true
}

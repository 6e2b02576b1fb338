/** How ids of the second data set are moved out of the way of the first's: by one number for all, so that the old id can be read off. */
import { CombineError } from './combine-error.ts'

const largestId = 0xffffffff

/**
 * What to add to every id of `second` so that none is among those of `first`: a power of ten where there is room for it.
 * @param what 'movie', 'user', for the sentence
 * @throws CombineError when the ids are too large to be moved
 */
export function shiftAbove(first: Uint32Array, second: Uint32Array, what: string): number {
  const largest = largestOf(first)
  const room = largestId - largestOf(second)
  const round = 10 ** String(largest).length
  if (round <= room) return round
  if (largest + 1 <= room) return largest + 1
  throw new CombineError(
    `The ${what} ids of the two data sets go up to ${largest} and ${largestOf(second)}: the second cannot be moved above the first within 32 bits. Choose the other one as the first, or import it with smaller ids.`,
  )
}

/** Whether two ascending lists have an id in common. */
export function collide(first: Uint32Array, second: Uint32Array): boolean {
  for (let a = 0, b = 0; a < first.length && b < second.length;) {
    if (first[a] === second[b]) return true
    if (first[a]! < second[b]!) a++
    else b++
  }
  return false
}

function largestOf(ascending: Uint32Array): number {
  return ascending.at(-1) ?? 0
}

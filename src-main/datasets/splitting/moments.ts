/** The two moments of `global-time`: what lies before the first is for training, from the second on for test, between them for validation. Pure. */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import { ProtocolError } from './protocol-error.ts'
import { overUsers, type Steps } from '../steps.ts'

/** Seconds since 1970. */
export interface Moments {
  validation: number
  test: number
}

/** Calls `each` with the time of every event of users [from, to). */
export type EachTime = (from: number, to: number, each: (time: number) => void) => void

const halfBits = 16
const halfMask = 0xffff

/**
 * Of n events in the order of time int(ratio n) are for test and int(ratio n) for validation, and the moments are the times of the first of each:
 * events of one time lie on one side, the later one, so that a part may be a little larger than its share. Times are counted, not sorted: by their
 * upper 16 bits, then those of the two places wanted by their lower 16 bits; 25 million of them in two passes.
 * @throws ProtocolError when nothing lies before the first moment
 */
export function* momentsOf(users: number, eachTime: EachTime, ratios: ProtocolSpec['ratios']): Steps<Moments> {
  const upper = new Uint32Array(1 << halfBits)
  let n = 0
  yield* overUsers(users, (from, to) =>
    eachTime(from, to, (time) => {
      upper[time >>> halfBits]!++
      n++
    }),
  )
  const sum = ratios[0] + ratios[1] + ratios[2]
  const test = Math.floor((ratios[2] / sum) * n)
  const validation = Math.floor((ratios[1] / sum) * n)
  const wanted = [n - test - validation, n - test].map((place) => placeIn(upper, place))
  const lower = wanted.map(() => new Uint32Array(1 << halfBits))
  let first = Infinity
  yield* overUsers(users, (from, to) =>
    eachTime(from, to, (time) => {
      if (time < first) first = time
      for (let w = 0; w < wanted.length; w++) if (time >>> halfBits === wanted[w]!.bucket) lower[w]![time & halfMask]!++
    }),
  )
  const [validationFrom, testFrom] = wanted.map(
    ({ bucket, within }, w) => bucket * 2 ** halfBits + placeIn(lower[w]!, within).bucket,
  )
  const moments = { validation: validationFrom ?? 0, test: testFrom ?? 0 }
  if (n > 0 && moments.validation <= first)
    throw new ProtocolError(
      'No rating lies before the first moment of the split by one time for all, so nothing is left to train on. Give the training part a larger share, or split by the time of each user.',
    )
  return moments
}

/** The bucket that holds the place, counted from 0, and which of the bucket's it is. A place after all is in a bucket after all: later than any time. */
function placeIn(counts: Uint32Array, place: number): { bucket: number; within: number } {
  let before = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (place < before + counts[bucket]!) return { bucket, within: place - before }
    before += counts[bucket]!
  }
  return { bucket: counts.length, within: 0 }
}

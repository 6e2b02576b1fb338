/**
 * Which events are for training, validation and test, over both domains together. Pure. How many each part gets is RecBole's rule where it has one;
 * which ones is decided by time, by chance, or by the user. Goes straight from the data set's columns to the parts: at 25 million ratings the events
 * between them would be another 400 MB.
 */
import type { Interactions } from '../../learning/data.ts'
import { Random } from '../../learning/random.ts'
import { type Cutting, cuttingOf, known, partCount, type Splittable, type SplitRule, test, train, validation } from './cutting.ts' // prettier-ignore
import { forValidation, type HeldUsers, losesA, losesNone } from './held-users.ts'
import type { Moments } from './moments.ts'
import { gather, type JointUsers, userName } from './overlap.ts'
import { overUsers, type Steps } from '../steps.ts'

export type { Splittable, SplitRule } from './cutting.ts'
export { splitCounts } from './part-sizes.ts'

export interface Split {
  train: Interactions
  validation: Interactions
  test: Interactions
  /** `strong-generalisation`: what is known of held-out users. Of every other split it has no events. */
  foldIn: Interactions
  /** The users of the parts: those of the source, without the ones left out. */
  users: Pick<JointUsers, 'row' | 'part'>
  /** `global-time`: users without a training event; their ratings are in no part. */
  leftOut: { users: number; ratings: number }
  moments: Moments | null
  held: HeldUsers | null
}

/**
 * A user's draw depends on the seed and the user's id, not on who else is there.
 * @returns each part with all users; a user's events in time order, equal times in random order
 * @throws ProtocolError when the split cannot be made of these users
 */
export function* splitEvents(source: Splittable, rule: SplitRule): Steps<Split> {
  const { ratings, ids, users, items } = source
  const rows = new Uint32Array(longestHistory(source))
  const cutting = yield* cuttingOf(source, rule, rows)
  const { starts, leftOut } = yield* partStarts(source, cutting, rows)
  const parts = starts.map(emptyInteractions)
  const keys = new Float64Array(rows.length)
  const next = new Uint32Array(partCount)
  const ends = new Uint32Array(partCount)

  const splitUser = (u: number): void => {
    let placed = 0
    for (let p = 0; p < partCount; p++) {
      next[p] = starts[p]![u]!
      ends[p] = placed += starts[p]![u + 1]! - starts[p]![u]!
    }
    if (placed === 0) return
    const n = gather(source, u, rows)
    shuffle(rows, n, Random.stream(rule.splitSeed, `split of ${userName(ids[users.row[u]!]!, users.part[u]!)}`))
    // Time first, then the place in the shuffle. Breaking equal times by movie id would leak the file's order into the task.
    for (let place = 0; place < n; place++) keys[place] = ratings.time[rows[place]!]! * mostEvents + place
    keys.subarray(0, n).sort()
    const loses = cutting.held?.loses[u] ?? losesNone
    const heldOut = cutting.held?.role[u] === forValidation ? validation : test
    for (let rank = 0; rank < n; rank++) {
      const time = Math.floor(keys[rank]! / mostEvents)
      const place = keys[rank]! - time * mostEvents
      const r = rows[place]!
      const item = items.itemOf[ratings.item[r]!]!
      const stretch = stretchOf(cutting.by === 'draw' ? place : rank, ends)
      const lost = item < items.boundary === (loses === losesA)
      const part = loses === losesNone ? stretch : lost ? heldOut : train
      const to = parts[part]!
      const e = next[part]!++
      to.item[e] = item
      to.rating[e] = ratings.rating2[r]! / 2
      to.time[e] = time
    }
  }
  yield* overUsers(users.row.length, (from, to) => {
    for (let u = from; u < to; u++) splitUser(u)
  })
  const stay = leftOut.users > 0 ? withEvents(starts) : null
  const finished = (part: number): Interactions => ({ ...parts[part]!, indptr: startsOf(starts[part]!, stay) })
  return {
    train: finished(train),
    validation: finished(validation),
    test: finished(test),
    foldIn: finished(known),
    users: stay ? { row: stay.map((u) => users.row[u]!), part: Uint8Array.from(stay, (u) => users.part[u]!) } : users,
    leftOut,
    moments: cutting.moments,
    held: cutting.held,
  }
}

function stretchOf(rank: number, ends: Uint32Array): number {
  let part = 0
  while (rank >= ends[part]!) part++
  return part
}

/** `Random.shuffle` over the first n, without a view of them for every user. */
export function shuffle(values: Uint32Array, n: number, random: Random): void {
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const swapped = values[i]!
    values[i] = values[j]!
    values[j] = swapped
  }
}

/** A time (32 bits) and a place among a user's events share the 53 bits of a number. */
const mostEvents = 2 ** 21

/** The most ratings of one user, those outside the domains too. */
function longestHistory({ ratings: { indptr }, users }: Splittable): number {
  let longest = 0
  for (const row of users.row) longest = Math.max(longest, indptr[row + 1]! - indptr[row]!)
  if (longest > mostEvents)
    throw new RangeError(`A user has ${longest} ratings; at most ${mostEvents} can be split. Clean the data set first.`)
  return longest
}

/** [partCount][users + 1] where each user's events lie in each part. */
function* partStarts(
  source: Splittable,
  cutting: Cutting,
  rows: Uint32Array,
): Steps<{ starts: Uint32Array[]; leftOut: Split['leftOut'] }> {
  const users = source.users.row.length
  const starts = Array.from({ length: partCount }, () => new Uint32Array(users + 1))
  const sizes = new Uint32Array(partCount)
  const leftOut = { users: 0, ratings: 0 }
  yield* overUsers(users, (from, to) => {
    for (let u = from; u < to; u++) {
      const n = gather(source, u, rows)
      cutting.measure(u, rows, n, sizes)
      let placed = 0
      for (let p = 0; p < partCount; p++) {
        placed += sizes[p]!
        starts[p]![u + 1] = starts[p]![u]! + sizes[p]!
      }
      if (placed > 0 || !cutting.leavesOut) continue
      leftOut.users++
      leftOut.ratings += n
    }
  })
  return { starts, leftOut }
}

/** Users with an event in any part, ascending. */
function withEvents(starts: readonly Uint32Array[]): Uint32Array {
  const users = starts[0]!.length - 1
  return Uint32Array.from({ length: users }, (_, u) => u).filter((u) => starts.some((at) => at[u + 1]! > at[u]!))
}

/** The users that stay in place of all: who has no events has no rows, so nothing but the pointers changes. */
function startsOf(starts: Uint32Array, stay: Uint32Array | null): Uint32Array {
  if (!stay) return starts
  const kept = new Uint32Array(stay.length + 1)
  stay.forEach((u, place) => (kept[place + 1] = starts[u + 1]!))
  return kept
}

export function emptyInteractions(indptr: Uint32Array): Interactions {
  const events = indptr[indptr.length - 1] ?? 0
  return {
    indptr,
    item: new Uint32Array(events),
    rating: new Float32Array(events),
    time: new Float64Array(events),
  }
}

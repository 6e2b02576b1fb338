/** For each kind of split: how many of a user's events go to each part, and what decides which. Pure. */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import {
  coldUsers,
  forTest,
  forTraining,
  forValidation,
  type HeldUsers,
  heldUsers,
  losesA,
  losesNone,
} from './held-users.ts'
import { type Moments, momentsOf } from './moments.ts'
import { gather, type JointItems, type JointUsers } from './overlap.ts'
import { knownCount, leaveLastCounts, splitCounts } from './part-sizes.ts'
import type { Steps } from '../steps.ts'

export interface Splittable {
  ratings: RatingColumns
  /** [users of the data set] */
  ids: Uint32Array
  users: Pick<JointUsers, 'row' | 'part'>
  items: JointItems
}

export type SplitRule = Pick<ProtocolSpec, 'split' | 'ratios' | 'splitSeed' | 'foldIn'>

/** Where a user's events go. They stand in this order: what is known of a held-out user comes before what is asked for. */
export const known = 0
export const train = 1
export const validation = 2
export const test = 3
export const partCount = 4

export interface Cutting {
  /** Parts are stretches of a user's events in the order of time, or of the draw. Who loses a domain has its events held out, the others in training. */
  by: 'time' | 'draw'
  /** @param rows places of the user's n ratings  @param sizes [partCount] to be filled */
  measure(user: number, rows: Uint32Array, n: number, sizes: Uint32Array): void
  /** Users may be left out of all parts. */
  leavesOut: boolean
  moments: Moments | null
  held: HeldUsers | null
}

/**
 * @param rows as long as the longest history, to work in
 * @throws ProtocolError when the split cannot be made of these users
 */
export function* cuttingOf(source: Splittable, rule: SplitRule, rows: Uint32Array): Steps<Cutting> {
  const { ratios } = rule
  const plain = { leavesOut: false, moments: null, held: null }
  switch (rule.split) {
    case 'user-time':
    case 'user-ratio':
      return {
        ...plain,
        by: rule.split === 'user-time' ? 'time' : 'draw',
        measure: byCounts((n) => splitCounts(n, ratios)),
      }
    case 'leave-last-one':
      return { ...plain, by: 'time', measure: byCounts(leaveLastCounts) }
    case 'global-time': {
      const moments = yield* momentsOf(source.users.row.length, timesOf(source, rows), ratios)
      return { ...plain, by: 'time', measure: byMoments(source.ratings, moments), leavesOut: true, moments }
    }
    case 'strong-generalisation': {
      const held = heldUsers(source, rule)
      return { ...plain, by: 'time', measure: byRole(held, rule.foldIn), held }
    }
    case 'cold-target': {
      const held = yield* coldUsers(source, rule)
      return { ...plain, by: 'time', measure: byLostDomain(source, held), held }
    }
    default:
      return rule.split satisfies never
  }
}

function byCounts(countsOf: typeof leaveLastCounts): Cutting['measure'] {
  return (_user, _rows, n, sizes) => {
    const counts = countsOf(n)
    sizes[known] = 0
    sizes[train] = counts.train
    sizes[validation] = counts.validation
    sizes[test] = counts.test
  }
}

/** Who has nothing before the first moment is in no part: no model could know anything of him, and every list of his would be the popular movies. */
function byMoments({ time }: Pick<RatingColumns, 'time'>, moments: Moments): Cutting['measure'] {
  return (_user, rows, n, sizes) => {
    sizes.fill(0)
    for (let i = 0; i < n; i++) {
      const at = time[rows[i]!]!
      sizes[at < moments.validation ? train : at < moments.test ? validation : test]!++
    }
    if (sizes[train] === 0) sizes.fill(0)
  }
}

function byRole({ role }: HeldUsers, foldIn: number): Cutting['measure'] {
  return (user, _rows, n, sizes) => {
    sizes.fill(0)
    if (role[user] === forTraining) sizes[train] = n
    else {
      sizes[known] = knownCount(n, foldIn)
      sizes[role[user] === forTest ? test : validation] = n - sizes[known]!
    }
  }
}

function byLostDomain({ ratings, items }: Splittable, { role, loses }: HeldUsers): Cutting['measure'] {
  return (user, rows, n, sizes) => {
    sizes.fill(0)
    if (loses[user] === losesNone) {
      sizes[train] = n
      return
    }
    const part = role[user] === forValidation ? validation : test
    for (let i = 0; i < n; i++) {
      const inA = items.itemOf[ratings.item[rows[i]!]!]! < items.boundary
      sizes[inA === (loses[user] === losesA) ? part : train]!++
    }
  }
}

function timesOf(
  source: Splittable,
  rows: Uint32Array,
): (from: number, to: number, each: (time: number) => void) => void {
  const { time } = source.ratings
  return (from, to, each) => {
    for (let u = from; u < to; u++) {
      const n = gather(source, u, rows)
      for (let i = 0; i < n; i++) each(time[rows[i]!]!)
    }
  }
}

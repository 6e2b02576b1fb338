/**
 * Whole users held out. `strong-generalisation`: users for validation and for test, of whom only a part is known, and that to the ranker alone.
 * `cold-target`: users with ratings in both domains who lose one of them. Who is held out follows from an order drawn by seed and user id, so that
 * another user more or less moves only whoever stands where the order is cut. Pure.
 */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import { Random } from '../../learning/random.ts'
import { drawnOrder, inBothDomains, type JointItems, type JointUsers, userName, wholeUser } from './overlap.ts'
import { splitCounts } from './part-sizes.ts'
import { ProtocolError } from './protocol-error.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import { overUsers, type Steps } from '../steps.ts'

export const forTraining = 0
export const forValidation = 1
export const forTest = 2
export const losesNone = 0
export const losesA = 1
export const losesB = 2

export interface HeldUsers {
  /** [users] `forTraining`, `forValidation` or `forTest` */
  role: Uint8Array
  /** [users] `losesA` or `losesB` for whoever is held out by `cold-target`; `losesNone` for all others */
  loses: Uint8Array
  /** Users that could be held out: all, or those with ratings in both domains. */
  eligible: number
}

interface Source {
  ratings: Pick<RatingColumns, 'indptr' | 'item'>
  /** [users of the data set] */
  ids: Uint32Array
  users: Pick<JointUsers, 'row' | 'part'>
  items: JointItems
}

/** All users stand in the drawn order: the first are for test, the next for validation, by `splitCounts` of the users. */
export function heldUsers(source: Source, protocol: Pick<ProtocolSpec, 'ratios' | 'splitSeed'>): HeldUsers {
  return inRoles(source, Uint32Array.from(source.users.row.keys()), protocol)
}

/**
 * Users with ratings in both domains stand in the drawn order; of those held out for test, and of those for validation, the first, third, ... lose A,
 * the others B: so both directions come out of one run, each with users of its own. A torn user has one domain only.
 * @throws ProtocolError when fewer than two of them are for testing
 */
export function* coldUsers(source: Source, protocol: Pick<ProtocolSpec, 'ratios' | 'splitSeed'>): Steps<HeldUsers> {
  const { users, ratings, items } = source
  const eligible = new Uint32Array(users.row.length)
  let n = 0
  yield* overUsers(users.row.length, (from, to) => {
    for (let u = from; u < to; u++)
      if (users.part[u] === wholeUser && inBothDomains(ratings, items, users.row[u]!)) eligible[n++] = u
  })
  const { test } = splitCounts(n, protocol.ratios)
  if (test < 2)
    throw new ProtocolError(
      `Of the users with ratings in both domains (${n}) too few would be for testing (${test}): each domain needs one who loses it. Raise the test part, lower the k-core, or link more users.`,
    )
  return inRoles(source, eligible.subarray(0, n), protocol, true)
}

function inRoles(
  { ids, users }: Source,
  eligible: Uint32Array,
  { ratios, splitSeed }: Pick<ProtocolSpec, 'ratios' | 'splitSeed'>,
  lose = false,
): HeldUsers {
  const role = new Uint8Array(users.row.length)
  const loses = new Uint8Array(users.row.length)
  const { test, validation } = splitCounts(eligible.length, ratios)
  const draw = (u: number): number =>
    Random.stream(splitSeed, `holding out ${userName(ids[users.row[u]!]!, users.part[u]!)}`).next()
  const order = drawnOrder(eligible, draw)
  for (const [place, u] of order.subarray(0, test + validation).entries()) {
    const within = place < test ? place : place - test
    role[u] = place < test ? forTest : forValidation
    if (lose) loses[u] = within % 2 === 0 ? losesA : losesB
  }
  return { role, loses, eligible: eligible.length }
}

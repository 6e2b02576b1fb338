/**
 * Fewer training events. After the split, each user keeps a share of his training events in a domain; what is held out stays as it was. Pure.
 */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { Interactions } from '../../learning/data.ts'
import { Random } from '../../learning/random.ts'
import { emptyInteractions, shuffle } from './splits.ts'
import { overUsers, type Steps } from '../steps.ts'

/** Training events that were taken away: no training input may know of them. */
export type DroppedEvents = Pick<Interactions, 'indptr' | 'item'>

export interface Thinned {
  train: Interactions
  dropped: DroppedEvents
}

/**
 * Of n events of a user in a domain floor(density n + r) stay, at least one, with r in [0, 1) drawn once for user and domain: over the users the
 * share is exact on average. They are the first of an order drawn likewise, so that what a lower density keeps, a higher one keeps too. Draws
 * depend on the seed and the user's id alone.
 * @param ids [users] data-set user ids  @param boundary the first item of domain B
 */
export function* thinTraining(
  train: Interactions,
  { ids, boundary }: { ids: Uint32Array; boundary: number },
  { density, splitSeed }: Pick<ProtocolSpec, 'density' | 'splitSeed'>,
): Steps<Thinned> {
  const users = train.indptr.length - 1
  const goes = new Uint8Array(train.item.length)
  let going = 0
  let longest = 0
  for (let u = 0; u < users; u++) longest = Math.max(longest, train.indptr[u + 1]! - train.indptr[u]!)
  const places = new Uint32Array(longest)

  const thin = (u: number, domain: 'A' | 'B'): void => {
    let n = 0
    for (let e = train.indptr[u]!; e < train.indptr[u + 1]!; e++)
      if (train.item[e]! < boundary === (domain === 'A')) places[n++] = e
    if (n === 0) return
    const random = Random.stream(splitSeed, `density of user ${ids[u]} in ${domain}`)
    const kept = Math.max(1, Math.floor(density[domain] * n + random.next()))
    shuffle(places, n, random)
    for (let i = kept; i < n; i++) goes[places[i]!] = 1
    going += n - kept
  }
  for (const domain of ['A', 'B'] as const) {
    if (density[domain] === 1) continue
    yield* overUsers(users, (from, to) => {
      for (let u = from; u < to; u++) thin(u, domain)
    })
  }
  return yield* parted(train, goes, going)
}

/** Nothing is dropped. */
export function noneDropped(users: number): DroppedEvents {
  return { indptr: new Uint32Array(users + 1), item: new Uint32Array() }
}

/** @param going how many of `goes` are set */
function* parted(train: Interactions, goes: Uint8Array, going: number): Steps<Thinned> {
  const users = train.indptr.length - 1
  const dropped = { indptr: new Uint32Array(users + 1), item: new Uint32Array(going) }
  const indptr = new Uint32Array(users + 1)
  yield* overUsers(users, (from, end) => {
    for (let u = from; u < end; u++) {
      let gone = 0
      for (let e = train.indptr[u]!; e < train.indptr[u + 1]!; e++) gone += goes[e]!
      dropped.indptr[u + 1] = dropped.indptr[u]! + gone
      indptr[u + 1] = indptr[u]! + train.indptr[u + 1]! - train.indptr[u]! - gone
    }
  })
  const kept = emptyInteractions(indptr)
  let to = 0
  let gone = 0
  yield* overUsers(users, (from, end) => {
    for (let e = train.indptr[from]!; e < train.indptr[end]!; e++) {
      if (goes[e]) {
        dropped.item[gone++] = train.item[e]!
        continue
      }
      kept.item[to] = train.item[e]!
      kept.rating[to] = train.rating[e]!
      kept.time[to++] = train.time[e]!
    }
  })
  return { train: kept, dropped }
}

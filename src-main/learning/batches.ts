/**
 * From windows to what one training step needs, on the host: the streams, and for each domain its targets with the states they may use and,
 * for sampled losses, the negatives. Pure and seeded: the same seed gives the same batches in the same order.
 */
import type { Interactions, TrainingData } from './data.ts'
import type { Random } from './random.ts'
import type { NegativeSampler, OwnItems } from './sampling.ts'
import { readStreams } from './streams.ts'
import type { Forgetting, StreamLayout, Streams } from './streams.ts'
import type { Window } from './windows.ts'

/** Which stream states make the user vector of a target: all of them, or only the stream of the target's domain. */
export type StateUse = 'all' | 'own'

/** The targets of one domain in one step; n of them, in timeline order by window. */
export interface TargetBlock {
  domain: number
  /** [n] joint item index */
  item: Int32Array<ArrayBuffer>
  /** [n] */
  user: Int32Array<ArrayBuffer>
  /** [n] how much each counts */
  weight: Float32Array<ArrayBuffer>
  /** One or two arrays [n]: rows of the state table. */
  states: Int32Array<ArrayBuffer>[]
  /** Null for full softmax. */
  negatives: Negatives | null
}

/** Items drawn for one step, shared by all targets of a domain. */
export interface Negatives {
  /** [k] joint item indices */
  item: Int32Array<ArrayBuffer>
  /** [k] logarithm of how often one expects to draw each, log(k q) */
  logExpected: Float32Array<ArrayBuffer>
  /** [n, k] 0 where the target's user has rated the item himself, else 1 */
  weight: Float32Array<ArrayBuffer>
}

export interface Batch {
  streams: Streams
  targets: TargetBlock[] // domains without a target in this step are left out
}

/**
 * What a target of each user counts: n^-balance for a user with n targets, scaled to 1 in the mean over all targets. 0: every target counts the
 * same, so users with many ratings dominate; 1: every user counts the same. @returns [users]
 */
export function userWeights(windows: Window[], users: number, balance: number): Float64Array {
  const targets = new Float64Array(users)
  for (const window of windows) targets[window.user]! += window.targets
  let sum = 0
  let total = 0
  for (const n of targets) {
    sum += n
    if (n > 0) total += n * n ** -balance
  }
  return targets.map((n) => (n > 0 ? (n ** -balance * sum) / total : 0))
}

export interface NegativeSource {
  samplers: NegativeSampler[] // one a domain
  own: OwnItems
  count: number
  /** The generator of a domain's draws in this step: the parts of a step draw the same. */
  random(domain: number): Random
}

export function makeBatch(
  data: Pick<TrainingData, 'domains' | 'train'>,
  layout: StreamLayout,
  windows: Window[],
  use: StateUse,
  weights: Float64Array,
  negatives: NegativeSource | null,
  forgetting: Forgetting | null = null,
): Batch {
  const streams = readStreams(data.train, layout, windows, forgetting)
  const targets: TargetBlock[] = []
  for (const domain of data.domains.keys()) {
    const chosen = targetsOf(data.train, layout, windows, domain)
    if (chosen.query.length === 0) continue
    const used = use === 'all' ? streams.states : [streams.states[Math.min(domain, layout.streams - 1)]!] // one stream: no choice
    targets.push({
      domain,
      item: Int32Array.from(chosen.item),
      user: Int32Array.from(chosen.user),
      weight: Float32Array.from(chosen.user, (user) => weights[user]!),
      states: used.map((rows) => Int32Array.from(chosen.query, (query) => rows[query]!)),
      negatives: negatives ? drawNegatives(negatives, domain, chosen.user) : null,
    })
  }
  return { streams, targets }
}

/** The queries whose target lies in `domain`: their number among all queries of the batch, the item and the user. */
function targetsOf(
  train: Interactions,
  layout: StreamLayout,
  windows: Window[],
  domain: number,
): { query: number[]; item: number[]; user: number[] } {
  const chosen = { query: [] as number[], item: [] as number[], user: [] as number[] }
  let query = 0
  for (const window of windows)
    for (const row of window.queries) {
      const item = train.item[row]!
      if (layout.domainOf(item) === domain) {
        chosen.query.push(query)
        chosen.item.push(item)
        chosen.user.push(window.user)
      }
      query++
    }
  return chosen
}

function drawNegatives({ samplers, own, count, random }: NegativeSource, domain: number, users: number[]): Negatives {
  const sampler = samplers[domain]!
  const item = sampler.draw(count, random(domain))
  const logExpected = Float32Array.from(item, (drawn) => Math.log(count) + sampler.logProbability(drawn))
  return { item, logExpected, weight: own.notOwn(item, users) }
}

/**
 * The windows of an epoch in steps of `size`. Windows are shuffled, then sorted by length inside pools of `POOL` steps, and the steps are shuffled:
 * neighbours are of similar length, so little is padded, and the order still changes from epoch to epoch.
 */
export function planEpoch(windows: Window[], size: number, random: Random): Window[][] {
  const shuffled = shuffle(windows, random)
  const steps: Window[][] = []
  for (let first = 0; first < shuffled.length; first += size * POOL) {
    const pool = shuffled.slice(first, first + size * POOL).sort((a, b) => a.end - a.start - (b.end - b.start))
    for (let i = 0; i < pool.length; i += size) steps.push(pool.slice(i, i + size))
  }
  return shuffle(steps, random)
}

const POOL = 8

function shuffle<T>(list: T[], random: Random): T[] {
  const order = random.shuffle(Uint32Array.from(list.keys()))
  return Array.from(order, (i) => list[i]!) // a permutation of the list's indices
}

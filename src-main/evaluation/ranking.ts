/** Ranks the candidates of a domain for users in blocks; what becomes of a ranking is the caller's affair. */
import { concatInteractions, type DomainRange, type Interactions, type TrainingData } from '../learning/data.ts'
import type { Recommender } from '../learning/model.ts'
import { type PositionLists, type Ranked, Ranker } from '../learning/scoring/ranker.ts'
import type { Turn } from '../learning/scoring/ranking-crew.ts'
import type { Scoring } from '../learning/scoring/scoring.ts'
import { knownHistory } from './known-history.ts'
import { SampledCandidates } from './sampled-candidates.ts'
import { NO_ITEM } from './top-items.ts'
import type { Evaluation } from './types.ts'

/** One user's ranking in one domain; the arrays are reused for the next user. */
export interface RankedList {
  user: number
  /** [K] positions in the domain, best first; `NO_ITEM` pads */
  items: Uint32Array
  /** [K] their scores */
  values: Float32Array
  /** [K] 1 = the item at this rank is relevant */
  hits: Uint8Array
  /** Positions of the user's relevant held-out items. */
  relevant: Uint32Array
  /** Their ranks from 1, ties sharing the mean of theirs; empty unless asked for. */
  midranks: Float64Array
  /** How many items were ranked: the unseen ones of the domain, or the sampled ones. */
  candidates: number
}

export interface RankOptions {
  /** Length of the lists. */
  k: number
  /** Whether the ranks of all relevant items are wanted, also of those behind the first K. */
  midranks: boolean
  /** Called between two pieces of work; what it throws ends the ranking. */
  turn: Turn
  /** By default as many as the work is worth. */
  threads?: number | undefined
}

export class Ranking {
  readonly #held: Interactions
  readonly #history: Interactions
  readonly #seen: Interactions[]
  readonly #positive: number
  readonly #users: number
  readonly #sampled: TrainingData['sampled']
  readonly #part: Evaluation['part']

  /**
   * Seen, and no candidate: training at validation, training + validation at test, whatever `historyAtTest` lets the model use; and the fold-in of
   * users who are held out, which is their history at both.
   */
  constructor(data: TrainingData, part: Evaluation['part']) {
    const test = part === 'test'
    const known = data.foldIn ? [data.train, data.foldIn] : [data.train]
    this.#held = test ? data.test : data.validation
    this.#seen = test ? [...known, data.validation] : known
    const history = knownHistory(data)
    this.#history =
      test && data.historyAtTest === 'train+validation' ? concatInteractions(history, data.validation) : history
    this.#positive = data.positive
    this.#users = data.users
    this.#sampled = data.sampled
    this.#part = part
  }

  /** Indices of the users with at least one relevant held-out item in the domain, ascending. */
  countedUsers(domain: DomainRange): Uint32Array {
    const { indptr, item, rating } = this.#held
    const users = new Uint32Array(this.#users)
    let n = 0
    for (let u = 0; u < this.#users; u++) {
      let e = indptr[u]!
      const end = indptr[u + 1]!
      while (e < end && (item[e]! < domain.start || item[e]! >= domain.end || rating[e]! < this.#positive)) e++
      if (e < end) users[n++] = u
    }
    return users.slice(0, n)
  }

  /**
   * Calls `each` with the ranking of users[row], row by row.
   * @throws what `turn` throws; Error when a candidate's score is NaN, when scores have a wrong shape, or when a relevant held-out item of a user is
   * among his seen ones.
   */
  async rank(
    model: Recommender,
    domain: DomainRange,
    users: Uint32Array,
    { k, midranks, turn, threads }: RankOptions,
    each: (row: number, list: RankedList) => void,
  ): Promise<void> {
    if (users.length === 0) return
    const n = domain.end - domain.start
    const scoring = (await model.scoring?.(this.#history, domain, turn)) ?? given(model, this.#history, domain)
    const ranker = await Ranker.create(scoring, { items: n, k, users: users.length, threads }, turn)
    const none: PositionLists = { indptr: new Uint32Array(ranker.blockSize + 1), positions: new Uint32Array(0) }
    const isRelevant = new Uint32Array(n)
    const hits = new Uint8Array(k)
    const sampled = this.#sampled ? new SampledCandidates(this.#sampled, domain, this.#part) : null
    const blockSize = sampled ? Math.min(ranker.blockSize, sampled.blockSize) : ranker.blockSize
    try {
      for (let start = 0; start < users.length; start += blockSize) {
        await turn()
        const some = users.slice(start, start + blockSize)
        const relevant = this.#relevantOf(some, domain, this.#positive)
        let seen = this.#seenOf(some, domain)
        const held = midranks ? relevant : { ...none, indptr: none.indptr.subarray(0, some.length + 1) }
        refuseLeaks(some, seen, relevant, domain)
        if (sampled) seen = sampled.others(some, seen, this.#relevantOf(some, domain, 0), relevant)
        const ranked = await ranker.rank({ users: some, seen, held }, turn)
        refuseNaN(some, ranked, domain)
        for (let b = 0; b < some.length; b++) {
          const mark = start + b + 1
          const items = ranked.items.subarray(b * k, (b + 1) * k)
          const own = relevant.positions.subarray(relevant.indptr[b]!, relevant.indptr[b + 1]!)
          for (const i of own) isRelevant[i] = mark
          for (let i = 0; i < k; i++) hits[i] = items[i] !== NO_ITEM && isRelevant[items[i]!] === mark ? 1 : 0
          each(start + b, {
            user: some[b]!,
            items,
            values: ranked.scores.subarray(b * k, (b + 1) * k),
            hits,
            relevant: own,
            midranks: ranked.midranks.subarray(held.indptr[b]!, held.indptr[b + 1]!),
            candidates: n - (seen.indptr[b + 1]! - seen.indptr[b]!),
          })
        }
      }
    } finally {
      ranker.dispose()
    }
  }

  /** Positions in the domain of the users' held-out items rated `positive` and more. */
  #relevantOf(users: Uint32Array, { start, end }: DomainRange, positive: number): PositionLists {
    const { indptr, item, rating } = this.#held
    const lists = emptyLists(users, [this.#held])
    let n = 0
    for (const [b, user] of users.entries()) {
      for (let e = indptr[user]!; e < indptr[user + 1]!; e++)
        if (item[e]! >= start && item[e]! < end && rating[e]! >= positive) lists.positions[n++] = item[e]! - start
      lists.indptr[b + 1] = n
    }
    return { ...lists, positions: lists.positions.subarray(0, n) }
  }

  /** Positions in the domain of what the users have seen, ascending, nothing twice. */
  #seenOf(users: Uint32Array, { start, end }: DomainRange): PositionLists {
    const { indptr, positions } = emptyLists(users, this.#seen)
    let n = 0
    for (const [b, user] of users.entries()) {
      const first = n
      for (const events of this.#seen)
        for (let e = events.indptr[user]!; e < events.indptr[user + 1]!; e++) {
          const i = events.item[e]!
          if (i >= start && i < end) positions[n++] = i - start
        }
      const own = positions.subarray(first, n).sort()
      n = first
      for (const [i, position] of own.entries()) if (i === 0 || position !== positions[n - 1]) positions[n++] = position
      indptr[b + 1] = n
    }
    return { indptr, positions: positions.subarray(0, n) }
  }
}

/** Room for all events of the users. */
function emptyLists(users: Uint32Array, events: readonly Interactions[]): PositionLists {
  let n = 0
  for (const { indptr } of events) for (const user of users) n += indptr[user + 1]! - indptr[user]!
  return { indptr: new Uint32Array(users.length + 1), positions: new Uint32Array(n) }
}

/** A model that tells nothing of how its scores come about. */
function given(model: Recommender, history: Interactions, domain: DomainRange): Scoring {
  const n = domain.end - domain.start
  return {
    kind: 'given',
    users: async (users) => {
      const scores = await model.score(users, history, domain)
      if (scores.length !== users.length * n)
        throw new Error(
          `Domain ${domain.name}: the model gave ${scores.length} scores for ${users.length} users and ${n} items. This is a defect of the model.`,
        )
      return scores
    },
  }
}

function refuseLeaks(users: Uint32Array, seen: PositionLists, relevant: PositionLists, { start }: DomainRange): void {
  for (const [b, user] of users.entries()) {
    const own = seen.positions.subarray(seen.indptr[b]!, seen.indptr[b + 1]!)
    for (let e = relevant.indptr[b]!; e < relevant.indptr[b + 1]!; e++)
      if (contains(own, relevant.positions[e]!))
        throw new Error(
          `User index ${user} has item index ${relevant.positions[e]! + start} both in the seen history and held out, so the split leaks. Prepare the data again; duplicate ratings must be removed before the split.`,
        )
  }
}

function contains(ascending: Uint32Array, position: number): boolean {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < position) low = middle + 1
    else high = middle
  }
  return ascending[low] === position
}

function refuseNaN(users: Uint32Array, { notANumber }: Ranked, domain: DomainRange): void {
  if (notANumber === null) return
  throw new Error(
    `Domain ${domain.name}: a score of user index ${users[notANumber]} is not a number. Training has diverged, or a feature is not finite: lower the learning rate or look for extreme values in the features.`,
  )
}

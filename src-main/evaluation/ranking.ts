/** Ranks the unseen items of a domain for users in blocks; what becomes of a ranking is the caller's affair. */
import { concatInteractions, type DomainRange, type Interactions, type TrainingData } from '../learning/data.ts'
import type { Recommender } from '../learning/model.ts'
import type { Pacer } from '../learning/pacer.ts'
import { NO_ITEM, topItems } from './top-items.ts'
import type { Evaluation } from './types.ts'

/** Scores held at a time: 4 Mi entries of float32. */
const BLOCK_SCORES = 1 << 22

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
  /** [domain] */
  scores: Float32Array
  /** [domain] Position p is seen, so no candidate, when seen[p] === mark. */
  seen: Uint32Array
  mark: number
}

export class Ranking {
  readonly #held: Interactions
  readonly #history: Interactions
  readonly #seen: Interactions[]
  readonly #positive: number
  readonly #users: number

  /** Seen: training at validation, training + validation at test, whatever `historyAtTest` lets the model use. */
  constructor(data: TrainingData, part: Evaluation['part']) {
    const test = part === 'test'
    this.#held = test ? data.test : data.validation
    this.#seen = test ? [data.train, data.validation] : [data.train]
    this.#history =
      test && data.historyAtTest === 'train+validation' ? concatInteractions(data.train, data.validation) : data.train
    this.#positive = data.positive
    this.#users = data.users
  }

  /** Indices of the users with at least one relevant held-out item in the domain, ascending. */
  countedUsers(domain: DomainRange): Uint32Array {
    const users: number[] = []
    for (let u = 0; u < this.#users; u++) if (this.#relevant(u, domain).length > 0) users.push(u)
    return Uint32Array.from(users)
  }

  /**
   * Calls `each` with the ranking of users[row], row by row.
   * @throws DOMException 'AbortError' between blocks; Error when a candidate's score is NaN, when scores have a wrong shape, or when a
   * relevant held-out item of a user is among his seen ones.
   */
  async rank(
    model: Recommender,
    domain: DomainRange,
    users: Uint32Array,
    k: number,
    pacer: Pacer,
    each: (row: number, list: RankedList) => void,
  ): Promise<void> {
    const n = domain.end - domain.start
    const block = Math.max(1, Math.min(256, Math.floor(BLOCK_SCORES / n)))
    const seen = new Uint32Array(n)
    const isRelevant = new Uint32Array(n)
    const items = new Uint32Array(k)
    const values = new Float32Array(k)
    const hits = new Uint8Array(k)
    for (let start = 0; start < users.length; start += block) {
      await pacer.turn()
      const some = users.slice(start, start + block)
      const scores = await model.score(some, this.#history, domain) // [B, n]
      if (scores.length !== some.length * n)
        throw new Error(
          `Domain ${domain.name}: the model gave ${scores.length} scores for ${some.length} users and ${n} items. This is a defect of the model.`,
        )
      for (let b = 0; b < some.length; b++) {
        const user = some[b]!
        const mark = start + b + 1
        this.#markSeen(user, domain, seen, mark)
        const relevant = this.#relevant(user, domain)
        for (const i of relevant) {
          if (seen[i] === mark) throw new Error(leak(user, i + domain.start))
          isRelevant[i] = mark
        }
        const row = scores.subarray(b * n, (b + 1) * n)
        if (!topItems(row, seen, mark, items, values)) throw new Error(notANumber(user, domain))
        for (let i = 0; i < k; i++) hits[i] = items[i] !== NO_ITEM && isRelevant[items[i]!] === mark ? 1 : 0
        each(start + b, { user, items, values, hits, relevant, scores: row, seen, mark })
      }
    }
  }

  /** Positions in the domain of a user's relevant held-out items. */
  #relevant(user: number, domain: DomainRange): Uint32Array {
    const { indptr, item, rating } = this.#held
    const found: number[] = []
    for (let e = indptr[user]!; e < indptr[user + 1]!; e++) {
      const i = item[e]!
      if (i >= domain.start && i < domain.end && rating[e]! >= this.#positive) found.push(i - domain.start)
    }
    return Uint32Array.from(found)
  }

  #markSeen(user: number, domain: DomainRange, seen: Uint32Array, mark: number): void {
    for (const { indptr, item } of this.#seen)
      for (let e = indptr[user]!; e < indptr[user + 1]!; e++) {
        const i = item[e]!
        if (i >= domain.start && i < domain.end) seen[i - domain.start] = mark
      }
  }
}

const leak = (user: number, item: number): string =>
  `User index ${user} has item index ${item} both in the seen history and held out, so the split leaks. Prepare the data again; duplicate ratings must be removed before the split.`

const notANumber = (user: number, domain: DomainRange): string =>
  `Domain ${domain.name}: a score of user index ${user} is not a number. Training has diverged, or a feature is not finite: lower the learning rate or look for extreme values in the features.`

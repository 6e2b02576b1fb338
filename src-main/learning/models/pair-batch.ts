/**
 * Positives with sampled negatives, on the host: which training events a step learns from, and which pairs of users and items they make. Pure
 * and seeded: the same seed gives the same batches in the same order.
 */
import { domainOf } from '../data.ts'
import type { TrainingData } from '../data.ts'
import type { Random } from '../random.ts'
import { NegativeSampler, OwnItems } from '../sampling.ts'
import type { NegativeDistribution } from '../sampling.ts'
import { targetEvents } from './transformer-start.ts'

/** P positives with k negatives each: P (1 + k) pairs, the positives first, then the negatives of the first positive, of the second, ... */
export interface PairBatch {
  /** Distinct, in the order in which they turn up. */
  users: Int32Array<ArrayBuffer>
  items: Int32Array<ArrayBuffer>
  /** [pairs] rows of `users` and `items` */
  userRows: Int32Array<ArrayBuffer>
  itemRows: Int32Array<ArrayBuffer>
  /** [P] how much each positive counts */
  positiveWeights: Float32Array<ArrayBuffer>
  /** [P k] its negatives': 0 where only items of the user's own were drawn */
  negativeWeights: Float32Array<ArrayBuffer>
}

export interface PairSourceOptions {
  /** Negatives of a positive. */
  negatives: number
  distribution: NegativeDistribution
  /** Events with at least so many stars are positives. */
  minRating: number
  /** 0: every positive counts the same; 1: every user does. */
  userBalance: number
}

/** Draws of one negative before the next free item from a random place on is taken: a user who has rated nearly everything leaves few. */
const TRIES = 20

export class PairSource {
  /** Rows of the training events that are positives. */
  readonly positives: Uint32Array
  readonly #data: TrainingData
  readonly #options: PairSourceOptions
  /** [events] */
  readonly #userOf: Uint32Array
  /** [users] 1 in the mean over all positives */
  readonly #weights: Float64Array
  readonly #own: OwnItems
  readonly #samplers: NegativeSampler[]

  /** @throws Error when no training event is a positive */
  constructor(data: TrainingData, options: PairSourceOptions) {
    const { indptr, item } = data.train
    const isPositive = targetEvents(data, options.minRating)
    this.positives = rowsOf(isPositive)
    if (this.positives.length === 0)
      throw new Error(
        `No training rating is ${Math.min(options.minRating, data.positive)} stars or better, so there is nothing to learn from. Lower 'Positives from'.`,
      )
    this.#data = data
    this.#options = options
    this.#userOf = new Uint32Array(item.length)
    for (let user = 0; user < data.users; user++) this.#userOf.fill(user, indptr[user], indptr[user + 1])
    this.#weights = this.#balanced(options.userBalance)
    this.#own = new OwnItems(data.train)
    this.#samplers = data.domains.map((domain) => new NegativeSampler(domain, options.distribution, data.train))
  }

  /** The positives in random order, `size` at a time. */
  shuffled(size: number, random: Random): Uint32Array[] {
    return pieces(random.shuffle(this.positives.slice()), size)
  }

  /** Sum of the weights of some positives. */
  weightOf(rows: Uint32Array): number {
    return rows.reduce((sum, row) => sum + this.#weights[this.#userOf[row]!]!, 0)
  }

  /** @param rows positives @param pool of items that negatives are drawn from; null: the positive's domain */
  batch(rows: Uint32Array, pool: Uint32Array | null, random: Random): PairBatch {
    const { negatives: k } = this.#options
    const { item } = this.#data.train
    const pairs = rows.length * (1 + k)
    const users = new Distinct(this.#data.users, pairs)
    const items = new Distinct(this.#data.items, pairs)
    const positiveWeights = new Float32Array(rows.length)
    const negativeWeights = new Float32Array(rows.length * k)
    for (const [n, row] of rows.entries()) {
      const user = this.#userOf[row]!
      users.put(n, user)
      items.put(n, item[row]!)
      positiveWeights[n] = this.#weights[user]!
      for (let j = 0; j < k; j++) {
        const at = n * k + j
        const drawn = this.#draw(user, item[row]!, pool, random)
        users.put(rows.length + at, user)
        items.put(rows.length + at, drawn.item)
        negativeWeights[at] = drawn.own ? 0 : this.#weights[user]!
      }
    }
    return {
      users: users.list(),
      items: items.list(),
      userRows: users.rows,
      itemRows: items.rows,
      positiveWeights,
      negativeWeights,
    }
  }

  /** Not one that the user has rated himself: those are not ranked for him later. `own`: there is no other. */
  #draw(user: number, item: number, pool: Uint32Array | null, random: Random): { item: number; own: boolean } {
    const domain = domainOf(this.#data, item)
    for (let tries = 0; tries < TRIES; tries++) {
      const drawn = pool ? pool[random.integer(pool.length)] : this.#samplers[domain]?.draw(1, random)[0]
      if (drawn !== undefined && !this.#own.has(user, drawn)) return { item: drawn, own: false }
    }
    const { start, end } = this.#data.domains[domain] ?? { start: 0, end: 0 }
    const size = pool ? pool.length : end - start
    const first = random.integer(size)
    for (let i = 0; i < size; i++) {
      const at = (first + i) % size
      const next = pool ? pool[at]! : start + at
      if (!this.#own.has(user, next)) return { item: next, own: false }
    }
    return { item, own: true }
  }

  /** n^-balance for a user with n positives, scaled to 1 in the mean over all positives. @returns [users] */
  #balanced(balance: number): Float64Array {
    const counts = new Float64Array(this.#data.users)
    for (const row of this.positives) counts[this.#userOf[row]!]! += 1
    let total = 0
    for (const n of counts) if (n > 0) total += n * n ** -balance
    return counts.map((n) => (n > 0 ? (n ** -balance * this.positives.length) / total : 0))
  }
}

/** Numbers each id by its first appearance. */
class Distinct {
  readonly rows: Int32Array<ArrayBuffer>
  readonly #place: Int32Array
  readonly #ids: number[] = []

  constructor(ids: number, size: number) {
    this.#place = new Int32Array(ids).fill(-1)
    this.rows = new Int32Array(size)
  }

  put(at: number, id: number): void {
    if (this.#place[id] === -1) this.#place[id] = this.#ids.push(id) - 1
    this.rows[at] = this.#place[id]!
  }

  list(): Int32Array<ArrayBuffer> {
    return Int32Array.from(this.#ids)
  }
}

/** @param marks [n] @returns where they are 1, ascending */
function rowsOf(marks: Uint8Array): Uint32Array {
  const rows = new Uint32Array(marks.length)
  let n = 0
  for (let row = 0; row < marks.length; row++) if (marks[row] === 1) rows[n++] = row
  return rows.slice(0, n)
}

export function pieces(rows: Uint32Array, size: number): Uint32Array[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) => rows.subarray(k * size, (k + 1) * size))
}

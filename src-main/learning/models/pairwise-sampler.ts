/**
 * Triples for pairwise losses: a user, an item he has rated, and one of the same domain that he has not. Every epoch goes through the rated
 * items once, in a new order, and every step draws its negatives anew; both follow from (seed, epoch) and (seed, step) alone.
 */
import type { DomainRange, TrainingData } from '../data.ts'
import { domainOf } from '../data.ts'
import { Random } from '../random.ts'
import { NegativeSampler, OwnItems } from '../sampling.ts'
import type { NegativeDistribution } from '../sampling.ts'
import type { HostStep } from '../trainer.ts'
import { targetEvents } from './transformer-start.ts'

/** Each [n]; items in joint indices. */
export interface Triples {
  users: Int32Array
  positives: Int32Array
  negatives: Int32Array
}

export interface SamplerOptions {
  seed: number
  /** Most triples in a step. */
  batch: number
  /** Stars from which a rating is a positive; never stricter than the protocol. */
  minRating: number
  distribution: NegativeDistribution
}

/** Draws of a seen item after which an unseen one is drawn uniformly: for users who have rated nearly everything that is popular. */
const TRIES = 50

export class TripleSampler {
  /** [P] user and item of every positive, user-major */
  readonly users: Int32Array
  readonly items: Int32Array
  readonly #options: SamplerOptions
  readonly #domains: DomainRange[]
  readonly #own: OwnItems
  /** One a domain; null where all unseen items are alike. */
  readonly #popular: NegativeSampler[] | null

  /** A positive of a user who has rated every item of its domain is left out: nothing can be set against it. @throws Error when none is left */
  constructor(data: Pick<TrainingData, 'domains' | 'train' | 'positive'>, options: SamplerOptions) {
    const { domains, train } = data
    this.#options = options
    this.#domains = domains
    this.#own = new OwnItems(train)
    this.#popular =
      options.distribution === 'uniform'
        ? null
        : domains.map((domain) => new NegativeSampler(domain, options.distribution, train))
    const isPositive = targetEvents(data, options.minRating)
    const users = new Int32Array(train.item.length)
    const items = new Int32Array(train.item.length)
    let n = 0
    for (let user = 0; user + 1 < train.indptr.length; user++) {
      const own = this.#own.of(user)
      const open = domains.map((domain) => unseenCount(own, domain) > 0)
      for (let row = train.indptr[user]!; row < train.indptr[user + 1]!; row++) {
        const item = train.item[row]!
        if (isPositive[row] !== 1 || !open[domainOf(data, item)]) continue
        users[n] = user
        items[n++] = item
      }
    }
    if (n === 0)
      throw new Error(
        `No training rating has ${options.minRating} stars or more beside an item that its user has not rated. Lower 'Positives from', or choose more data.`,
      )
    this.users = users.slice(0, n)
    this.items = items.slice(0, n)
  }

  /** The positives of each step, in parts of equal size. @param epoch from 1 @returns indices into `users` and `items` */
  epoch(epoch: number): Uint32Array[] {
    const order = Uint32Array.from(this.users.keys())
    Random.stream(this.#options.seed, `order/${epoch}`).shuffle(order)
    const steps = Math.ceil(order.length / this.#options.batch)
    const bound = (k: number): number => Math.floor((k * order.length) / steps)
    return Array.from({ length: steps }, (_, k) => order.subarray(bound(k), bound(k + 1)))
  }

  /** What the trainer wants to know of a step. @param chosen indices into `users` and `items` */
  facts(chosen: Uint32Array): Pick<HostStep, 'samples' | 'weight' | 'about'> {
    const steps = Math.ceil(this.users.length / this.#options.batch)
    return {
      samples: chosen.length,
      weight: (chosen.length * steps) / this.users.length,
      about: () => `${chosen.length} triples, the first of user ${this.users[chosen[0] ?? 0]}`,
    }
  }

  /** @param chosen indices into `users` and `items` @param step from 0 over all epochs */
  draw(chosen: Uint32Array, step: number): Triples {
    const random = Random.stream(this.#options.seed, `negatives/${step}`)
    const n = chosen.length
    const triples: Triples = { users: new Int32Array(n), positives: new Int32Array(n), negatives: new Int32Array(n) }
    for (let t = 0; t < n; t++) {
      const user = this.users[chosen[t]!]!
      const positive = this.items[chosen[t]!]!
      triples.users[t] = user
      triples.positives[t] = positive
      triples.negatives[t] = this.#negative(user, positive, random)
    }
    return triples
  }

  #negative(user: number, positive: number, random: Random): number {
    const index = domainOf({ domains: this.#domains }, positive)
    const popular = this.#popular?.[index]
    for (let tries = 0; popular && tries < TRIES; tries++) {
      const item = popular.draw(1, random)[0]!
      if (!this.#own.has(user, item)) return item
    }
    const domain = this.#domains[index]!
    const own = this.#own.of(user)
    return unseenItem(own, domain, random.integer(unseenCount(own, domain)))
  }
}

/** @returns [users] 1 = has a training event that is a positive */
export function usersWithPositives(
  data: Pick<TrainingData, 'users' | 'train' | 'positive'>,
  minRating: number,
): Uint8Array {
  const isPositive = targetEvents(data, minRating)
  const { indptr } = data.train
  return Uint8Array.from({ length: data.users }, (_, user) =>
    isPositive.subarray(indptr[user], indptr[user + 1]).includes(1) ? 1 : 0,
  )
}

/** @param own ascending and distinct, of all domains @returns items of the domain that are not among them */
export function unseenCount(own: Uint32Array, { start, end }: DomainRange): number {
  return end - start - (firstAtLeast(own, end) - firstAtLeast(own, start))
}

/** @param k from 0 @returns the k-th item of the domain, ascending, that is not in `own` */
export function unseenItem(own: Uint32Array, { start }: DomainRange, k: number): number {
  const first = firstAtLeast(own, start)
  let low = first
  let high = own.length
  while (low < high) {
    const middle = (low + high) >> 1
    // own[middle] - start items of the domain lie before it, of which middle - first are own
    if (own[middle]! - start - (middle - first) > k) high = middle
    else low = middle + 1
  }
  return start + k + (low - first)
}

/** @returns index of the first entry >= `value` */
function firstAtLeast(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

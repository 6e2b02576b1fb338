/**
 * What biased matrix factorisation learns from, in the order of an epoch: training events in a new order, each followed by the unseen items that
 * are set against it. Both follow from (seed, epoch) and (seed, step) alone.
 */
import { domainOf, type TrainingData } from '../data.ts'
import { Random } from '../random.ts'
import { OwnItems } from '../sampling.ts'
import { unseenCount, unseenItem } from './pairwise-sampler.ts'

export interface SamplesOptions {
  seed: number
  /** Stars from which an event is a sample. */
  threshold: number
  /** Unseen items for each event. */
  negatives: number
}

/** Events of a step: a tenth of a second. */
const STEP = 8192

export class MfSamples {
  /** [P] user-major */
  readonly users: Uint32Array
  readonly items: Uint32Array
  readonly stars: Float32Array
  readonly #options: SamplesOptions
  readonly #domains: TrainingData['domains']
  readonly #own: OwnItems | null

  /** @throws Error when no event is left */
  constructor({ domains, train }: Pick<TrainingData, 'domains' | 'train'>, options: SamplesOptions) {
    this.#options = options
    this.#domains = domains
    this.#own = options.negatives > 0 ? new OwnItems(train) : null
    const kept = new Uint32Array(train.item.length)
    const users = new Uint32Array(train.item.length)
    let n = 0
    for (let user = 0; user + 1 < train.indptr.length; user++)
      for (let e = train.indptr[user]!; e < train.indptr[user + 1]!; e++)
        if (train.rating[e]! >= options.threshold) {
          users[n] = user
          kept[n++] = e
        }
    if (n === 0)
      throw new Error(
        `No training rating has ${options.threshold} stars or more. Lower 'Positives from', or choose more data.`,
      )
    this.users = users.slice(0, n)
    this.items = Uint32Array.from(kept.subarray(0, n), (e) => train.item[e]!)
    this.stars = Float32Array.from(kept.subarray(0, n), (e) => train.rating[e]!)
  }

  get meanStars(): number {
    return this.stars.reduce((sum, stars) => sum + stars, 0) / this.stars.length
  }

  /** The events of each step, in parts of equal size. @param epoch from 1 @returns indices into `users`, `items` and `stars` */
  epoch(epoch: number): Uint32Array[] {
    const order = Uint32Array.from(this.users.keys())
    Random.stream(this.#options.seed, `order/${epoch}`).shuffle(order)
    const steps = Math.ceil(order.length / STEP)
    const bound = (k: number): number => Math.floor((k * order.length) / steps)
    return Array.from({ length: steps }, (_, k) => order.subarray(bound(k), bound(k + 1)))
  }

  /**
   * Unseen items of the domains of a step's events, uniformly.
   * @param chosen indices into `users` @param step from 0 over all epochs
   * @returns [chosen, negatives]; where a user has rated all of a domain his event itself stands there
   */
  negatives(chosen: Uint32Array, step: number): Uint32Array {
    const { seed, negatives } = this.#options
    const random = Random.stream(seed, `negatives/${step}`)
    const drawn = new Uint32Array(chosen.length * negatives)
    if (!this.#own) return drawn
    for (let k = 0; k < chosen.length; k++) {
      const item = this.items[chosen[k]!]!
      const domain = this.#domains[domainOf({ domains: this.#domains }, item)]!
      const own = this.#own.of(this.users[chosen[k]!]!)
      const open = unseenCount(own, domain)
      for (let j = k * negatives; j < (k + 1) * negatives; j++)
        drawn[j] = open > 0 ? unseenItem(own, domain, random.integer(open)) : item
    }
    return drawn
  }
}

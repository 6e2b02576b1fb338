/** Negatives for sampled losses: items of the target's domain, drawn anew each step and shared by all its targets. */
import type { DomainRange, Interactions } from './data.ts'
import type { Random } from './random.ts'

export type NegativeDistribution = 'uniform' | 'popularity'

/** Draws items of one domain with replacement. */
export class NegativeSampler {
  readonly #start: number
  readonly #size: number
  /** [size] cumulative probability, null = uniform */
  readonly #cumulative: Float64Array | null

  /** `popularity`: in proportion to (count + 1)^0.75 (Mikolov et al. 2013, section 2.2; one is added so that every item can be drawn). */
  constructor(domain: DomainRange, distribution: NegativeDistribution, train: Interactions) {
    this.#start = domain.start
    this.#size = domain.end - domain.start
    this.#cumulative = distribution === 'uniform' ? null : cumulativePopularity(domain, train)
  }

  /** @returns [count] joint item indices */
  draw(count: number, random: Random): Int32Array<ArrayBuffer> {
    const items = new Int32Array(count)
    for (let i = 0; i < count; i++) items[i] = this.#start + this.#one(random)
    return items
  }

  /** The natural logarithm of the probability that one draw gives this item. @param item joint index */
  logProbability(item: number): number {
    const sums = this.#cumulative
    if (!sums) return -Math.log(this.#size)
    const i = item - this.#start
    return Math.log((sums[i]! - (sums[i - 1] ?? 0)) / sums[this.#size - 1]!)
  }

  #one(random: Random): number {
    if (!this.#cumulative) return random.integer(this.#size)
    const target = random.next() * this.#cumulative[this.#size - 1]!
    let low = 0
    let high = this.#size - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#cumulative[middle]! > target) high = middle
      else low = middle + 1
    }
    return low
  }
}

function cumulativePopularity(domain: DomainRange, train: Interactions): Float64Array {
  const weights = new Float64Array(domain.end - domain.start).fill(1)
  for (const item of train.item) if (item >= domain.start && item < domain.end) weights[item - domain.start]! += 1
  let sum = 0
  return weights.map((count) => (sum += count ** 0.75))
}

/** The items every user has rated in training: they are not ranked for him later, so they are no negatives for his targets now. */
export class OwnItems {
  readonly #indptr: Uint32Array
  /** sorted within each user */
  readonly #items: Uint32Array

  constructor({ indptr, item }: Interactions) {
    this.#indptr = indptr
    this.#items = item.slice()
    for (let user = 0; user + 1 < indptr.length; user++) this.#items.subarray(indptr[user], indptr[user + 1]).sort()
  }

  /** Ascending joint item indices, without a copy. */
  of(user: number): Uint32Array {
    return this.#items.subarray(this.#indptr[user], this.#indptr[user + 1])
  }

  has(user: number, item: number): boolean {
    const items = this.of(user)
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      const found = items[middle]!
      if (found === item) return true
      if (found < item) low = middle + 1
      else high = middle
    }
    return false
  }
}

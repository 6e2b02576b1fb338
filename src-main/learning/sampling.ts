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
  /** [largest item + 1] first column of an item among those that are marked, -1 = none */
  readonly #column: Int32Array

  constructor({ indptr, item }: Interactions) {
    this.#indptr = indptr
    this.#items = item.slice()
    for (let user = 0; user + 1 < indptr.length; user++) this.#items.subarray(indptr[user], indptr[user + 1]).sort()
    this.#column = new Int32Array(item.reduce((most, each) => Math.max(most, each + 1), 0)).fill(-1)
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

  /**
   * The contrary of `has` for many users and items. A user has fewer items than a search for each drawn one would take steps, so his are looked up
   * among the drawn.
   * @param drawn [k] @param users @returns [users, k] 0 where the item is the user's own, else 1
   */
  notOwn(drawn: Int32Array, users: readonly number[]): Float32Array<ArrayBuffer> {
    const k = drawn.length
    const column = this.#column
    const again = new Int32Array(k) // the next column of the same item, -1 = none
    for (let j = k - 1; j >= 0; j--) {
      again[j] = column[drawn[j]!] ?? -1
      column[drawn[j]!] = j
    }
    const open = new Float32Array(users.length * k).fill(1)
    for (let t = 0; t < users.length; t++) {
      const user = users[t]!
      // the targets of a user come one after the other
      if (t > 0 && user === users[t - 1]) open.copyWithin(t * k, (t - 1) * k, t * k)
      else
        for (let i = this.#indptr[user]!; i < this.#indptr[user + 1]!; i++)
          for (let j = column[this.#items[i]!]!; j !== -1; j = again[j]!) open[t * k + j] = 0
    }
    for (let j = 0; j < k; j++) column[drawn[j]!] = -1
    return open
  }
}

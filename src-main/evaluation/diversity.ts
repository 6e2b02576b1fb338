/**
 * Intra-list diversity (Ziegler et al. 2005): the mean distance of all pairs of a list's items, by their genres or by their features. Lists grow item by
 * item, so that one walk gives the values at all cut-offs. Items of which nothing is known are left out.
 */
import type { DomainRange, FeatureTable, ItemFacts } from '../learning/data.ts'

/** The mean distance among the items added since `begin`; positions are those of the domain. */
export interface ListDiversity {
  begin(): void
  add(position: number): void
  /** 0 for fewer than two items. */
  value(): number
}

/** Jaccard's distance of the sets of genres. */
export class GenreDiversity implements ListDiversity {
  readonly #genres: Uint32Array
  #members: number[] = []
  #sum = 0

  constructor({ genres }: ItemFacts, { start, end }: DomainRange) {
    this.#genres = genres.subarray(start, end)
  }

  begin(): void {
    this.#members = []
    this.#sum = 0
  }

  add(position: number): void {
    const own = this.#genres[position]!
    if (own === 0) return
    for (const other of this.#members) this.#sum += 1 - ones(own & other) / ones(own | other)
    this.#members.push(own)
  }

  value(): number {
    const n = this.#members.length
    return n < 2 ? 0 : this.#sum / ((n * (n - 1)) / 2)
  }
}

/** Cosine distance of the features: of n unit vectors with sum s, the cosines of all pairs sum to (|s|^2 - n) / 2. */
export class FeatureDiversity implements ListDiversity {
  readonly #table: FeatureTable
  readonly #start: number
  readonly #sum: Float64Array
  #n = 0

  constructor(table: FeatureTable, { start }: DomainRange) {
    this.#table = table
    this.#start = start
    this.#sum = new Float64Array(table.dim)
  }

  begin(): void {
    this.#sum.fill(0)
    this.#n = 0
  }

  add(position: number): void {
    const { dim, rows, present } = this.#table
    const item = this.#start + position
    if (present[item] !== 1) return
    const from = item * dim
    let square = 0
    for (let k = 0; k < dim; k++) square += rows[from + k]! ** 2
    if (square === 0) return
    const scale = 1 / Math.sqrt(square)
    for (let k = 0; k < dim; k++) this.#sum[k]! += rows[from + k]! * scale
    this.#n++
  }

  value(): number {
    const n = this.#n
    if (n < 2) return 0
    const square = this.#sum.reduce((total, x) => total + x * x, 0)
    const pairs = (n * (n - 1)) / 2
    return Math.max(0, 1 - (square - n) / 2 / pairs) // rounding alone could bring it below 0
  }
}

/** Bits that are set (Warren, Hacker's Delight, 5-1). */
function ones(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

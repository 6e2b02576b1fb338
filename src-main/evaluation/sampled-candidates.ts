/**
 * Ranking against sampled negatives, for comparison with papers that did so: a user's candidates are his relevant held-out items and so many unseen
 * items of the domain. It is inconsistent with the ranking among all items, even in expectation (Krichene and Rendle, KDD 2020): numbers grow several
 * times and models change places.
 *
 * Unseen is what the user has no event with up to and with the part asked for: at validation the test part is not looked at. Negatives are drawn
 * without replacement, each unseen item as likely, by seed, user index, domain and part: for every model and every run seed the same. Held-out items
 * below the threshold are neither relevant nor negatives. Where fewer are unseen than asked for, all of them are taken.
 */
import type { DomainRange, TrainingData } from '../learning/data.ts'
import { Random } from '../learning/random.ts'
import type { PositionLists } from '../learning/scoring/ranker.ts'
import type { Evaluation } from './types.ts'

/** Positions of items that are no candidates, held at a time: 4 Mi. */
const HELD = 1 << 22

export class SampledCandidates {
  /** Users of a block: nearly the whole domain is listed for each as no candidate. */
  readonly blockSize: number
  readonly #negatives: number
  readonly #size: number
  readonly #stream: (user: number) => Random
  /** [domain] to work in */
  readonly #free: Uint32Array

  constructor(
    { negatives, seed }: NonNullable<TrainingData['sampled']>,
    { name, start, end }: DomainRange,
    part: Evaluation['part'],
  ) {
    this.#negatives = negatives
    this.#size = end - start
    this.#free = new Uint32Array(this.#size)
    this.#stream = (user) => Random.stream(seed, `negatives of user index ${user} in ${name} for ${part}`)
    this.blockSize = Math.max(1, Math.floor(HELD / Math.max(1, this.#size)))
  }

  /**
   * What the ranker has to leave out so that the candidates remain; lists as in `UserBlock.seen`.
   * @param held all held-out items of the part  @param relevant those of them that count
   */
  others(users: Uint32Array, seen: PositionLists, held: PositionLists, relevant: PositionLists): PositionLists {
    const positions = new Uint32Array(users.length * this.#size)
    const indptr = new Uint32Array(users.length + 1)
    const candidate = new Uint8Array(this.#size)
    let n = 0
    for (const [b, user] of users.entries()) {
      candidate.fill(1)
      for (const lists of [seen, held])
        for (let e = lists.indptr[b]!; e < lists.indptr[b + 1]!; e++) candidate[lists.positions[e]!] = 0
      this.#draw(candidate, this.#stream(user))
      for (let e = relevant.indptr[b]!; e < relevant.indptr[b + 1]!; e++) candidate[relevant.positions[e]!] = 1
      for (let i = 0; i < this.#size; i++) if (!candidate[i]) positions[n++] = i
      indptr[b + 1] = n
    }
    return { indptr, positions: positions.subarray(0, n) }
  }

  /** Of the positions that are marked, the negatives stay marked: the first of a shuffle that goes only so far. */
  #draw(candidate: Uint8Array, random: Random): void {
    const free = this.#free
    let n = 0
    for (let i = 0; i < candidate.length; i++) if (candidate[i]) free[n++] = i
    if (n <= this.#negatives) return
    candidate.fill(0)
    for (let i = 0; i < this.#negatives; i++) {
      const j = i + random.integer(n - i)
      const drawn = free[j]!
      free[j] = free[i]!
      free[i] = drawn
      candidate[drawn] = 1
    }
  }
}

/**
 * The best K items of every user and the places of the held-out ones, exactly, over all items of a domain: scores descending, equal ones by position.
 * The item side is laid out once, users come in blocks; what is held at a time is the item side and one block, never scores of all users. The same
 * lists and the same bits of every score, on any number of threads.
 */
import { askedEntries } from './asked-entries.ts'
import { type ItemSide, layOutItems, refuseBeyond } from './item-side.ts'
import { packPanels } from './packing.ts'
import { RankingCrew, type Turn } from './ranking-crew.ts'
import { RankingHeap } from './ranking-heap.ts'
import type { RowEntries, Scoring } from './scoring.ts'

/** Lists of positions of one user after the other: entries indptr[b]..indptr[b + 1] - 1 are those of the b-th. */
export interface PositionLists {
  /** [B + 1] */
  indptr: Uint32Array
  positions: Uint32Array
}

export interface UserBlock {
  /** [B] user indices, at most `Ranker.blockSize` */
  users: Uint32Array
  /** What is no candidate; each list ascending, nothing twice. */
  seen: PositionLists
  /** Candidates whose ranks are asked for. */
  held: PositionLists
}

export interface Ranked {
  /** [B, K] positions, best first; 0xffffffff pads */
  items: Uint32Array
  /** [B, K] their scores; -Infinity pads */
  scores: Float32Array
  /** One for each entry of `held`: its rank among the candidates from 1, candidates of equal score sharing the mean of their ranks. */
  midranks: Float64Array
  /** Where in the block a user stands who has a candidate without a score, NaN; null: nowhere. */
  notANumber: number | null
}

export interface RankerOptions {
  /** Of the domain. */
  items: number
  /** Length of the lists. */
  k: number
  /** How many users are going to be ranked, all in all: for few of them no threads are started. */
  users: number
  /** By default as many as the work is worth: one, or one a core, at most MOST_THREADS. */
  threads?: number | undefined
}

const MOST_THREADS = 8
/** Users of a block: some seconds of work at most, and megabytes. */
const BLOCK = 4096
/** Users a model is asked for at a time, between two turns. */
const ASKED = 256
/** Scores held at a time where they are given: 4 Mi. */
const GIVEN_SCORES = 1 << 22
/** Bytes of rows of scores that a thread holds at most, where they are sums over a dense matrix. */
const ROW_BYTES = 1 << 27
/** Nanoseconds of work for which starting threads pays. */
const WORTH_THREADS = 2e8
/** Nanoseconds of a band: a cancel is heard after it. */
const BAND = 1e8
/** Users whose scores the kernel computes together: bands begin at a multiple of it. */
const GROUP = 16
const kinds: readonly Scoring['kind'][] = ['vectors', 'dense', 'sparse', 'given']

export class Ranker {
  /** Users a block may have. */
  readonly blockSize: number
  readonly #heap: RankingHeap
  readonly #scoring: Scoring
  readonly #options: RankerOptions
  readonly #items: ItemSide
  readonly #base: number
  #crew: RankingCrew | null = null

  private constructor(heap: RankingHeap, scoring: Scoring, options: RankerOptions, items: ItemSide) {
    this.#heap = heap
    this.#scoring = scoring
    this.#options = options
    this.#items = items
    this.#base = heap.top
    this.blockSize =
      scoring.kind === 'given'
        ? Math.max(1, Math.min(scoring.atOnce ?? ASKED, ASKED, Math.floor(GIVEN_SCORES / options.items)))
        : BLOCK
  }

  /** Lays the item side out. @throws what `turn` throws; Error when there is not so much memory, or no SIMD */
  static async create(scoring: Scoring, options: RankerOptions, turn: Turn): Promise<Ranker> {
    const heap = new RankingHeap()
    return new Ranker(heap, scoring, options, await layOutItems(heap, scoring, options.items, turn))
  }

  /** Bytes of the memory it works in. */
  get bytes(): number {
    return this.#heap.bytes
  }

  /** 1 before the first block. */
  get threads(): number {
    return this.#crew?.size ?? 1
  }

  /** @throws what `turn` or the model throws; Error when the user side has a wrong shape */
  async rank({ users, seen, held }: UserBlock, turn: Turn): Promise<Ranked> {
    const heap = this.#heap
    const { k } = this.#options
    const count = users.length
    heap.release(this.#base)
    const { pointers: side, cost } = await this.#layOutUsers(users, turn)
    const zeros = (words: number): number => {
      const pointer = heap.allocate(4 * words)
      heap.words(pointer, words).fill(0)
      return pointer
    }
    const [keys, scores, items] = [
      heap.allocate(8 * count * k),
      heap.allocate(4 * count * k),
      heap.allocate(4 * count * k),
    ]
    const [sizes, broken, next] = [zeros(count), zeros(count), heap.keep(seen.indptr.subarray(0, count))]
    const seenLists = [heap.keep(seen.indptr), heap.keep(seen.positions)]
    const heldLists = [heap.keep(held.indptr), heap.keep(held.positions)]
    const [heldScores, places] = [heap.allocate(4 * held.positions.length), zeros(held.positions.length)]
    const { width, matrix, bias, rowStart, columns } = this.#items
    const { kind } = this.#scoring
    const task = [kinds.indexOf(kind), this.#options.items, width, matrix, bias, rowStart, columns, ...side]
    const best = [k, keys, scores, items, sizes, broken, next, ...seenLists, ...heldLists, heldScores, places]

    this.#crew ??= await RankingCrew.start(heap, this.#threadsFor(cost))
    const size = this.#bandOf(count, cost)
    const bytes = heap.kernels.rankScratch(kinds.indexOf(kind), this.#options.items, width, size) >>> 0
    const scratch = Array.from({ length: this.#crew.size }, () => heap.allocate(bytes))
    const round = { scores: heap.keep(Uint32Array.from(task)), best: heap.keep(Uint32Array.from(best)) }
    await this.#crew.run({ ...round, users: count, size }, scratch, turn)

    const first = heap.words(broken, count).findIndex((candidates) => candidates > 0)
    return {
      items: heap.words(items, count * k).slice(),
      scores: heap.floats(scores, count * k).slice(),
      // candidates above and those not below: twice the rank, less one
      midranks: Float64Array.from(heap.words(places, held.positions.length), (place) => (place + 1) / 2),
      notANumber: first < 0 ? null : first,
    }
  }

  /** Ends the threads. */
  dispose(): void {
    this.#crew?.dispose()
    this.#crew = null
  }

  /** @returns users, entryStart, entries and weights of the kernels' `Scores`, and nanoseconds of work for a user, roughly */
  async #layOutUsers(users: Uint32Array, turn: Turn): Promise<{ pointers: number[]; cost: number }> {
    const heap = this.#heap
    const scoring = this.#scoring
    const { items } = this.#options
    if (scoring.kind === 'given' || scoring.kind === 'vectors') {
      const width = scoring.kind === 'given' ? items : scoring.width
      const whole = Math.ceil(users.length / GROUP) * GROUP
      const pointer = heap.allocate(4 * whole * width)
      for (let start = 0; start < users.length; start += ASKED) {
        await turn()
        const some = users.slice(start, start + ASKED)
        const rows = await scoring.users(some)
        if (rows.length !== some.length * width) throw new Error(wrongShape(rows.length, some.length, width))
        const out = heap.floats(pointer + 4 * start * width, Math.min(ASKED, whole - start) * width)
        if (scoring.kind === 'given') out.set(rows)
        else packPanels(rows, width, 4, out)
      }
      return { pointers: [pointer, 0, 0, 0], cost: scoring.kind === 'given' ? items / 4 : (items * width) / 20 }
    }
    const { indptr, indices, values } = await askedEntries((some) => scoring.users(some), users, turn)
    refuseBeyond(indices, scoring.kind === 'dense' ? scoring.rows : scoring.matrix.indptr.length - 1)
    const perUser = indices.length / Math.max(1, users.length)
    const pointers = [0, heap.keep(indptr), heap.keep(indices), values ? heap.keep(values) : 0]
    return { pointers, cost: perUser * (scoring.kind === 'dense' ? items / 12 : rowLength(scoring.matrix)) + items / 4 }
  }

  #threadsFor(cost: number): number {
    const { threads, users } = this.#options
    if (threads !== undefined) return threads
    return cost * users < WORTH_THREADS ? 1 : Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, MOST_THREADS)
  }

  /** Users a thread takes at a time. */
  #bandOf(users: number, cost: number): number {
    const { kind } = this.#scoring
    // a band of dense sums reads the whole matrix once: the larger, the better; sparse ones gain by many calls, as the engine then translates them better
    const longest =
      kind === 'dense'
        ? Math.min((4 * BAND) / cost, ROW_BYTES / (4 * this.#options.items))
        : kind === 'sparse'
          ? GROUP
          : BAND / cost
    const share = users / this.threads / (kind === 'dense' ? 1 : 2)
    return Math.max(1, Math.ceil(Math.min(longest, share, BLOCK) / GROUP)) * GROUP
  }
}

const rowLength = ({ indptr, indices }: RowEntries): number => indices.length / Math.max(1, indptr.length - 1)

const wrongShape = (found: number, users: number, width: number): string =>
  `The model gave ${found} numbers for ${users} users and ${width} each. This is a defect of the model.`

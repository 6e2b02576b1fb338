/**
 * Nearest neighbours over sparse rows: products of one row with all others, and the best k of them. What exists at a time is one row of the
 * similarity matrix and the lists that are kept, never the matrix.
 */
import type { Pacer } from './pacer.ts'
import type { RowEntries } from './scoring/scoring.ts'

/** One row of a product of sparse matrices with positive entries. */
export class ScatteredSums {
  /** [width] */
  readonly sums: Float64Array
  /** The columns that are not 0, in the order in which they came up; `count` of them. */
  readonly touched: Uint32Array
  count = 0

  constructor(width: number) {
    this.sums = new Float64Array(width)
    this.touched = new Uint32Array(width)
  }

  /** Adds a row of a matrix times a weight above 0. */
  add({ indptr, indices, values }: RowEntries, row: number, weight: number): void {
    const { sums, touched } = this
    let { count } = this
    for (let e = indptr[row]!; e < indptr[row + 1]!; e++) {
      const column = indices[e]!
      if (sums[column] === 0) touched[count++] = column
      sums[column]! += values ? weight * values[e]! : weight
    }
    this.count = count
  }

  clear(): void {
    for (let t = 0; t < this.count; t++) this.sums[this.touched[t]!] = 0
    this.count = 0
  }
}

/** Keeps the k entries with the largest values; of equal values those with the smaller index. A heap whose root is the worst kept. */
export class BestEntries {
  readonly #indices: Uint32Array
  readonly #values: Float64Array
  #count = 0

  constructor(k: number) {
    this.#indices = new Uint32Array(k)
    this.#values = new Float64Array(k)
  }

  offer(index: number, value: number): void {
    const k = this.#indices.length
    if (this.#count < k) this.#rise(this.#count++, index, value)
    else if (k > 0 && this.#worse(0, index, value)) this.#sink(index, value)
  }

  /** Writes the indices that are kept, ascending, and is empty afterwards. @returns how many */
  take(indices: Uint32Array, at: number): number {
    const kept = this.#indices.slice(0, this.#count).sort()
    indices.set(kept, at)
    this.#count = 0
    return kept.length
  }

  /** Whether what stands at a place is worse than an entry. */
  #worse(place: number, index: number, value: number): boolean {
    const held = this.#values[place]!
    return held < value || (held === value && this.#indices[place]! > index)
  }

  #rise(place: number, index: number, value: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#worse(parent, index, value)) break
      this.#move(parent, place)
      place = parent
    }
    this.#put(place, index, value)
  }

  #sink(index: number, value: number): void {
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.#count) break
      if (child + 1 < this.#count && this.#worse(child + 1, this.#indices[child]!, this.#values[child]!)) child++
      if (!this.#worse(child, index, value)) break
      this.#move(child, place)
      place = child
    }
    this.#put(place, index, value)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#indices[from]!, this.#values[from]!)
  }

  #put(place: number, index: number, value: number): void {
    this.#indices[place] = index
    this.#values[place] = value
  }
}

export interface NeighbourSearch {
  /** Rows whose neighbours are wanted; entry c of one stands for row c of `others`. */
  rows: RowEntries
  others: RowEntries
  /** Columns of `others`: who can be a neighbour. */
  width: number
  /** Longest list. */
  k: number
  /** What becomes of the sum of products of a row and a neighbour. */
  value(row: number, neighbour: number, sum: number): number
  /** No row is its own neighbour: row r is column self(r) of `others`. */
  self(row: number): number
}

/**
 * The k nearest neighbours of every row, among those that share an entry with it.
 * @returns [rows, width], each list ascending by neighbour
 * @throws DOMException 'AbortError'
 */
export async function nearest(
  search: NeighbourSearch,
  pacer: Pacer,
  onProgress?: (fraction: number) => void,
): Promise<RowEntries> {
  const lists = new NeighbourLists(search)
  const count = search.rows.indptr.length - 1
  for (let row = 0; row < count; row++) {
    await pacer.turn()
    lists.append(row)
    if (row % 64 === 63 || row + 1 === count) onProgress?.((row + 1) / count)
  }
  return lists.entries()
}

/** The same at once, for a few rows. */
export function nearestOf(search: NeighbourSearch): RowEntries {
  const lists = new NeighbourLists(search)
  for (let row = 0; row + 1 < search.rows.indptr.length; row++) lists.append(row)
  return lists.entries()
}

class NeighbourLists {
  readonly #search: NeighbourSearch
  readonly #sums: ScatteredSums
  readonly #best: BestEntries
  readonly #indptr: Uint32Array
  readonly #indices: Uint32Array
  readonly #values: Float32Array
  #filled = 0

  constructor(search: NeighbourSearch) {
    const rows = search.rows.indptr.length - 1
    const k = Math.min(search.k, search.width)
    this.#search = search
    this.#sums = new ScatteredSums(search.width)
    this.#best = new BestEntries(k)
    this.#indptr = new Uint32Array(rows + 1)
    this.#indices = new Uint32Array(rows * k)
    this.#values = new Float32Array(rows * k)
  }

  append(row: number): void {
    const { rows, others, value, self } = this.#search
    const sums = this.#sums
    for (let e = rows.indptr[row]!; e < rows.indptr[row + 1]!; e++)
      sums.add(others, rows.indices[e]!, rows.values ? rows.values[e]! : 1)
    const own = self(row)
    for (let t = 0; t < sums.count; t++) {
      const neighbour = sums.touched[t]!
      if (neighbour !== own) this.#best.offer(neighbour, value(row, neighbour, sums.sums[neighbour]!))
    }
    const end = this.#filled + this.#best.take(this.#indices, this.#filled)
    for (; this.#filled < end; this.#filled++) {
      const neighbour = this.#indices[this.#filled]!
      this.#values[this.#filled] = value(row, neighbour, sums.sums[neighbour]!)
    }
    this.#indptr[row + 1] = end
    sums.clear()
  }

  entries(): RowEntries {
    const filled = this.#filled
    return { indptr: this.#indptr, indices: this.#indices.slice(0, filled), values: this.#values.slice(0, filled) }
  }
}

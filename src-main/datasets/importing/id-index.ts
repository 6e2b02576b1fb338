/**
 * From an id in the files to its index in our arrays. Ids are sparse (32M: up to 292,757 for 87,585 movies) but small: a table, and a map
 * for the rest. Ids that turn up on the way are given the next index.
 */
import { GrowingWords } from '../../workspace/growing-words.ts'

const tableSize = 1 << 22
export const absent = 0xffffffff

export class IdIndex {
  #table: Uint32Array
  readonly #large = new Map<number, number>()
  readonly #ids = new GrowingWords()

  /** @param ids distinct; the index of an id is its place */
  constructor(ids: Uint32Array = new Uint32Array(0)) {
    let largest = 0
    for (const id of ids) if (id < tableSize && id > largest) largest = id
    this.#table = new Uint32Array(largest + 1).fill(absent)
    for (const id of ids) this.add(id)
  }

  get size(): number {
    return this.#ids.length
  }

  /** [size] the id at each index. A view, good until the next id comes. */
  get ids(): Uint32Array {
    return this.#ids.values()
  }

  /** `absent` when there is no such id. */
  get(id: number): number {
    return id < tableSize ? (this.#table[id] ?? absent) : (this.#large.get(id) ?? absent)
  }

  /**
   * Looks up ids[from..n) into the same places of `out`.
   * @returns the place of the first id that is absent, n when there is none
   */
  findAll(ids: Uint32Array, out: Uint32Array, from: number, n: number): number {
    const table = this.#table
    for (let j = from; j < n; j++) {
      const id = ids[j]!
      const index = id < table.length ? table[id]! : this.get(id)
      if (index === absent) return j
      out[j] = index
    }
    return n
  }

  /** Gives a new id the next index. */
  add(id: number): number {
    const index = this.#ids.length
    this.#ids.push(id)
    if (id >= tableSize) this.#large.set(id, index)
    else {
      if (id >= this.#table.length) this.#grow(id)
      this.#table[id] = index
    }
    return index
  }

  #grow(id: number): void {
    const grown = new Uint32Array(Math.min(tableSize, Math.max(id + 1, 2 * this.#table.length))).fill(absent)
    grown.set(this.#table)
    this.#table = grown
  }
}

/** [ids] the place of each id among all of them, ascending. */
export function ranks(ids: Uint32Array): Uint32Array {
  const order = new IdIndex(ids.slice().sort())
  return ids.map((id) => order.get(id))
}

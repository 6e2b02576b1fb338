/** From an id in the files to its index in our arrays. Ids are sparse (32M: up to 292,757 for 87,585 movies) but small: a table, and a map for the rest. */
const tableSize = 1 << 20
export const absent = 0xffffffff

export class IdIndex {
  readonly #table: Uint32Array
  readonly #large = new Map<number, number>()

  /** @param ids distinct; the index of an id is its place */
  constructor(ids: Uint32Array) {
    let largest = 0
    for (const id of ids) if (id < tableSize && id > largest) largest = id
    this.#table = new Uint32Array(largest + 1).fill(absent)
    ids.forEach((id, index) => {
      if (id < tableSize) this.#table[id] = index
      else this.#large.set(id, index)
    })
  }

  /** `absent` when there is no such id. */
  get(id: number): number {
    return id < tableSize ? (this.#table[id] ?? absent) : (this.#large.get(id) ?? absent)
  }
}

/** Numbers distinct texts by first appearance, looking at their bytes: a text that comes a thousand times is made a string once. */
import { GrowingWords } from '../../workspace/growing-words.ts'

const free = 0xffffffff

export class TextInterner {
  #bytes = Buffer.alloc(1 << 16)
  /** [texts + 1] where each text starts in `#bytes` */
  readonly #starts = new GrowingWords()
  /** Open addressing, at most half full. */
  #slots = new Uint32Array(1 << 12).fill(free)

  constructor() {
    this.#starts.push(0)
  }

  get size(): number {
    return this.#starts.length - 1
  }

  /** The number of the text in b[start .. end). */
  intern(b: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hashOf(b, start, end) & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]!
      if (id === free) return this.#add(b, start, end, slot)
      if (this.#equals(id, b, start, end)) return id
    }
  }

  /** All texts, as UTF-8. */
  texts(): string[] {
    const starts = this.#starts.values()
    return Array.from({ length: this.size }, (_, id) => this.#bytes.toString('utf8', starts[id], starts[id + 1]))
  }

  #equals(id: number, b: Uint8Array, start: number, end: number): boolean {
    const starts = this.#starts.values()
    let at = starts[id]!
    if (starts[id + 1]! - at !== end - start) return false
    for (let i = start; i < end; i++) if (b[i] !== this.#bytes[at++]) return false
    return true
  }

  #add(b: Uint8Array, start: number, end: number, slot: number): number {
    const id = this.size
    const at = this.#starts.values()[id]!
    const length = end - start
    if (at + length > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(at + length, 2 * this.#bytes.length))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes.set(b.subarray(start, end), at)
    this.#starts.push(at + length)
    this.#slots[slot] = id
    if (2 * this.size > this.#slots.length) this.#rehash()
    return id
  }

  #rehash(): void {
    const slots = new Uint32Array(2 * this.#slots.length).fill(free)
    const mask = slots.length - 1
    const starts = this.#starts.values()
    for (let id = 0; id < this.size; id++) {
      let slot = hashOf(this.#bytes, starts[id]!, starts[id + 1]!) & mask
      while (slots[slot] !== free) slot = (slot + 1) & mask
      slots[slot] = id
    }
    this.#slots = slots
  }
}

/** FNV-1a, its high bits folded into the low ones that choose the slot. */
function hashOf(b: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ b[i]!, 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

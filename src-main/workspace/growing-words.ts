/** A column of 32-bit words whose length is not known beforehand. */
export class GrowingWords {
  #words: Uint32Array<ArrayBuffer>
  #n = 0

  /** @param expected about how many there will be */
  constructor(expected = 1 << 10) {
    this.#words = new Uint32Array(Math.max(1, Math.ceil(expected)))
  }

  get length(): number {
    return this.#n
  }

  push(word: number): void {
    if (this.#n === this.#words.length) this.#grow(this.#n + 1)
    this.#words[this.#n++] = word
  }

  append(words: Uint32Array): void {
    if (this.#n + words.length > this.#words.length) this.#grow(this.#n + words.length)
    this.#words.set(words, this.#n)
    this.#n += words.length
  }

  /** A view, good until the next word comes. */
  values(): Uint32Array<ArrayBuffer> {
    return this.#words.subarray(0, this.#n)
  }

  clear(): void {
    this.#n = 0
  }

  #grow(needed: number): void {
    const grown = new Uint32Array(Math.max(needed, 2 * this.#words.length))
    grown.set(this.#words.subarray(0, this.#n))
    this.#words = grown
  }
}

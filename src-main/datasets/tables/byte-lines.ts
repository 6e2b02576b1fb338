/**
 * Pieces of a file as pieces of whole lines. The unfinished line is kept for the next piece; a line too long to be one is given up, with its
 * start, and nothing counts until its end.
 */
const newline = 10

export class ByteLines {
  readonly #maxLine: number
  readonly #onLines: (lines: Buffer) => void
  readonly #onLong: (start: Buffer) => void
  #carry: Buffer = Buffer.alloc(0)
  #skipping = false

  /** @param onLines gets whole lines: the last byte is a line end  @param onLong gets the start of a line longer than `maxLine` */
  constructor(maxLine: number, onLines: (lines: Buffer) => void, onLong: (start: Buffer) => void) {
    this.#maxLine = maxLine
    this.#onLines = onLines
    this.#onLong = onLong
  }

  push(piece: Buffer): void {
    let rest = piece
    if (this.#skipping || this.#carry.length > 0) {
      const end = rest.indexOf(newline) + 1
      if (end === 0) {
        if (!this.#skipping) this.#keep(Buffer.concat([this.#carry, rest]))
        return
      }
      if (!this.#skipping) this.#onLines(Buffer.concat([this.#carry, rest.subarray(0, end)]))
      this.#carry = Buffer.alloc(0)
      this.#skipping = false
      rest = rest.subarray(end)
    }
    const end = rest.lastIndexOf(newline) + 1
    if (end > 0) this.#onLines(rest.subarray(0, end))
    if (end < rest.length) this.#keep(Buffer.from(rest.subarray(end)))
  }

  /** The last line may lack its end: it is given one. */
  end(): void {
    if (this.#carry.length > 0) this.#onLines(Buffer.concat([this.#carry, Buffer.from('\n')]))
    this.#carry = Buffer.alloc(0)
  }

  #keep(start: Buffer): void {
    this.#skipping = start.length > this.#maxLine
    this.#carry = this.#skipping ? Buffer.alloc(0) : start
    if (this.#skipping) this.#onLong(start)
  }
}

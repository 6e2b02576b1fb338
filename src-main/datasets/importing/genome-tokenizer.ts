/** genome-scores.csv from bytes to numbers: `movieId,tagId,relevance`, the relevance a decimal fraction of up to 20 digits. */
import { ByteLines } from '../tables/byte-lines.ts'

export interface ScoreEvents {
  onHeader: (line: string) => void
  onScore: (movieId: number, tagId: number, score: number, line: number) => void
  onBad: (line: number, text: string) => void
}

const newline = 10
const carriageReturn = 13
const comma = 44
const point = 46
const zero = 48
const nine = 57
const maxWord = 0xffffffff
const maxLine = 1 << 16
/** Digits that count: a double holds no more, and the file's column holds seven. */
const maxDigits = 17
const tenTo = Array.from({ length: maxDigits + 1 }, (_, n) => 10 ** n)

export class ScoreTokenizer {
  readonly #events: ScoreEvents
  readonly #pieces: ByteLines
  #line = 1
  /** Behind the number read last. */
  #at = 0

  constructor(events: ScoreEvents) {
    this.#events = events
    this.#pieces = new ByteLines(
      maxLine,
      (lines) => this.#lines(lines),
      (start) => {
        const text = start.toString('utf8', 0, 400)
        if (this.#line === 1) events.onHeader(text)
        events.onBad(this.#line++, text)
      },
    )
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece)
  }

  end(): void {
    this.#pieces.end()
  }

  #lines(b: Buffer): void {
    let at = 0
    if (this.#line === 1) {
      at = b.indexOf(newline) + 1
      this.#events.onHeader(b.toString('utf8', 0, at - 1))
      this.#line++
    }
    for (; at < b.length; at = this.#at, this.#line++) {
      if (this.#score(b, at)) continue
      const stop = b.indexOf(newline, at)
      const text = b.toString('utf8', at, Math.min(stop, at + 400))
      if (text.trim() !== '') this.#events.onBad(this.#line, text)
      this.#at = stop + 1
    }
  }

  /** Reads the line at `start` and leaves `#at` at the start of the next. */
  #score(b: Buffer, start: number): boolean {
    const movieId = this.#whole(b, start)
    if (movieId < 0 || b[this.#at++] !== comma) return false
    const tagId = this.#whole(b, this.#at)
    if (tagId < 0 || b[this.#at++] !== comma) return false
    const score = this.#fraction(b, this.#at)
    if (b[this.#at] === carriageReturn) this.#at++
    if (!(score >= 0 && score <= 1) || b[this.#at++] !== newline) return false
    this.#events.onScore(movieId, tagId, score, this.#line)
    return true
  }

  /** -1 where there is none of 32 bits. */
  #whole(b: Buffer, start: number): number {
    let at = start
    let value = 0
    for (let c = b[at]!; c >= zero && c <= nine; c = b[++at]!) value = value * 10 + c - zero
    this.#at = at
    return at === start || value > maxWord ? -1 : value
  }

  /** NaN where there is none. */
  #fraction(b: Buffer, start: number): number {
    let at = start
    let value = 0
    let c = b[at]!
    for (; c >= zero && c <= nine; c = b[++at]!) value = value * 10 + c - zero
    if (at === start) return NaN
    if (c === point) {
      const first = ++at
      c = b[at]!
      for (; c >= zero && c <= nine; c = b[++at]!) if (at - first < maxDigits) value = value * 10 + c - zero
      if (at === first) return NaN
      value /= tenTo[Math.min(maxDigits, at - first)]!
    }
    if (b[at] === 0x65 || b[at] === 0x45) return this.#scientific(b, start)
    this.#at = at
    return value
  }

  /** '5.0E-4': rare, so by way of a string. */
  #scientific(b: Buffer, start: number): number {
    const stop = b.indexOf(newline, start)
    const text = b.toString('latin1', start, stop).trimEnd()
    this.#at = start + text.length
    return /^\d+(\.\d+)?e[-+]?\d+$/i.test(text) ? Number(text) : NaN
  }
}

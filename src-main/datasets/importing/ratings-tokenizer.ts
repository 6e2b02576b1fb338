/**
 * The ratings file, from bytes to typed arrays without a string or an object on the way: 25 million lines a second. Four columns
 * (user, movie, stars, seconds) between ',', tab or '::'; LF or CRLF; the last line end may be missing; `5` and `3.5` may mix.
 * A line that is not a rating goes to `onBad` as text and stops nothing.
 */
import { ByteLines } from '../tables/byte-lines.ts'

export type Separator = ',' | '\t' | '::'

/** Up to 65,536 ratings. */
export interface RatingBatch {
  n: number
  user: Uint32Array
  movie: Uint32Array
  /** stars times two, 1..10 */
  rating2: Uint8Array
  /** seconds since 1970 */
  time: Uint32Array
}
export const batchRows = 65_536

export interface TokenizerOptions {
  separator: Separator
  /** The first line is a header: it is handed over, not read. */
  onHeader: ((text: string) => void) | null
  /** The batch is filled anew afterwards: what is to be kept has to be copied. */
  onBatch: (batch: RatingBatch) => void
  onBad: (line: number, text: string) => void
  /** A line that holds nothing: only its number matters. */
  onBlank: (line: number) => void
}

const newline = 10
const carriageReturn = 13
const zero = 48
const nine = 57
const point = 46
const five = 53
const maxWord = 0xffffffff
const maxLine = 1 << 20

export class RatingsTokenizer {
  readonly #options: TokenizerOptions
  readonly #separator: number
  readonly #separatorBytes: number
  readonly #batch: RatingBatch = emptyBatch()
  readonly #pieces: ByteLines
  #line = 1

  constructor(options: TokenizerOptions) {
    this.#options = options
    this.#separator = options.separator.charCodeAt(0)
    this.#separatorBytes = options.separator.length
    this.#pieces = new ByteLines(
      maxLine,
      (lines) => this.#lines(lines),
      (start) => this.#longLine(start.toString('utf8', 0, 400)),
    )
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes)
  }

  end(): void {
    this.#pieces.end()
    if (this.#batch.n > 0) this.#handOver()
  }

  #longLine(text: string): void {
    if (this.#line === 1) this.#options.onHeader?.(text)
    this.#options.onBad(this.#line++, text)
  }

  /** @param b whole lines: the last byte is a line end */
  #lines(b: Buffer): void {
    let at = 0
    if (this.#line === 1 && this.#options.onHeader) {
      at = b.indexOf(newline) + 1
      this.#options.onHeader(b.toString('utf8', 0, at - 1))
      this.#line++
    }
    while (at < b.length) {
      const next = this.#rating(b, at)
      if (next > 0) {
        at = next
      } else {
        const stop = b.indexOf(newline, at)
        const blank = stop === at || (stop === at + 1 && b[at] === carriageReturn)
        if (blank) this.#options.onBlank(this.#line)
        else this.#options.onBad(this.#line, b.toString('utf8', at, Math.min(stop, at + 400)))
        at = stop + 1
      }
      this.#line++
    }
  }

  /** Reads the line at `p` into the batch and gives the start of the next, or 0 when it is no rating. A digit string above 2^53 still exceeds maxWord. */
  #rating(b: Buffer, start: number): number {
    let p = start
    let c = b[p]!
    let user = 0
    if (c < zero || c > nine) return 0
    for (; c >= zero && c <= nine; c = b[++p]!) user = user * 10 + c - zero
    if ((p = this.#skipSeparator(b, p)) === 0) return 0
    c = b[p]!
    let movie = 0
    if (c < zero || c > nine) return 0
    for (; c >= zero && c <= nine; c = b[++p]!) movie = movie * 10 + c - zero
    if ((p = this.#skipSeparator(b, p)) === 0) return 0
    c = b[p]!
    if (c < zero || c > five) return 0
    let rating2 = (c - zero) * 2
    c = b[++p]!
    if (c === point) {
      c = b[++p]!
      if (c === five) rating2++
      else if (c !== zero) return 0
      do c = b[++p]!
      while (c === zero)
    }
    if (rating2 === 0 || rating2 > 10) return 0
    if ((p = this.#skipSeparator(b, p)) === 0) return 0
    c = b[p]!
    let time = 0
    if (c < zero || c > nine) return 0
    for (; c >= zero && c <= nine; c = b[++p]!) time = time * 10 + c - zero
    if (c === carriageReturn) c = b[++p]!
    if (c !== newline || user > maxWord || movie > maxWord || time > maxWord) return 0
    this.#take(user, movie, rating2, time)
    return p + 1
  }

  #skipSeparator(b: Buffer, p: number): number {
    if (b[p] !== this.#separator) return 0
    if (this.#separatorBytes === 2 && b[p + 1] !== this.#separator) return 0
    return p + this.#separatorBytes
  }

  #take(user: number, movie: number, rating2: number, time: number): void {
    const batch = this.#batch
    const n = batch.n++
    batch.user[n] = user
    batch.movie[n] = movie
    batch.rating2[n] = rating2
    batch.time[n] = time
    if (batch.n === batchRows) this.#handOver()
  }

  #handOver(): void {
    this.#options.onBatch(this.#batch)
    this.#batch.n = 0
  }
}

export function emptyBatch(): RatingBatch {
  return {
    n: 0,
    user: new Uint32Array(batchRows),
    movie: new Uint32Array(batchRows),
    rating2: new Uint8Array(batchRows),
    time: new Uint32Array(batchRows),
  }
}

/** Why a line the tokenizer turned down is no rating; the slow look, for the report. */
export function whyNotARating(text: string, separator: Separator): string {
  const fields = text.trimEnd().split(separator)
  if (fields.length !== 4) return 'broken line: not the four columns user, movie, rating, timestamp'
  const [user = '', movie = '', rating = '', time = ''] = fields
  if (!/^\d+$/.test(user)) return 'wrong type: the user id is not a whole number'
  if (!/^\d+$/.test(movie)) return 'wrong type: the movie id is not a whole number'
  if (!/^-?\d+(\.\d+)?$/.test(rating)) return 'wrong type: the rating is not a number'
  if (Number(rating) < 0.5 || Number(rating) > 5) return 'rating outside 0.5 to 5'
  if (!Number.isInteger(Number(rating) * 2)) return 'rating is not a half star'
  if (!/^\d+$/.test(time)) return 'wrong type: the timestamp is not a whole number of seconds'
  if (Number(time) > maxWord) return 'timestamp outside 1970 to 2106: not seconds since 1970'
  if (Number(user) > maxWord || Number(movie) > maxWord) return 'id above 4,294,967,295'
  return 'broken line: unexpected characters'
}

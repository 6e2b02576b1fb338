/**
 * The tags file from bytes to columns: numbers without strings, each distinct text made once. It knows the plain case only (UTF-8, whole
 * numbers, a quoted text that ends on its line) and says so when it meets another: `table-reader.ts` reads those.
 */
import { isUtf8 } from 'node:buffer'
import { GrowingWords } from '../../workspace/growing-words.ts'
import { ByteLines } from '../tables/byte-lines.ts'
import { LineNumbers } from '../tables/line-numbers.ts'
import { TextInterner } from '../tables/text-interner.ts'
import type { TableFormat } from '../tables/text-table.ts'

/** Tags as they stand in the file: place i of each column is one tag. */
export interface TagRows {
  user: GrowingWords
  movieId: GrowingWords
  time: GrowingWords
  /** index into the texts */
  text: GrowingWords
  lines: LineNumbers
}

/** @param expected about how many there will be */
export function noTagRows(expected: number): TagRows {
  const column = (): GrowingWords => new GrowingWords(expected)
  return { user: column(), movieId: column(), time: column(), text: column(), lines: new LineNumbers() }
}

const newline = 10
const carriageReturn = 13
const quote = 34
const zero = 48
const nine = 57
const maxWord = 0xffffffff
/** More is no 32-bit number, or one with zeros in front. */
const maxDigits = 10
const maxLine = 1 << 18
/** Bytes. */
const usualLine = 28

export class TagTokenizer {
  readonly rows: TagRows
  readonly #texts = new TextInterner()
  /** One byte, or two of the same. */
  readonly #separator: number
  readonly #separatorBytes: number
  readonly #quoted: boolean
  readonly #onHeader: ((line: string) => void) | null
  readonly #pieces: ByteLines
  #plain = true
  #line = 1
  /** Behind the number read last. */
  #at = 0

  /** @param bytes length of the file */
  constructor(table: TableFormat, bytes: number, onHeader: ((line: string) => void) | null) {
    this.rows = noTagRows(Math.ceil(bytes / usualLine))
    this.#separator = table.separator.charCodeAt(0)
    this.#separatorBytes = table.separator.length
    this.#quoted = table.quoted
    this.#onHeader = onHeader
    this.#pieces = new ByteLines(
      maxLine,
      (lines) => (this.#plain &&= this.#lines(lines)),
      () => (this.#plain = false),
    )
  }

  /** @returns false once a line is not plain: nothing that was read is to be used then */
  push(piece: Buffer): boolean {
    this.#pieces.push(piece)
    return this.#plain
  }

  /** As `push`, for what is left at the end of the file. */
  end(): boolean {
    this.#pieces.end()
    return this.#plain
  }

  /** Without blanks around them; two may be equal then, or empty. */
  texts(): string[] {
    return this.#texts.texts().map((text) => text.trim())
  }

  #lines(b: Buffer): boolean {
    if (!isUtf8(b)) return false
    let at = 0
    if (this.#line === 1 && this.#onHeader) {
      at = b.indexOf(newline) + 1
      this.#onHeader(b.toString('utf8', 0, at - 1))
      this.rows.lines.skip(this.#line++)
    }
    for (; at < b.length; this.#line++) {
      const blank = b[at] === newline ? 1 : b[at] === carriageReturn && b[at + 1] === newline ? 2 : 0
      if (blank > 0) this.rows.lines.skip(this.#line)
      else if (!this.#tag(b, at)) return false
      at = blank > 0 ? at + blank : this.#at
    }
    return true
  }

  /** Reads the line at `start` and leaves `#at` at the start of the next. */
  #tag(b: Buffer, start: number): boolean {
    const { rows } = this
    const user = this.#number(b, start)
    if (user < 0 || !this.#skipSeparator(b)) return false
    const movieId = this.#number(b, this.#at)
    if (movieId < 0 || !this.#skipSeparator(b)) return false
    const text = this.#quoted && b[this.#at] === quote ? this.#quotedText(b) : this.#plainText(b)
    if (text < 0 || !this.#skipSeparator(b)) return false
    const time = this.#number(b, this.#at)
    if (b[this.#at] === carriageReturn) this.#at++
    if (time < 0 || b[this.#at++] !== newline) return false
    rows.user.push(user)
    rows.movieId.push(movieId)
    rows.text.push(text)
    rows.time.push(time)
    return true
  }

  /** -1 where there is none of 32 bits. */
  #number(b: Buffer, start: number): number {
    let at = start
    let value = 0
    for (let c = b[at]!; c >= zero && c <= nine; c = b[++at]!) value = value * 10 + c - zero
    this.#at = at
    return at === start || at - start > maxDigits || value > maxWord ? -1 : value
  }

  #skipSeparator(b: Buffer): boolean {
    if (!this.#separates(b, this.#at)) return false
    this.#at += this.#separatorBytes
    return true
  }

  #separates(b: Buffer, at: number): boolean {
    return b[at] === this.#separator && (this.#separatorBytes === 1 || b[at + 1] === this.#separator)
  }

  #plainText(b: Buffer): number {
    const start = this.#at
    let at = start
    while (b[at] !== newline && !this.#separates(b, at)) at++
    this.#at = at
    return this.#texts.intern(b, start, at)
  }

  /** -1 where the closing quote is not on this line. */
  #quotedText(b: Buffer): number {
    const start = this.#at + 1
    let doubled = false
    let at = start
    for (; b[at] !== quote || b[at + 1] === quote; at++) {
      if (b[at] === newline) return -1
      if (b[at] !== quote) continue
      doubled = true
      at++
    }
    this.#at = at + 1
    if (!doubled) return this.#texts.intern(b, start, at)
    const text = Buffer.from(b.toString('utf8', start, at).replaceAll('""', '"'))
    return this.#texts.intern(text, 0, text.length)
  }
}

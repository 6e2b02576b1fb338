/**
 * JSON as a stream of objects: an array of them, or one after the other (JSON lines). Each object is cut out by its braces and parsed by
 * itself, so that a file of any size takes the memory of its largest object.
 */

/** `text`: how it begins, for a report. */
export type JsonRecord =
  | { line: number; value: Record<string, unknown>; broken: null; text: string }
  | { line: number; value: null; broken: string; text: string }

/** What stops the reading: the file is no such JSON at all. `line` is 1-based. */
export class JsonShapeError extends Error {
  override readonly name = 'JsonShapeError'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** An object longer than this has a brace that is never closed, or is no description of one movie. */
export const maxObjectLength = 1 << 20

/** Letters of a record that a report may show. */
const shown = 1000

const [quote, backslash, open, close, newline] = [0x22, 0x5c, 0x7b, 0x7d, 0x0a]

export class JsonRecords {
  #rest = ''
  /** Where scanning goes on in `#rest`, and where the open object in it began; -1: between objects. */
  #at = 0
  #start = -1
  #startLine = 1
  #line = 1
  #depth = 0
  #inString = false
  #escaped = false
  #array: 'unknown' | 'none' | 'open' | 'closed' = 'unknown'

  /** @throws JsonShapeError when it begins with neither [ nor {, an object is endless, or the end is missing */
  feed(piece: string, last: boolean): JsonRecord[] {
    const records: JsonRecord[] = []
    const text = this.#rest + piece
    while (this.#at < text.length) {
      if (this.#start < 0) this.#between(text, records)
      else this.#inside(text, records)
    }
    const from = this.#start < 0 ? this.#at : this.#start
    if (text.length - from > maxObjectLength)
      throw new JsonShapeError(`an object is longer than ${maxObjectLength >> 20} MB`, this.#startLine)
    if (last) this.#finish(text.slice(from), records)
    this.#rest = text.slice(from)
    this.#at -= from
    if (this.#start >= 0) this.#start = 0
    return records
  }

  /** Reads on between two objects: to the next one, or over something that is none. */
  #between(text: string, records: JsonRecord[]): void {
    const letter = text[this.#at] ?? ''
    if (letter === '{') {
      if (this.#array === 'unknown') this.#array = 'none'
      this.#start = this.#at
      this.#startLine = this.#line
      this.#depth = 1
    } else if (letter === '[' && this.#array === 'unknown') this.#array = 'open'
    else if (letter === ']' && this.#array === 'open') this.#array = 'closed'
    else if (letter === '\n') this.#line++
    else if (!/[\s,]/.test(letter)) return this.#foreign(text, records)
    this.#at++
  }

  #foreign(text: string, records: JsonRecord[]): void {
    if (this.#array === 'unknown') throw new JsonShapeError('it begins with neither [ nor {', this.#line)
    const from = this.#at++
    while (this.#at < text.length && !/[,{\]\n]/.test(text[this.#at] ?? '')) this.#at++
    this.#broken(records, 'broken line: not an object', text.slice(from, this.#at))
  }

  /** Reads on to the end of the open object, or of the text. */
  #inside(text: string, records: JsonRecord[]): void {
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at++)
      if (code === newline) this.#line++
      if (this.#inString) {
        // JSON writes a line end in a text as \n, so this text was never closed: only its line is lost
        if (code === newline) return this.#end(text, records, 'broken line: a text is opened and never closed')
        if (this.#escaped) this.#escaped = false
        else if (code === backslash) this.#escaped = true
        else if (code === quote) this.#inString = false
      } else if (code === quote) this.#inString = true
      else if (code === open) this.#depth++
      else if (code === close && --this.#depth === 0) return this.#end(text, records, null)
    }
  }

  #end(text: string, records: JsonRecord[], broken: string | null): void {
    const json = text.slice(this.#start, this.#at)
    if (broken === null) {
      try {
        const value: unknown = JSON.parse(json)
        if (isRecord(value)) records.push({ line: this.#startLine, value, broken: null, text: json.slice(0, shown) })
      } catch {
        broken = 'broken line: no valid JSON'
      }
    }
    if (broken !== null) this.#broken(records, broken, json, this.#startLine)
    this.#start = -1
    this.#depth = 0
    this.#inString = false
    this.#escaped = false
  }

  #finish(open: string, records: JsonRecord[]): void {
    if (this.#array === 'unknown') throw new JsonShapeError('it is empty', 1)
    if (this.#array === 'open') throw new JsonShapeError('its array does not end: the file is cut off', this.#line)
    if (this.#start >= 0) this.#broken(records, 'broken line: the object does not end', open, this.#startLine)
  }

  #broken(records: JsonRecord[], broken: string, text: string, line = this.#line): void {
    records.push({ line, value: null, broken, text: text.slice(0, shown) })
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

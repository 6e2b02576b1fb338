/**
 * Tables of text (movies, links, tags, plots) as a stream of rows with their line numbers. Quoting follows RFC 4180: a quoted field may
 * hold separators, line ends and doubled quotes. A record that breaks the rules comes out as broken and reading goes on at the next
 * line, so one stray quote costs one line, not the rest of the file. `.dat` and `u.item` files know no quoting at all.
 */
import type { TableSeparator } from '../../../src-preload/contract.ts'
import type { SourceFile } from '../sources/source.ts'

export interface TableFormat {
  separator: TableSeparator
  quoted: boolean
  /** 'utf-8': what it should be. 'detect': Latin-1 is as good. Either way Latin-1 is read as such where the first piece shows it. */
  encoding: 'utf-8' | 'detect'
  /** The most columns a record may have; without it as many as a table of films could. */
  columns?: number
}

export type TableRow =
  { line: number; fields: string[]; broken: null } | { line: number; fields: null; broken: string; text: string }

/** A record longer than this has an unclosed quote in front of it, or is no text. */
const maxRecord = 1 << 18
/** No table of films is this wide; a line of separators only would otherwise become a million empty fields. */
const maxFields = 1000

const unclosed = 'broken line: a quote is opened and never closed'
const endless = 'broken line: it does not end'

/** Rows of so many bytes stand in memory as objects at a time: few enough to be gone before the heap grows for them. */
const pieceBytes = 1 << 16

/** Rows in file order, one batch for each piece of the file; blank lines are skipped and counted. */
export async function* readTable(
  file: Pick<SourceFile, 'read'>,
  format: TableFormat,
  onBytes: (bytes: number) => void = () => undefined,
  onEncoding: (encoding: 'utf-8' | 'windows-1252') => void = () => undefined,
): AsyncGenerator<TableRow[]> {
  const parser = new TableParser(format)
  let decoder: TextDecoder | null = null
  for await (const bytes of file.read()) {
    if (decoder === null) {
      const encoding = encodingOf(bytes)
      onEncoding(encoding)
      decoder = new TextDecoder(encoding)
    }
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield parser.feed(decoder.decode(bytes.subarray(at, at + pieceBytes), { stream: true }), false)
    onBytes(bytes.length)
  }
  yield parser.feed(decoder?.decode() ?? '', true)
}

/**
 * Windows-1252 (a superset of Latin-1) where the bytes above 127 make mostly no UTF-8: in Latin-1 text nearly none do, while a few bad
 * bytes in UTF-8 text should not cost all its other letters.
 */
export function encodingOf(first: Buffer): 'utf-8' | 'windows-1252' {
  const text = new TextDecoder('utf-8').decode(first, { stream: true })
  let good = 0
  let bad = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd) bad++
    else if (code > 127) good++
  }
  return bad > good ? 'windows-1252' : 'utf-8'
}

type Read = { fields: string[]; broken: null; end: number; lines: number } | { broken: string }

/** Text in, rows out; keeps the unfinished record between two pieces. */
export class TableParser {
  readonly #separator: string
  readonly #quoted: boolean
  readonly #maxFields: number
  #rest = ''
  #line = 1
  /** Inside a line that was given up: nothing counts until its end. */
  #skipping = false

  constructor(format: Pick<TableFormat, 'separator' | 'quoted' | 'columns'>) {
    this.#separator = format.separator
    this.#quoted = format.quoted
    this.#maxFields = format.columns ?? maxFields
  }

  feed(piece: string, last: boolean): TableRow[] {
    const text = this.#rest + piece
    const rows: TableRow[] = []
    let at = this.#skipping ? this.#afterLine(text, 0) : 0
    while (at < text.length) {
      const lineEnd = text.indexOf('\n', at)
      const read = this.#record(text, at, lineEnd, last)
      if (read === null) break // unfinished
      if (read.broken !== null) {
        rows.push({ line: this.#line, fields: null, broken: read.broken, text: excerptOf(text, at, lineEnd) })
        at = this.#afterLine(text, at)
        continue
      }
      if (read.fields.length > 1 || read.fields[0] !== '')
        rows.push({ line: this.#line, fields: read.fields, broken: null })
      this.#line += read.lines
      at = read.end
    }
    this.#rest = text.slice(at)
    return rows
  }

  /** The start of the next line; the end of the text when it has not come yet. */
  #afterLine(text: string, start: number): number {
    const lineEnd = text.indexOf('\n', start)
    this.#skipping = lineEnd < 0
    if (lineEnd < 0) return text.length
    this.#line++
    return lineEnd + 1
  }

  /** The record that starts at `start`; null when the text ends inside it and more may come. */
  #record(text: string, start: number, lineEnd: number, last: boolean): Read | null {
    const stop = lineEnd < 0 ? text.length : lineEnd
    if (stop - start > maxRecord) return { broken: endless }
    if (lineEnd < 0 && !last) return null
    const carriageReturn = text[stop - 1] === '\r' && stop > start ? 1 : 0
    const line = text.slice(start, stop - carriageReturn)
    if (line.includes('\0')) return { broken: 'broken line: it holds a NUL byte' }
    if (this.#quoted && line.includes('"')) return this.#quotedRecord(text, start, last)
    if (line.includes('\r')) return { broken: 'broken line: a carriage return inside the line' }
    const fields = line.split(this.#separator, this.#maxFields + 1)
    if (fields.length > this.#maxFields) return { broken: `broken line: more than ${this.#maxFields} columns` }
    return { fields, broken: null, end: Math.min(stop + 1, text.length), lines: 1 }
  }

  #quotedRecord(text: string, start: number, last: boolean): Read | null {
    const fields: string[] = []
    let lines = 1
    for (let at = start; ; at += this.#separator.length) {
      const field = text[at] === '"' ? quotedField(text, at) : this.#plainField(text, at)
      if (field === null || field.end - start > maxRecord)
        return last || text.length - start > maxRecord ? { broken: unclosed } : null
      if (fields.push(field.value) > this.#maxFields)
        return { broken: `broken line: more than ${this.#maxFields} columns` }
      lines += field.lines
      at = field.end
      if (at >= text.length || (at + 1 === text.length && text[at] === '\r'))
        return last ? { fields, broken: null, end: text.length, lines } : null
      if (text[at] === '\n') return { fields, broken: null, end: at + 1, lines }
      if (text[at] === '\r' && text[at + 1] === '\n') return { fields, broken: null, end: at + 2, lines }
      if (!text.startsWith(this.#separator, at)) return { broken: 'broken line: text after a closing quote' }
    }
  }

  #plainField(text: string, start: number): { value: string; end: number; lines: 0 } {
    const lineEnd = text.indexOf('\n', start)
    const line = text.slice(start, lineEnd < 0 ? text.length : lineEnd) // a missing separator is not searched for beyond
    const separator = line.indexOf(this.#separator)
    if (separator >= 0) return { value: line.slice(0, separator), end: start + separator, lines: 0 }
    const value = line.endsWith('\r') ? line.slice(0, -1) : line
    return { value, end: start + value.length, lines: 0 }
  }
}

/** null: the closing quote is not there (yet). */
function quotedField(text: string, start: number): { value: string; end: number; lines: number } | null {
  let value = ''
  for (let at = start + 1; at - start <= maxRecord;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return null
    value += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1, lines: countLineEnds(value) }
    value += '"'
    at = quote + 2
  }
  return null
}

function countLineEnds(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** The line for a report; of an endless one its start. */
function excerptOf(text: string, start: number, lineEnd: number): string {
  return text.slice(start, Math.min(lineEnd < 0 ? text.length : lineEnd + 1, start + 1000))
}

/**
 * Tables of text (movies, links, tags, plots) as a stream of rows with their line numbers. Quoting follows RFC 4180: a quoted field may
 * hold separators, line ends and doubled quotes. A record that breaks the rules comes out as broken and reading goes on at the next
 * line, so one stray quote costs one line, not the rest of the file. `.dat` and `u.item` files know no quoting at all.
 */
import type { SourceFile } from './source.ts'

export interface TableFormat {
  separator: ',' | '\t' | '|' | '::' | ';'
  quoted: boolean
  /** 'detect': UTF-8 where the first piece is valid UTF-8, Windows-1252 (a superset of Latin-1) otherwise. */
  encoding: 'utf-8' | 'detect'
}

export type TableRow =
  { line: number; fields: string[]; broken: null } | { line: number; fields: null; broken: string; text: string }

/** A record longer than this has an unclosed quote in front of it, or is no text. */
const maxRecord = 1 << 18

/** Rows in file order, one batch for each piece of the file; blank lines are skipped and counted. */
export async function* readTable(
  file: SourceFile,
  format: TableFormat,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<TableRow[]> {
  const parser = new TableParser(format)
  let decoder: TextDecoder | null = null
  for await (const bytes of file.read()) {
    decoder ??= decoderFor(bytes, format.encoding)
    yield parser.feed(decoder.decode(bytes, { stream: true }), false)
    onBytes(bytes.length)
  }
  yield parser.feed(decoder?.decode() ?? '', true)
}

function decoderFor(first: Buffer, encoding: TableFormat['encoding']): TextDecoder {
  if (encoding === 'utf-8') return new TextDecoder('utf-8')
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(first, { stream: true })
    return new TextDecoder('utf-8')
  } catch {
    return new TextDecoder('windows-1252') // not UTF-8: the two oldest releases
  }
}

/** Text in, rows out; keeps the unfinished record between two pieces. */
export class TableParser {
  readonly #separator: string
  readonly #quoted: boolean
  #rest = ''
  #line = 1

  constructor(format: Pick<TableFormat, 'separator' | 'quoted'>) {
    this.#separator = format.separator
    this.#quoted = format.quoted
  }

  feed(piece: string, last: boolean): TableRow[] {
    const text = this.#rest + piece
    const rows: TableRow[] = []
    let at = 0
    while (at < text.length) {
      const record = this.#record(text, at, last)
      if (record === null) break // unfinished
      const line = this.#line
      this.#line += countLines(text, at, record.end)
      if (record.broken !== null)
        rows.push({ line, fields: null, broken: record.broken, text: text.slice(at, record.end) })
      else if (record.fields.length > 1 || record.fields[0] !== '')
        rows.push({ line, fields: record.fields, broken: null })
      at = record.end
    }
    this.#rest = text.slice(at)
    return rows
  }

  /** The record that starts at `start`; null when the text ends inside it and more may come. `end` is the start of the next. */
  #record(text: string, start: number, last: boolean): { fields: string[]; broken: string | null; end: number } | null {
    const fields: string[] = []
    let at = start
    for (;;) {
      const field = this.#quoted && text[at] === '"' ? quotedField(text, at) : this.#plainField(text, at)
      if (field === null) {
        if (!last && text.length - start < maxRecord) return null
        return broken(text, start, 'broken line: a quote is opened and never closed')
      }
      fields.push(field.value)
      at = field.end
      if (at >= text.length) {
        if (!last && text.length - start >= maxRecord) return broken(text, start, 'broken line: it does not end')
        return last ? { fields, broken: null, end: at } : null
      }
      if (text.startsWith(this.#separator, at)) at += this.#separator.length
      else if (text[at] === '\n') return { fields, broken: null, end: at + 1 }
      else if (text[at] === '\r' && text[at + 1] === '\n') return { fields, broken: null, end: at + 2 }
      else if (text[at] === '\r' && at + 1 === text.length) {
        if (!last) return null
        return { fields, broken: null, end: at + 1 }
      } else return brokenWhenWhole(text, start, last, 'broken line: text after a closing quote')
    }
  }

  #plainField(text: string, start: number): { value: string; end: number } {
    const lineEnd = text.indexOf('\n', start)
    const stop = lineEnd < 0 ? text.length : lineEnd
    const line = text.slice(start, stop) // so that a missing separator is not searched for in the whole piece
    const separator = line.indexOf(this.#separator)
    if (separator >= 0) return { value: line.slice(0, separator), end: start + separator }
    const value = line.endsWith('\r') ? line.slice(0, -1) : line
    return { value, end: start + value.length }
  }
}

/** null: the closing quote is not there (yet). */
function quotedField(text: string, start: number): { value: string; end: number } | null {
  let value = ''
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return null
    value += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    at = quote + 2
  }
}

function broken(text: string, start: number, reason: string): { fields: []; broken: string; end: number } {
  const lineEnd = text.indexOf('\n', start)
  return { fields: [], broken: reason, end: lineEnd < 0 ? text.length : lineEnd + 1 }
}

/** As `broken`, once the end of the line is in sight. */
function brokenWhenWhole(text: string, start: number, last: boolean, reason: string): ReturnType<typeof broken> | null {
  return !last && text.indexOf('\n', start) < 0 ? null : broken(text, start, reason)
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

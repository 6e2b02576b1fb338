/** The ratings of a table of any make, as the batches of columns that every import goes on with. */
import type { ColumnRole, TableMapping } from '../../../src-preload/contract.ts'
import { BrokenLines, type Finding, type Findings } from '../importing/findings.ts'
import { ImportError } from '../importing/import-error.ts'
import { batchRows, type RatingBatch } from '../importing/ratings-tokenizer.ts'
import type { SourceFile } from '../sources/source.ts'
import { checkLineEnds, noteEncoding, type Reading } from '../tables/table-reader.ts'
import { readTable, type TableFormat } from '../tables/text-table.ts'
import type { MovieLine, RatingRows } from './format.ts'
import { quotes } from './table-guess.ts'
import { IdNumbers, ownCopy, Ratings, timeOf } from './table-values.ts'

/** '1,2,3' and a line end: a small file needs no large columns. */
const shortestRow = 6

type Item = MovieLine & { line: number }

export class TableRows implements RatingRows {
  readonly #file: SourceFile
  readonly #mapping: TableMapping
  #items = new Map<number, Item>()

  constructor(file: SourceFile, mapping: TableMapping) {
    this.#file = file
    this.#mapping = mapping
  }

  movies(): Item[] {
    return [...this.#items.values()]
  }

  async *batches(
    reading: Reading,
    onSkipped: (line: number, broken: boolean) => void,
  ): AsyncGenerator<RatingBatch, void> {
    const { separator, header } = this.#mapping
    const { findings } = reading
    const file = this.#file
    const table: TableFormat = { separator, quoted: quotes(separator), encoding: 'utf-8' }
    const broken = new BrokenLines(file.name, 'Check which of its columns is which.', findings, header ? 1 : 0)
    this.#items = new Map()
    const cells = new Cells(this.#mapping, this.#items, findings, file.name)
    const capacity = Math.min(batchRows, Math.ceil(file.bytes / shortestRow) + 1)
    const batch = emptyBatch(capacity)
    let good = 0
    let nextLine = 1
    let headerSeen = !header
    for await (const rows of readTable(file, table, reading.onBytes, noteEncoding({ file, table }, findings))) {
      for (const row of rows) {
        for (; nextLine < row.line; nextLine++) onSkipped(nextLine, false)
        nextLine = row.line + 1
        if (!headerSeen) {
          headerSeen = true
          if (row.broken !== null) throw headerRefused(file.name, row.text, row.broken)
          onSkipped(row.line, false)
          continue
        }
        const reason = row.broken ?? cells.read(row.fields, row.line, batch)
        if (reason !== null) {
          onSkipped(row.line, true)
          broken.add(row.line, reason, row.broken === null ? row.fields.join(separator) : row.text)
          continue
        }
        good++
        if (++batch.n < capacity) continue
        yield batch
        batch.n = 0
      }
      await reading.pacer.turn()
    }
    broken.finish(good)
    if (batch.n > 0) yield batch
  }
}

function headerRefused(file: string, text: string, reason: string): ImportError {
  checkLineEnds(file, text)
  return new ImportError(`${file}, line 1: the header cannot be read: ${reason}. Check that it is a table of text.`, {
    file,
    line: 1,
  })
}

/** Reads one row after the other into a batch; remembers ids and items, and reports what it changed. */
class Cells {
  readonly #mapping: TableMapping
  readonly #items: Map<number, Item>
  readonly #changed: Record<keyof typeof changes, Finding>
  readonly #column: Record<ColumnRole, number>
  readonly #users = new IdNumbers()
  readonly #itemIds = new IdNumbers()
  readonly #ratings: Ratings

  constructor(mapping: TableMapping, items: Map<number, Item>, findings: Findings, file: string) {
    this.#mapping = mapping
    this.#items = items
    this.#ratings = new Ratings(mapping.highest)
    const finding = (what: keyof typeof changes): Finding => findings.of(file, changes[what], 'repaired')
    this.#changed = {
      rounded: finding('rounded'),
      milliseconds: finding('milliseconds'),
      dates: finding('dates'),
      userText: finding('userText'),
      itemText: finding('itemText'),
    }
    const at = (role: ColumnRole): number => mapping.columns.indexOf(role)
    this.#column = {
      user: at('user'),
      item: at('item'),
      rating: at('rating'),
      timestamp: at('timestamp'),
      title: at('title'),
      genres: at('genres'),
      ignored: -1,
    }
  }

  /** Writes row `batch.n`. @returns why the row is no rating, or null */
  read(fields: string[], line: number, batch: RatingBatch): string | null {
    const { columns } = this.#mapping
    if (fields.length !== columns.length) return `broken line: not the ${columns.length} columns of the table`
    const user = this.#cell(fields, 'user')
    const item = this.#cell(fields, 'item')
    if (user === '') return 'broken line: no user id'
    if (item === '') return 'broken line: no item id'
    const stars = this.#ratings.of(this.#cell(fields, 'rating'))
    if (stars.broken !== null) return stars.broken
    let seconds = 0
    if (this.#column.timestamp >= 0) {
      const text = this.#cell(fields, 'timestamp')
      const time = timeOf(text)
      if (time.broken !== null) return time.broken
      seconds = time.seconds
      if (time.unit !== 'seconds') this.#note(time.unit, line, text)
    }
    if (stars.rounded) this.#note('rounded', line, this.#cell(fields, 'rating'))
    batch.user[batch.n] = this.#user(user, line)
    batch.movie[batch.n] = this.#item(item, fields, line)
    batch.rating2[batch.n] = stars.rating2
    batch.time[batch.n] = seconds
    return null
  }

  #user(text: string, line: number): number {
    const { id, named } = this.#users.of(text)
    if (named) this.#note('userText', line, `${text}: ${id}`)
    return id
  }

  #item(text: string, fields: string[], line: number): number {
    const { id, named } = this.#itemIds.of(text)
    if (named) this.#note('itemText', line, `${text}: ${id}`)
    if (this.#items.has(id)) return id
    const title = this.#cell(fields, 'title') || (named ? text : `Movie ${id}`)
    const names = this.#cell(fields, 'genres').split(/[|;,]/)
    const genres = new Set(names.map((name) => name.trim()).filter((name) => name !== ''))
    this.#items.set(id, { movieId: id, title: ownCopy(title), genres: [...genres].map(ownCopy), line })
    return id
  }

  /** '' where the table has no such column. */
  #cell(fields: string[], role: ColumnRole): string {
    const column = this.#column[role]
    return column < 0 ? '' : (fields[column]?.trim() ?? '')
  }

  #note(what: keyof typeof changes, line: number, text: string): void {
    const finding = this.#changed[what]
    finding.count++
    if (finding.wantsExample) finding.example(line, text)
  }
}

/** What a table's values go through on their way in, as the report says it. */
const changes = {
  rounded: 'rating rounded to half stars',
  milliseconds: 'timestamp in milliseconds: kept as seconds',
  dates: 'timestamp as a date: kept as seconds, in UTC where it names no zone',
  userText: 'user id is no whole number below 2^32 - 1: numbered by first appearance',
  itemText: 'item id is no whole number below 2^32 - 1: numbered by first appearance, its text kept as the title',
}

function emptyBatch(capacity: number): RatingBatch {
  return {
    n: 0,
    user: new Uint32Array(capacity),
    movie: new Uint32Array(capacity),
    rating2: new Uint8Array(capacity),
    time: new Uint32Array(capacity),
  }
}

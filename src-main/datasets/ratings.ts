/**
 * Ratings on their way in: the file into batches of columns, the batches into one CSR of cleaned ratings. Row numbers stand for file
 * order, so that the newest of two equal times is the later line, and a line number can be found again for the report.
 */
import type { Pacer } from '../learning/pacer.ts'
import type { RatingColumns } from '../workspace/dataset-file.ts'
import { BrokenLines, type Findings } from './findings.ts'
import type { OpenedFormat } from './formats/format.ts'
import { IdIndex } from './id-index.ts'
import { ImportError } from './import-error.ts'
import { batchRows, type RatingBatch, RatingsTokenizer, whyNotARating } from './ratings-tokenizer.ts'
import { checkHeader, type Reading } from './table-reader.ts'

/** The usable lines of the ratings file, in file order. */
export class RawRatings {
  readonly file: string
  rows = 0
  /** Lines that should have been ratings and were not. */
  broken = 0
  readonly #batches: RatingBatch[] = []
  /** Lines that are no row (header, blank, broken), ascending. */
  readonly #skipped: number[] = []

  constructor(file: string) {
    this.file = file
  }

  push(batch: RatingBatch): void {
    this.#batches.push(batch)
    this.rows += batch.n
  }
  skip(line: number): void {
    this.#skipped.push(line)
  }

  user = (row: number): number => this.#batches[Math.floor(row / batchRows)]!.user[row % batchRows]!
  movie = (row: number): number => this.#batches[Math.floor(row / batchRows)]!.movie[row % batchRows]!
  rating2 = (row: number): number => this.#batches[Math.floor(row / batchRows)]!.rating2[row % batchRows]!
  time = (row: number): number => this.#batches[Math.floor(row / batchRows)]!.time[row % batchRows]!

  /** The line of a row in the file, 1-based. */
  lineOf(row: number): number {
    let line = row + 1
    for (const skipped of this.#skipped) {
      if (skipped > line) break
      line++
    }
    return line
  }

  /** The row as it would be written in a CSV, for the report. */
  textOf(row: number): string {
    return `${this.user(row)},${this.movie(row)},${this.rating2(row) / 2},${this.time(row)}`
  }
}

/** @throws ImportError when the header is another, the file holds no rating, or it is mostly broken */
export async function readRatings(source: OpenedFormat['ratings'], reading: Reading): Promise<RawRatings> {
  const { file, separator, header } = source
  const raw = new RawRatings(file.name)
  const broken = new BrokenLines(
    file.name,
    `Check that it is ${file.name} of a MovieLens release.`,
    reading.findings,
    header ? 1 : 0,
  )
  if (header) raw.skip(1)
  const tokenizer = new RatingsTokenizer({
    separator,
    onHeader: header && ((line) => checkHeader(file.name, line, header, separator)),
    onBatch: (batch) => raw.push(batch),
    onBlank: (line) => raw.skip(line),
    onBad: (line, text) => {
      raw.skip(line)
      broken.add(line, whyNotARating(text, separator), text)
    },
  })
  for await (const bytes of file.read()) {
    tokenizer.push(bytes)
    reading.onBytes(bytes.length)
    await reading.pacer.turn()
  }
  tokenizer.end()
  raw.broken = broken.count
  if (raw.rows + raw.broken === 0)
    throw new ImportError(
      `${file.name} is empty: it holds no ratings (${file.bytes} bytes). Download the data set again.`,
      {
        file: file.name,
      },
    )
  broken.finish(raw.rows)
  return raw
}

/**
 * One rating for each (user, movie), the newest; by user id, inside a user by movie index.
 * @param movieIndex movie id -> index; holds every rated movie
 * @returns `rows` [n]: where each kept rating stood in the file, for `raw.lineOf`
 */
export async function cleanRatings(
  raw: RawRatings,
  movieIndex: IdIndex,
  findings: Findings,
  pacer: Pacer,
): Promise<{ users: Uint32Array; ratings: RatingColumns; rows: Uint32Array }> {
  const { users, start, order } = await rowsByUser(raw, pacer)
  const indptr = new Uint32Array(users.length + 1)
  const item = new Uint32Array(raw.rows)
  const rating2 = new Uint8Array(raw.rows)
  const time = new Uint32Array(raw.rows)
  let n = 0
  for (let u = 0; u < users.length; u++) {
    const rows = order.subarray(start[u], start[u + 1])
    sortByMovie(rows, raw)
    for (let i = 0; i < rows.length; i++) {
      let row = rows[i]!
      for (; i + 1 < rows.length && raw.movie(rows[i + 1]!) === raw.movie(row); i++) {
        const other = rows[i + 1]! // a later line
        const older = raw.time(other) >= raw.time(row) ? row : other
        findings.add(
          raw.file,
          'user rated the movie twice: the newest is kept',
          'removed',
          raw.lineOf(older),
          raw.textOf(older),
        )
        row = older === row ? other : row
      }
      item[n] = movieIndex.get(raw.movie(row))
      rating2[n] = raw.rating2(row)
      time[n] = raw.time(row)
      order[n++] = row // never ahead of the row being read
    }
    indptr[u + 1] = n
    if (u % 64 === 0) await pacer.turn()
  }
  const ratings = { indptr, item: item.slice(0, n), rating2: rating2.slice(0, n), time: time.slice(0, n) }
  return { users, ratings, rows: order.subarray(0, n) }
}

/** Rows by ascending user id, in file order inside a user (a counting sort, so stable): user u has order[start[u] .. start[u+1]). */
async function rowsByUser(
  raw: RawRatings,
  pacer: Pacer,
): Promise<{ users: Uint32Array; start: Uint32Array; order: Uint32Array }> {
  const ids = new Set<number>()
  for (let row = 0; row < raw.rows; row++) {
    ids.add(raw.user(row))
    if (row % batchRows === 0) await pacer.turn()
  }
  const users = Uint32Array.from(ids).sort()
  const userIndex = new IdIndex(users)
  const start = new Uint32Array(users.length + 1)
  for (let row = 0; row < raw.rows; row++) {
    start[userIndex.get(raw.user(row)) + 1]!++
    if (row % batchRows === 0) await pacer.turn()
  }
  for (let u = 0; u < users.length; u++) start[u + 1]! += start[u]!
  const next = start.slice()
  const order = new Uint32Array(raw.rows)
  for (let row = 0; row < raw.rows; row++) {
    order[next[userIndex.get(raw.user(row))]!++] = row
    if (row % batchRows === 0) await pacer.turn()
  }
  return { users, start, order }
}

/** By movie id, then file order, in place; most files are sorted already. */
function sortByMovie(rows: Uint32Array, raw: RawRatings): void {
  for (let i = 1; i < rows.length; i++) {
    if (raw.movie(rows[i - 1]!) <= raw.movie(rows[i]!)) continue
    rows.sort((a, b) => raw.movie(a) - raw.movie(b) || a - b)
    return
  }
}

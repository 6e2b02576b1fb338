/**
 * Ratings on their way from the reader into the data-set file. While they come in order of (user, movie), as MovieLens' own files do, each
 * batch goes straight into the file. At the first row out of order, or rated twice, what was written is taken back and the rest is
 * collected; sorted in memory, it goes the same way.
 */
import type { RatingWriter } from '../../workspace/rating-writer.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import type { Findings } from './findings.ts'
import { IdIndex } from './id-index.ts'
import { LineNumbers } from '../tables/line-numbers.ts'
import { RatingNotes, textOf } from './rating-findings.ts'
import { batchRows, type RatingBatch } from './ratings-tokenizer.ts'
import { UnorderedRatings } from './unordered-ratings.ts'

export interface IntakeOptions {
  /** Base name of the ratings file, for the report. */
  file: string
  writer: RatingWriter
  /** The listed movies, by id; rated ones that are not listed are added. */
  movies: IdIndex
  /** Called for each movie that was added, with the line of its first rating. */
  onNewMovie: ((movieId: number, line: number, text: string) => void) | null
  findings: Findings
  /** About how many ratings there will be; room for them is made when they have to be sorted. */
  expected: number
  /** Seconds since 1970: what counts as the future. */
  now: number
}

export class RatingIntake {
  /** Usable rows so far. */
  rows = 0
  readonly lines = new LineNumbers()
  readonly #options: IntakeOptions
  readonly #notes: RatingNotes
  readonly #items = new Uint32Array(batchRows)
  #unordered: UnorderedRatings | null = null
  /** The last rating that went into the file, by ids. */
  #user = -1
  #movie = -1

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#notes = new RatingNotes(options.file, options.now, options.findings)
  }

  /** True once a row out of order has come: the ratings will have to be sorted. */
  get unordered(): boolean {
    return this.#unordered !== null
  }

  /** Takes the next rows in file order; what is to be kept of the batch is copied. */
  take(batch: RatingBatch): void {
    this.#findItems(batch)
    let taken = 0
    if (!this.#unordered) {
      taken = this.#inOrder(batch)
      this.#write({ ...batch, n: taken }, this.#items, (j) => this.lines.lineOf(this.rows + j))
      if (taken < batch.n) this.#unordered = new UnorderedRatings(this.rows + taken, this.#options.expected)
    }
    this.#unordered?.push(batch, this.#items, taken)
    this.rows += batch.n
  }

  /**
   * Brings every rating into the file, by the final order of movies.
   * @param movieIds ascending, all of `options.movies`
   */
  async finish(movieIds: Uint32Array, turns: Turns): Promise<void> {
    const { writer, movies } = this.#options
    const final = new IdIndex(movieIds)
    const newIndex = movies.ids.map((id) => final.get(id))
    if (this.#unordered) await this.#writeSorted(this.#unordered, newIndex, movieIds, turns)
    else if (newIndex.some((to, from) => to !== from)) await writer.renumberMovies(newIndex, turns)
    this.#notes.finish()
  }

  async #writeSorted(
    unordered: UnorderedRatings,
    newIndex: Uint32Array,
    movieIds: Uint32Array,
    turns: Turns,
  ): Promise<void> {
    const { writer, file, findings } = this.#options
    const head = await writer.takeBack(turns)
    this.#notes.forget()
    this.#user = -1
    const twice = findings.of(file, 'user rated the movie twice: the newest is kept', 'removed')
    const order = await unordered.sort(head, newIndex, turns)
    for (const { batch, items, rows } of unordered.batches(order, movieIds, this.lines, twice)) {
      this.#write(batch, items, (j) => this.lines.lineOf(rows[j]!))
      await turns.turn()
    }
  }

  #findItems(batch: RatingBatch): void {
    const { movies, onNewMovie } = this.#options
    for (let j = 0; (j = movies.findAll(batch.movie, this.#items, j, batch.n)) < batch.n;) {
      const id = batch.movie[j]!
      movies.add(id)
      onNewMovie?.(id, this.lines.lineOf(this.rows + j), textOf(batch, j))
    }
  }

  /** How many rows from the start are in order, each above the one before by (user, movie). */
  #inOrder({ n, user, movie }: RatingBatch): number {
    let lastUser = this.#user
    let lastMovie = this.#movie
    for (let j = 0; j < n; j++) {
      const u = user[j]!
      const m = movie[j]!
      if (u < lastUser || (u === lastUser && m <= lastMovie)) return j
      lastUser = u
      lastMovie = m
    }
    this.#movie = lastMovie // `#write` keeps the user
    return n
  }

  #write(batch: RatingBatch, items: Uint32Array, lineOf: (j: number) => number): void {
    const { writer } = this.#options
    const { n, user, rating2, time } = batch
    let last = this.#user
    for (let j = 0; j < n; j++) {
      if (user[j] === last) continue
      last = user[j]!
      writer.startUser(last, writer.length + j)
    }
    this.#user = last
    this.#notes.look(batch, lineOf)
    writer.append({ item: items.subarray(0, n), rating2: rating2.subarray(0, n), time: time.subarray(0, n) })
  }
}

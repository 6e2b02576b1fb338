/** What is odd about the ratings and is kept all the same: said in the report, decided by the researcher. */
import type { MovieColumns } from '../../workspace/dataset-content.ts'
import type { Finding, Findings } from './findings.ts'
import type { RatingBatch } from './ratings-tokenizer.ts'

/** Below this, ratings that are all equal say nothing about a user. */
const enoughToJudge = 5

/** Looks at the ratings as they go into the file: user by user, in batches that may end inside a user. */
export class RatingNotes {
  readonly #now: number
  readonly #zero: Finding
  readonly #future: Finding
  readonly #constant: Finding
  /** The user whose ratings are coming. */
  #user = -1
  #count = 0
  #first = 0
  #allEqual = false
  #firstLine = 0

  /** @param now seconds since 1970: what counts as the future */
  constructor(file: string, now: number, findings: Findings) {
    this.#now = now
    this.#zero = findings.of(file, "timestamp 0: counts as the user's oldest rating", 'kept')
    this.#future = findings.of(file, "timestamp in the future: counts as the user's newest rating", 'kept')
    this.#constant = findings.of(file, 'abnormal user: all ratings are equal', 'kept')
  }

  /** @param lineOf the line of the batch's row j */
  look(batch: RatingBatch, lineOf: (j: number) => number): void {
    this.#lookAtTimes(batch, lineOf)
    this.#lookForConstants(batch, lineOf)
  }

  /** After the last batch. */
  finish(): void {
    this.#judge()
    this.#user = -1
  }

  /** Everything will come again, in another order. */
  forget(): void {
    for (const finding of [this.#zero, this.#future, this.#constant]) finding.clear()
    this.#user = -1
    this.#count = 0
  }

  #lookAtTimes(batch: RatingBatch, lineOf: (j: number) => number): void {
    const { n, time } = batch
    const now = this.#now
    for (let j = 0; j < n; j++) {
      const t = time[j]!
      if (t > 0 && t <= now) continue
      const finding = t === 0 ? this.#zero : this.#future
      finding.count++
      if (finding.wantsExample) finding.example(lineOf(j), textOf(batch, j))
    }
  }

  #lookForConstants({ n, user, rating2 }: RatingBatch, lineOf: (j: number) => number): void {
    let current = this.#user
    let first = this.#first
    let allEqual = this.#allEqual
    let since = -this.#count // the place of the user's first rating, as seen from this batch
    for (let j = 0; j < n; j++) {
      if (user[j] === current) {
        if (rating2[j] !== first) allEqual = false
        continue
      }
      if (allEqual) {
        this.#count = j - since
        this.#user = current
        this.#first = first
        this.#allEqual = true
        this.#judge()
      }
      current = user[j]!
      first = rating2[j]!
      allEqual = true
      since = j
      this.#firstLine = lineOf(j)
    }
    this.#user = current
    this.#first = first
    this.#allEqual = allEqual
    this.#count = n - since
  }

  /** The user is complete. */
  #judge(): void {
    if (!this.#allEqual || this.#count < enoughToJudge) return
    this.#constant.count++
    this.#constant.example(this.#firstLine, `user ${this.#user}: ${this.#count} ratings, all ${this.#first / 2}`)
  }
}

/** A rating as it would stand in a CSV, for the report. */
export function textOf({ user, movie, rating2, time }: RatingBatch, j: number): string {
  return `${user[j]},${movie[j]},${rating2[j]! / 2},${time[j]}`
}

/** @param lines [movies] the line of each in its file  @param ratings [movies] how many each has */
export function noteUnrated(
  movies: MovieColumns,
  lines: Uint32Array,
  ratings: Uint32Array,
  file: string,
  findings: Findings,
): void {
  ratings.forEach((count, m) => {
    if (count === 0)
      findings.add(file, 'movie without ratings', 'kept', lines[m]!, `${movies.movieId[m]},${movies.title[m]}`)
  })
}

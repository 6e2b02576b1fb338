/** What a cleaning has left so far: users, movies and ratings of a data set, and what each rule took. The data set itself is only read. */
import type { CleaningFinding, Dataset } from '../../../src-preload/contract.ts'
import type { MovieTable, RatingColumns } from '../../workspace/dataset-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { inTurns, overUsers } from '../steps.ts'

/** What cleaning reads of a data set; `DatasetFile` is one. */
export interface CleanableDataset {
  meta: Dataset
  /** [users] user ids, ascending */
  users: Uint32Array
  movies(): MovieTable
  ratings(): RatingColumns
}

/** One rule of a recipe, ready to be applied. */
export interface CleaningRule {
  label: string
  /** Why a researcher would want it. */
  reason: string
  /** Takes out what the rule is about, and says so in the findings. @throws what a turn throws */
  apply(survivors: Survivors, turns: Turns): Promise<void>
}

/** Places kept of each finding. */
const maxExamples = 200

export class Survivors {
  readonly userIds: Uint32Array
  readonly table: MovieTable
  /** Milliseconds since 1970. */
  readonly importedAt: number
  /** Of all users and movies of the data set; a rule that takes single ratings puts shorter columns in its place. */
  ratings: RatingColumns
  /** [users], [movies] 1 = stays */
  readonly users: Uint8Array
  readonly movies: Uint8Array
  /** [users] ratings on movies that stay */
  readonly ratingsOf: Uint32Array
  readonly findings: CleaningFinding[] = []
  readonly #file: string

  constructor(dataset: CleanableDataset) {
    this.#file = dataset.meta.name
    this.importedAt = dataset.meta.importedAt
    this.userIds = dataset.users
    this.table = dataset.movies()
    this.ratings = dataset.ratings()
    this.users = new Uint8Array(dataset.users.length).fill(1)
    this.movies = new Uint8Array(this.table.movieId.length).fill(1)
    const { indptr } = this.ratings
    this.ratingsOf = Uint32Array.from(this.users, (_, u) => indptr[u + 1]! - indptr[u]!)
  }

  counts(): { users: number; movies: number; ratings: number } {
    const sum = (values: Uint8Array | Uint32Array): number => {
      let total = 0
      for (const value of values) total += value
      return total
    }
    return { users: sum(this.users), movies: sum(this.movies), ratings: sum(this.ratingsOf) }
  }

  removeUser(user: number): void {
    this.users[user] = 0
    this.ratingsOf[user] = 0
  }

  /** Users without a rating are none: those whose last rating was taken leave. */
  dropEmptyUsers(): void {
    const gone: string[] = []
    let count = 0
    for (let u = 0; u < this.users.length; u++) {
      if (!this.users[u] || this.ratingsOf[u]! > 0) continue
      this.users[u] = 0
      if (count++ < maxExamples) gone.push(`user ${this.userIds[u]}`)
    }
    this.note('user whose last rating was taken by the rule above', 'removed', count, gone)
  }

  /** Puts on record what a rule took or saw; nothing where it saw nothing. */
  note(reason: string, treatment: CleaningFinding['treatment'], count: number, examples: string[]): void {
    if (count === 0) return
    const places = examples.slice(0, maxExamples).map((text) => ({ line: 0, text }))
    this.findings.push({ file: this.#file, reason, count, treatment, examples: places })
  }
}

/** Calls `work` with ranges [from, to) that cover [0, users), with a turn after each. @throws what a turn throws */
export function inBlocks(users: number, turns: Turns, work: (from: number, to: number) => void): Promise<void> {
  return inTurns(overUsers(users, work), turns)
}

/** Examples of a finding, of which no more are made than are kept. */
export class Examples {
  readonly texts: string[] = []
  count = 0

  add(text: () => string): void {
    if (this.count++ < maxExamples) this.texts.push(text())
  }
}

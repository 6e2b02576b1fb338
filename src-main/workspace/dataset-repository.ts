/** The data sets of a workspace. A row is there only when its file is complete. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Dataset } from '../../src-preload/contract.ts'

const row = v.pipe(
  v.object({
    id: v.string(),
    name: v.string(),
    synthetic: v.number(),
    format: v.string(),
    imported_at: v.number(),
    users: v.number(),
    movies: v.number(),
    ratings: v.number(),
    tags: v.number(),
    first_rating_at: v.number(),
    last_rating_at: v.number(),
    posters: v.number(),
    plots: v.number(),
    bytes: v.number(),
    hash: v.string(),
  }),
  v.transform(({ synthetic, imported_at, first_rating_at, last_rating_at, ...same }): Dataset => ({
    ...same,
    synthetic: synthetic === 1,
    importedAt: imported_at,
    firstRatingAt: first_rating_at,
    lastRatingAt: last_rating_at,
  })),
)

export class DatasetRepository {
  readonly #all: Statement
  readonly #one: Statement
  readonly #insert: Statement
  readonly #setPosters: Statement
  readonly #setPlots: Statement
  readonly #remove: Statement
  readonly #discard: Statement
  readonly #keep: Statement

  constructor(db: Database) {
    this.#all = db.prepare('SELECT * FROM dataset ORDER BY imported_at, id')
    this.#one = db.prepare('SELECT * FROM dataset WHERE id = ?')
    this.#insert = db.prepare(`INSERT INTO dataset VALUES(
      $id, $name, $synthetic, $format, $importedAt, $users, $movies, $ratings, $tags,
      $firstRatingAt, $lastRatingAt, $posters, $plots, $bytes, $hash)`)
    this.#setPosters = db.prepare('UPDATE dataset SET posters = ? WHERE id = ?')
    this.#setPlots = db.prepare('UPDATE dataset SET plots = ? WHERE id = ?')
    this.#remove = db.prepare('DELETE FROM dataset WHERE id = ?')
    this.#discard = db.prepare(`INSERT OR IGNORE INTO discard VALUES('dataset', ?)`)
    this.#keep = db.prepare(`DELETE FROM discard WHERE kind = 'dataset' AND id = ?`)
  }

  list(): Dataset[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  find(id: string): Dataset | null {
    const found = this.#one.get(id)
    return found === undefined ? null : v.parse(row, found)
  }

  /** @throws Error when there is none */
  get(id: string): Dataset {
    const found = this.find(id)
    if (!found) throw new Error(`There is no data set ${id}. It may have been removed.`)
    return found
  }

  /** Files of this id are not to be kept should everything end here: called before an import begins. */
  expect(id: string): void {
    this.#discard.run(id)
  }

  /** The files are complete: from here on the data set is visible. Call within a transaction. */
  insert(dataset: Dataset): void {
    this.#insert.run({ ...dataset, synthetic: dataset.synthetic ? 1 : 0 })
    this.#keep.run(dataset.id)
  }

  setPosters(id: string, count: number): void {
    this.#setPosters.run(count, id)
  }

  setPlots(id: string, count: number): void {
    this.#setPlots.run(count, id)
  }

  /** Takes the row away and marks the files for deletion. Call within a transaction. @throws SqliteError while experiments use it */
  remove(id: string): void {
    this.#remove.run(id)
    this.#discard.run(id)
  }

  /** The files of this id are gone. */
  discarded(id: string): void {
    this.#keep.run(id)
  }
}

/**
 * The data sets of a workspace. A row is there only when its file is complete. One that was taken off the list keeps its row and its files
 * until the workspace is opened the next time.
 */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Dataset } from '../../src-preload/contract.ts'
import { names, parseJson } from './schemas.ts'
import { vectorSummaries } from './vector-schemas.ts'

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
    notes: v.string(),
    parents: v.string(),
    recipe: v.string(),
    catalogues: v.string(),
    standardised: v.picklist(['none', 'user', 'global']),
    genome: v.number(),
    vectors: v.string(),
  }),
  v.transform(
    ({ synthetic, imported_at, first_rating_at, last_rating_at, parents, catalogues, vectors, ...same }): Dataset => ({
      ...same,
      synthetic: synthetic === 1,
      importedAt: imported_at,
      firstRatingAt: first_rating_at,
      lastRatingAt: last_rating_at,
      parents: parseJson(names, parents, `The parents of data set ${same.id}`),
      catalogues: parseJson(names, catalogues, `The catalogues of data set ${same.id}`),
      vectors: parseJson(vectorSummaries, vectors, `The vectors of data set ${same.id}`),
    }),
  ),
)

export class DatasetRepository {
  readonly #listed: Statement
  readonly #removed: Statement
  readonly #one: Statement
  readonly #insert: Statement
  readonly #setMedia: Statement
  readonly #rename: Statement
  readonly #note: Statement
  readonly #remove: Statement
  readonly #restore: Statement
  readonly #restoreUsed: Statement
  readonly #purge: Statement
  readonly #discard: Statement
  readonly #keep: Statement

  constructor(db: Database) {
    this.#listed = db.prepare('SELECT * FROM dataset WHERE removed_at IS NULL ORDER BY imported_at, id')
    this.#removed = db.prepare('SELECT * FROM dataset WHERE removed_at IS NOT NULL ORDER BY removed_at DESC, id')
    this.#one = db.prepare('SELECT * FROM dataset WHERE id = ? AND removed_at IS NULL')
    this.#insert = db.prepare(`INSERT INTO dataset(
      id, name, synthetic, format, imported_at, users, movies, ratings, tags, first_rating_at, last_rating_at, posters, plots, bytes, hash,
      notes, parents, recipe, catalogues, standardised, genome, vectors) VALUES(
      $id, $name, $synthetic, $format, $importedAt, $users, $movies, $ratings, $tags,
      $firstRatingAt, $lastRatingAt, $posters, $plots, $bytes, $hash,
      $notes, $parents, $recipe, $catalogues, $standardised, $genome, $vectors)`)
    this.#setMedia = db.prepare(
      'UPDATE dataset SET posters = $posters, plots = $plots, vectors = $vectors, bytes = $bytes WHERE id = $id',
    )
    this.#rename = db.prepare('UPDATE dataset SET name = ? WHERE id = ? AND removed_at IS NULL')
    this.#note = db.prepare('UPDATE dataset SET notes = ? WHERE id = ? AND removed_at IS NULL')
    this.#remove = db.prepare('UPDATE dataset SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
    this.#restore = db.prepare('UPDATE dataset SET removed_at = NULL WHERE id = ?')
    this.#restoreUsed = db.prepare(
      'UPDATE dataset SET removed_at = NULL WHERE id IN (SELECT dataset_id FROM experiment)',
    )
    this.#purge = db.prepare('DELETE FROM dataset WHERE id = ?')
    this.#discard = db.prepare(`INSERT OR IGNORE INTO discard VALUES('dataset', ?)`)
    this.#keep = db.prepare(`DELETE FROM discard WHERE kind = 'dataset' AND id = ?`)
  }

  /** Those on the list, in the order they came. */
  list(): Dataset[] {
    return this.#listed.all().map((r) => v.parse(row, r))
  }

  /** Those taken off the list since the workspace was opened, the last one first. */
  removed(): Dataset[] {
    return this.#removed.all().map((r) => v.parse(row, r))
  }

  /** @returns null when there is none on the list */
  find(id: string): Dataset | null {
    const found = this.#one.get(id)
    return found === undefined ? null : v.parse(row, found)
  }

  /** @throws Error when there is none on the list */
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
    this.#insert.run({
      ...dataset,
      synthetic: dataset.synthetic ? 1 : 0,
      parents: JSON.stringify(dataset.parents),
      catalogues: JSON.stringify(dataset.catalogues),
      vectors: JSON.stringify(dataset.vectors),
    })
    this.#keep.run(dataset.id)
  }

  /** What its files hold now. */
  setMedia(id: string, media: Pick<Dataset, 'posters' | 'plots' | 'vectors' | 'bytes'>): void {
    this.#setMedia.run({ id, ...media, vectors: JSON.stringify(media.vectors) })
  }

  rename(id: string, name: string): void {
    this.#rename.run(name, id)
  }

  note(id: string, notes: string): void {
    this.#note.run(notes, id)
  }

  /** Takes it off the list; row and files stay until `purge`. */
  remove(id: string, at: number): void {
    this.#remove.run(at, id)
  }

  /** Back on the list. */
  restore(id: string): void {
    this.#restore.run(id)
  }

  /** Back on the list, should an experiment have been made of one while it was taken off. */
  restoreUsed(): void {
    this.#restoreUsed.run()
  }

  /** Takes the row away and marks the files for deletion. Call within a transaction. @throws SqliteError while experiments use it */
  purge(id: string): void {
    this.#purge.run(id)
    this.#discard.run(id)
  }

  /** The files of this id are gone. */
  discarded(id: string): void {
    this.#keep.run(id)
  }
}

/**
 * runs/<id>/metrics.db, as its job writes it: curves while the run goes on, results in one transaction at its end. WAL, so that main reads it
 * while the job writes (run-results.ts). Curves are chunks of points with a pyramid over them: a row a point would be a hundred times slower to
 * draw.
 */
import Database from 'better-sqlite3'
import type { Series } from '../../src-preload/contract.ts'
import type { Evaluation } from '../evaluation/types.ts'
import { curveDdl } from './curve-layout.ts'
import { CurveReader } from './curve-reader.ts'
import { CurveWriter } from './curve-writer.ts'
import { seriesNames } from './schemas.ts'

/** PRAGMA user_version of these files. Layout 1 had curves without a pyramid; it is read (run-results.ts), no longer written. */
export const runFileLayout = 2

const schema = `
  ${curveDdl}
  CREATE TABLE array(name TEXT PRIMARY KEY, dtype TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE summary(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${runFileLayout};
`

export type StoredArray = Uint32Array | Float32Array | Float64Array

export class RunFile {
  readonly #db: Database.Database
  readonly #curves: CurveWriter

  /** @param path of a file that is not there yet; `resume` is for one that is */
  constructor(path: string) {
    this.#db = new Database(path)
    this.#db.pragma('page_size = 8192')
    this.#db.pragma('journal_mode = WAL')
    this.#db.pragma('synchronous = NORMAL')
    if (this.#db.pragma('user_version', { simple: true }) === 0) this.#db.transaction(() => this.#db.exec(schema))()
    this.#curves = new CurveWriter(this.#db)
  }

  /**
   * A run goes on from its checkpoint: its curves up to there are kept, what came later will come again.
   * @param upTo the last x of each curve that is kept
   */
  static resume(path: string, upTo: (name: Series['name']) => number): RunFile {
    const file = new RunFile(path)
    const reader = new CurveReader(file.#db)
    file.#db.transaction(() => {
      const kept = seriesNames.map((name): Series => {
        const { x, y } = reader.read(name, Infinity, { from: -Infinity, to: upTo(name) })
        return { name, x: [...x], y: [...y] }
      })
      file.#db.exec('DELETE FROM points; DELETE FROM records; DELETE FROM series;')
      for (const series of kept) file.#curves.append(series)
    })()
    return file
  }

  /** Appends the new points of some curves, in one transaction. x of a curve only grows. */
  append(added: readonly Series[]): void {
    this.#db.transaction(() => {
      for (const series of added) this.#curves.append(series)
    })()
  }

  /** Everything a finished run leaves, in one transaction: until it is committed the file has no results. */
  finish(summary: unknown, evaluations: readonly Evaluation[]): void {
    const insert = this.#db.prepare('INSERT INTO array VALUES(?, ?, ?)')
    this.#db.transaction(() => {
      for (const evaluation of evaluations) {
        for (const [name, array] of arraysOf(evaluation)) insert.run(name, array.constructor.name, bytes(array))
      }
      this.#db.prepare(`INSERT INTO summary VALUES('run', ?)`).run(JSON.stringify(summary))
    })()
  }

  close(): void {
    this.#db.close()
  }
}

/** The typed arrays of an evaluation under their names in the file: 'test/A/users', 'test/A/user/ndcg@10', 'test/A/topItems', ... */
function* arraysOf(evaluation: Evaluation): Generator<[string, StoredArray]> {
  for (const domain of evaluation.domains) {
    const place = `${evaluation.part}/${domain.domain}`
    yield [`${place}/users`, domain.users]
    if (domain.historyLengths) yield [`${place}/historyLengths`, domain.historyLengths]
    yield [`${place}/listed`, domain.listed]
    yield [`${place}/topItems`, domain.topItems]
    yield [`${place}/topScores`, domain.topScores]
    for (const [metric, values] of Object.entries(domain.perUser)) yield [`${place}/user/${metric}`, values]
  }
}

function bytes(array: StoredArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

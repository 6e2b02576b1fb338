/**
 * runs/<id>/metrics.db, as its job writes it: curves while the run goes on, results in one transaction at its end. WAL, so that main reads it
 * while the job writes (run-results.ts). Curves are chunks of Float64 pairs: a row a point would be fifty times slower to draw.
 */
import Database from 'better-sqlite3'
import type { Series } from '../../src-preload/contract.ts'
import type { Evaluation } from '../evaluation/types.ts'

/** Points in a chunk; the last chunk of a curve is rewritten until it is full. */
export const chunkPoints = 4096

const schema = `
  CREATE TABLE chunk(
    series TEXT NOT NULL, seq INTEGER NOT NULL, x BLOB NOT NULL, y BLOB NOT NULL, UNIQUE(series, seq)
  ) STRICT;
  CREATE TABLE array(name TEXT PRIMARY KEY, dtype TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE summary(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  PRAGMA user_version = 1;
`

export type StoredArray = Uint32Array | Float32Array | Float64Array

export class RunFile {
  readonly #db: Database.Database
  readonly #upsert: Database.Statement
  readonly #tails = new Map<Series['name'], { seq: number; x: number[]; y: number[] }>()

  /** @param path of a file that is not there yet */
  constructor(path: string) {
    this.#db = new Database(path)
    this.#db.pragma('journal_mode = WAL')
    this.#db.pragma('synchronous = NORMAL')
    this.#db.exec(schema)
    this.#upsert = this.#db.prepare(
      'INSERT INTO chunk VALUES(?, ?, ?, ?) ON CONFLICT(series, seq) DO UPDATE SET x = excluded.x, y = excluded.y',
    )
  }

  /** Appends the new points of some curves, in one transaction. */
  append(added: readonly Series[]): void {
    this.#db.transaction(() => {
      for (const series of added) this.#appendTo(series)
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

  #appendTo(series: Series): void {
    let tail = this.#tails.get(series.name)
    if (!tail) this.#tails.set(series.name, (tail = { seq: 0, x: [], y: [] }))
    for (let from = 0; from < series.x.length;) {
      if (tail.x.length === chunkPoints) {
        tail.seq++
        tail.x = []
        tail.y = []
      }
      const to = Math.min(series.x.length, from + chunkPoints - tail.x.length)
      tail.x.push(...series.x.slice(from, to))
      tail.y.push(...series.y.slice(from, to))
      this.#upsert.run(series.name, tail.seq, bytes(Float64Array.from(tail.x)), bytes(Float64Array.from(tail.y)))
      from = to
    }
  }
}

/** The typed arrays of an evaluation under their names in the file: 'test/A/users', 'test/A/user/ndcg@10', 'test/A/topItems', ... */
function* arraysOf(evaluation: Evaluation): Generator<[string, StoredArray]> {
  for (const domain of evaluation.domains) {
    const place = `${evaluation.part}/${domain.domain}`
    yield [`${place}/users`, domain.users]
    yield [`${place}/listed`, domain.listed]
    yield [`${place}/topItems`, domain.topItems]
    yield [`${place}/topScores`, domain.topScores]
    for (const [metric, values] of Object.entries(domain.perUser)) yield [`${place}/user/${metric}`, values]
  }
}

function bytes(array: StoredArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

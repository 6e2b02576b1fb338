/** The plot texts attached to a data set: one immutable SQLite file by movie id, replaced whole when plots are attached again. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { CleaningFinding } from '../../src-preload/contract.ts'
import { findingsDdl, readFindings, writeFindings } from './findings-table.ts'
import { openImmutable, writeStagedDatabase, type FileKind, type Turns } from './staged-database.ts'

const kind: FileKind = { label: 'plot file', applicationId: 0x4352504c, version: 1 } // 'CRPL'
const ddl = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE plot(movie_id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
${findingsDdl}`

/**
 * Writes `target` whole or not at all.
 * @throws DiskFullError, or what a turn throws
 */
export async function createPlotFile(
  target: string,
  plots: ReadonlyMap<number, string>,
  findings: CleaningFinding[],
  options: { limitBytes?: number | undefined; turns?: Turns | undefined } = {},
): Promise<void> {
  const ids = Uint32Array.from(plots.keys()).sort()
  const neededBytes = ids.reduce((sum, id) => sum + 2 * (plots.get(id)?.length ?? 0) + 16, 100_000)
  await writeStagedDatabase({ target, kind, ddl, neededBytes, ...options }, async (db, turns) => {
    const insert = db.prepare('INSERT INTO plot VALUES (?, ?)')
    const hash = createHash('sha256')
    for (const id of ids) {
      const text = plots.get(id) ?? ''
      insert.run(id, text)
      hash.update(JSON.stringify([id, text]))
      await turns.turn()
    }
    writeFindings(db, findings)
    db.prepare('INSERT INTO meta VALUES (?, ?)').run('hash', hash.digest('hex'))
  })
}

export class PlotFile {
  readonly count: number
  /** SHA-256 over ids and texts. */
  readonly hash: string
  readonly #db: Database

  /** @throws when the file is absent, or not a plot file of this version */
  static open(path: string): PlotFile {
    return new PlotFile(openImmutable(path, kind))
  }

  private constructor(db: Database) {
    this.#db = db
    this.count = db.prepare<[], number>('SELECT count(*) FROM plot').pluck().get() ?? 0
    this.hash = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'hash'").pluck().get() ?? ''
  }

  get(movieId: number): string | null {
    return this.#db.prepare<[number], string>('SELECT text FROM plot WHERE movie_id = ?').pluck().get(movieId) ?? null
  }

  /** Movie id -> plot, by ascending id. */
  all(): Map<number, string> {
    const rows = this.#db
      .prepare<[], { movie_id: number; text: string }>('SELECT movie_id, text FROM plot ORDER BY movie_id')
      .all()
    return new Map(rows.map((r) => [r.movie_id, r.text]))
  }

  /** What was left out when the plots were attached, and why. */
  findings(): CleaningFinding[] {
    return readFindings(this.#db)
  }

  close(): void {
    this.#db.close()
  }
}

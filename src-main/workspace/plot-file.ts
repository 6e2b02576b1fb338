/** The plot texts attached to a data set: one immutable SQLite file by movie id, replaced whole when plots are added. */
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

export interface PlotOptions {
  /** How many movies the data set has: with the plots' number, their coverage. */
  movies?: number
  limitBytes?: number | undefined
  turns?: Turns | undefined
}

/**
 * Writes `target` whole or not at all.
 * @throws DiskFullError, or what a turn throws
 */
export async function createPlotFile(
  target: string,
  plots: ReadonlyMap<number, string>,
  findings: CleaningFinding[],
  { movies, ...options }: PlotOptions = {},
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
    const meta = db.prepare('INSERT INTO meta VALUES (?, ?)')
    meta.run('hash', hash.digest('hex'))
    if (movies !== undefined) meta.run('movies', String(movies))
  })
}

export class PlotFile {
  readonly count: number
  /** Movies of the data set, so that `count / movies` is the coverage; null where the file does not say. */
  readonly movies: number | null
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
    const meta = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck()
    this.hash = meta.get('hash') ?? ''
    this.movies = Number(meta.get('movies') ?? 0) || null
  }

  get(movieId: number): string | null {
    return this.#db.prepare<[number], string>('SELECT text FROM plot WHERE movie_id = ?').pluck().get(movieId) ?? null
  }

  /** Movie ids with a plot, ascending. */
  ids(): Uint32Array {
    return Uint32Array.from(this.#db.prepare<[], number>('SELECT movie_id FROM plot ORDER BY movie_id').pluck().all())
  }

  /** Movie id -> plot, by ascending id. */
  all(): Map<number, string> {
    const rows = this.#db
      .prepare<[], { movie_id: number; text: string }>('SELECT movie_id, text FROM plot ORDER BY movie_id')
      .all()
    return new Map(rows.map((r) => [r.movie_id, r.text]))
  }

  /** What was left out when plots were added, and why. */
  findings(): CleaningFinding[] {
    return readFindings(this.#db)
  }

  close(): void {
    this.#db.close()
  }
}

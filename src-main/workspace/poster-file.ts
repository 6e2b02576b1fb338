/** The posters attached to a data set: one immutable SQLite file of small JPEGs by movie id, replaced whole when posters are attached again. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { CleaningFinding } from '../../src-preload/contract.ts'
import { findingsDdl, readFindings, writeFindings } from './findings-table.ts'
import { openImmutable, writeStagedDatabase, type FileKind, type Turns } from './staged-database.ts'

const kind: FileKind = { label: 'poster file', applicationId: 0x43525053, version: 1 } // 'CRPS'
const ddl = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE poster(movie_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL) STRICT;
${findingsDdl}`

export interface PosterSpec {
  target: string
  /** About how much the file will take. */
  neededBytes: number
  limitBytes?: number | undefined
  turns?: Turns | undefined
}

/**
 * Writes the file whole or not at all. `fill` hands over posters one by one, in any order, each movie at most once, and gives back
 * what it found on the way.
 * @throws DiskFullError, or what `fill` or a turn throws
 */
export async function createPosterFile(
  spec: PosterSpec,
  fill: (put: (movieId: number, jpeg: Uint8Array) => void) => Promise<CleaningFinding[]>,
): Promise<void> {
  await writeStagedDatabase({ ...spec, kind, ddl }, async (db) => {
    const insert = db.prepare('INSERT INTO poster VALUES (?, ?)')
    const findings = await fill((movieId, jpeg) => insert.run(movieId, jpeg))
    writeFindings(db, findings)
    db.prepare('INSERT INTO meta VALUES (?, ?)').run('hash', contentHash(db))
  })
}

function contentHash(db: Database): string {
  const hash = createHash('sha256')
  const posters = db.prepare<[], { movie_id: number; jpeg: Buffer }>(
    'SELECT movie_id, jpeg FROM poster ORDER BY movie_id',
  )
  for (const { movie_id, jpeg } of posters.iterate()) hash.update(`${movie_id}:${jpeg.length}\n`).update(jpeg)
  return hash.digest('hex')
}

export class PosterFile {
  readonly count: number
  /** SHA-256 over ids and images. */
  readonly hash: string
  readonly #db: Database
  readonly #ids: Uint32Array
  readonly #known: Set<number>

  /** @throws when the file is absent, or not a poster file of this version */
  static open(path: string): PosterFile {
    return new PosterFile(openImmutable(path, kind))
  }

  private constructor(db: Database) {
    this.#db = db
    this.#ids = Uint32Array.from(db.prepare<[], number>('SELECT movie_id FROM poster ORDER BY movie_id').pluck().all())
    this.#known = new Set(this.#ids)
    this.count = this.#ids.length
    this.hash = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'hash'").pluck().get() ?? ''
  }

  has(movieId: number): boolean {
    return this.#known.has(movieId)
  }

  /** JPEG bytes, at most 160 x 240 pixels. */
  get(movieId: number): Uint8Array | null {
    return this.#db.prepare<[number], Buffer>('SELECT jpeg FROM poster WHERE movie_id = ?').pluck().get(movieId) ?? null
  }

  /** Movie ids with a poster, ascending. */
  ids(): Uint32Array {
    return this.#ids
  }

  /** What was left out when the posters were attached, and why. */
  findings(): CleaningFinding[] {
    return readFindings(this.#db)
  }

  close(): void {
    this.#db.close()
  }
}

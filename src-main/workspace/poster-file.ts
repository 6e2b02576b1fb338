/**
 * The posters attached to a data set: one immutable SQLite file of small JPEGs by movie id, replaced whole when posters are added. What
 * was there before is copied into the new file, so that adding never loses a poster.
 */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import type { CleaningFinding } from '../../src-preload/contract.ts'
import { findingsDdl, readFindings, writeFindings } from './findings-table.ts'
import { type FileKind, openImmutable, type Turns, writeStagedDatabase } from './staged-database.ts'

const kind: FileKind = { label: 'poster file', applicationId: 0x43525053, version: 1 } // 'CRPS'
const ddl = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE poster(movie_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL) STRICT;
${findingsDdl}`

interface PosterRow {
  movie_id: number
  jpeg: Buffer
}

/** Posters read between two turns: about 1 MB. */
const slice = 100

export interface PosterSpec {
  target: string
  /** How many movies the data set has: with the posters' number, their coverage. */
  movies: number
  /** About how much the file will take. */
  neededBytes: number
  limitBytes?: number | undefined
  turns?: Turns | undefined
}

/** What of an earlier poster file went into the new one. */
export interface EarlierPosters {
  /** Posters copied, and those that gave way to a new one of the same movie. */
  kept: number
  replaced: number
  /** What was found when they were added. */
  findings: CleaningFinding[]
}

/** How a new poster file is filled: posters in any order, each movie at most once, then those of an earlier file. */
export class PosterWriter {
  readonly #db: Database
  readonly #turns: Turns
  readonly #insert: Statement<[number, Uint8Array]>

  constructor(db: Database, turns: Turns) {
    this.#db = db
    this.#turns = turns
    this.#insert = db.prepare('INSERT INTO poster VALUES (?, ?)')
  }

  put(movieId: number, jpeg: Uint8Array): void {
    this.#insert.run(movieId, jpeg)
  }

  /** Copies what the file at `path` has of movies that have none yet. To be called last. */
  async keep(path: string): Promise<EarlierPosters> {
    const insert = this.#db.prepare<[number, Uint8Array]>('INSERT OR IGNORE INTO poster VALUES (?, ?)')
    const earlier = openImmutable(path, kind)
    try {
      const result: EarlierPosters = { kept: 0, replaced: 0, findings: readFindings(earlier) }
      for await (const rows of slices(earlier, this.#turns)) {
        for (const { movie_id, jpeg } of rows) {
          if (insert.run(movie_id, jpeg).changes > 0) result.kept++
          else result.replaced++
        }
      }
      return result
    } finally {
      earlier.close()
    }
  }
}

/**
 * Writes the file whole or not at all. `fill` gives back what it found on the way.
 * @throws DiskFullError, or what `fill` or a turn throws
 */
export async function createPosterFile(
  spec: PosterSpec,
  fill: (writer: PosterWriter) => Promise<CleaningFinding[]>,
): Promise<void> {
  await writeStagedDatabase({ ...spec, kind, ddl }, async (db, turns) => {
    writeFindings(db, await fill(new PosterWriter(db, turns)))
    const meta = db.prepare('INSERT INTO meta VALUES (?, ?)')
    meta.run('hash', await contentHash(db, turns))
    meta.run('movies', String(spec.movies))
  })
}

/** All posters by movie id, some at a time. */
async function* slices(db: Database, turns: Turns): AsyncGenerator<PosterRow[]> {
  const next = db.prepare<[number, number], PosterRow>(
    'SELECT movie_id, jpeg FROM poster WHERE movie_id > ? ORDER BY movie_id LIMIT ?',
  )
  for (let after = -1; ;) {
    const rows = next.all(after, slice)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.movie_id
    await turns.turn()
  }
}

async function contentHash(db: Database, turns: Turns): Promise<string> {
  const hash = createHash('sha256')
  for await (const rows of slices(db, turns))
    for (const { movie_id, jpeg } of rows) hash.update(`${movie_id}:${jpeg.length}\n`).update(jpeg)
  return hash.digest('hex')
}

export class PosterFile {
  readonly count: number
  /** Movies of the data set, so that `count / movies` is the coverage; null in files of the first version. */
  readonly movies: number | null
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
    const meta = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck()
    this.hash = meta.get('hash') ?? ''
    this.movies = Number(meta.get('movies') ?? 0) || null
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

  /** What was left out when posters were added, and why. */
  findings(): CleaningFinding[] {
    return readFindings(this.#db)
  }

  close(): void {
    this.#db.close()
  }
}

/**
 * Posters on their way: what has been fetched for a data set and is not in its poster file yet, by TMDB id. Each answer is committed as it
 * comes, so that a cancel, a crash or a kill loses none; the whole folder goes when nothing is left to fetch.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

const applicationId = 0x43524354 // 'CRCT'
const version = 1

export class PosterCache {
  readonly #folder: string
  readonly #db: Database.Database

  /** Opens what an earlier fetch left, or begins anew: a cache that is damaged is only fetched again. */
  static open(folder: string): PosterCache {
    mkdirSync(folder, { recursive: true })
    try {
      return new PosterCache(folder)
    } catch (error) {
      if (!isDamaged(error)) throw error
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      return new PosterCache(folder)
    }
  }

  private constructor(folder: string) {
    this.#folder = folder
    this.#db = new Database(join(folder, 'posters.db'))
    try {
      this.#db.pragma('journal_mode = WAL')
      this.#db.pragma('synchronous = NORMAL')
      const found = this.#db.pragma('user_version', { simple: true })
      if (found !== 0 && found !== version) throw new DamagedCache()
      // jpeg NULL: TMDB has no poster of it
      this.#db.exec('CREATE TABLE IF NOT EXISTS poster(tmdb_id INTEGER PRIMARY KEY, jpeg BLOB) STRICT')
      this.#db.pragma(`application_id = ${applicationId}`)
      this.#db.pragma(`user_version = ${version}`)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** @param jpeg null: TMDB has none */
  put(tmdbId: number, jpeg: Uint8Array | null): void {
    this.#db.prepare<[number, Uint8Array | null]>('INSERT OR REPLACE INTO poster VALUES (?, ?)').run(tmdbId, jpeg)
  }

  get(tmdbId: number): Uint8Array | null {
    return this.#db.prepare<[number], Buffer>('SELECT jpeg FROM poster WHERE tmdb_id = ?').pluck().get(tmdbId) ?? null
  }

  /** TMDB ids with an answer; true: there is a poster. */
  answers(): Map<number, boolean> {
    const rows = this.#db
      .prepare<[], { id: number; there: number }>('SELECT tmdb_id AS id, jpeg IS NOT NULL AS there FROM poster')
      .all()
    return new Map(rows.map(({ id, there }) => [id, there === 1]))
  }

  close(): void {
    this.#db.close()
  }

  /** Closes it and deletes its folder: everything in it is elsewhere now. */
  discard(): void {
    this.#db.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

class DamagedCache extends Error {}

function isDamaged(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return error instanceof DamagedCache || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')
}

/** The peer 'sqlite3': its own `.import` of ratings.csv into a plain table. */
import { execFileSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'

/** @param folder of ratings.csv  @param target database file, replaced */
export async function sqliteImport(folder = '', target = ''): Promise<Record<string, number>> {
  rmSync(target, { force: true })
  const script = `PRAGMA journal_mode=MEMORY; PRAGMA synchronous=NORMAL;
CREATE TABLE ratings(user_id INTEGER, movie_id INTEGER, rating REAL, ts INTEGER);
.mode csv
.import --skip 1 "${folder}/ratings.csv" ratings
`
  const begun = performance.now()
  execFileSync('sqlite3', [target], { input: script, stdio: ['pipe', 'ignore', 'inherit'] })
  return Promise.resolve({ elsewhere: 1, wallMs: performance.now() - begun, fileMb: statSync(target).size / 1e6 })
}

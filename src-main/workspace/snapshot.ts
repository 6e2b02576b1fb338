/**
 * A copy of a database that others may be writing: VACUUM INTO on a read-only connection sees one moment of it and keeps nobody waiting, where
 * SQLite's page-by-page backup would begin again with every commit.
 */
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * @param target is replaced
 * @throws SqliteError SQLITE_FULL when the disk of the target is full
 */
export function snapshotDatabase(source: string, target: string): void {
  rmSync(target, { force: true })
  const db = new Database(source, { readonly: true, fileMustExist: true, timeout: 5000 })
  try {
    db.prepare('VACUUM INTO ?').run(target)
  } finally {
    db.close()
  }
}

/** Which data sets and runs a copy of a workspace is of. */
export interface SnapshotIds {
  datasets: Set<string>
  runs: Set<string>
}

/** A copy of workspace.db without what was on its way out: removed data sets and files marked for deletion. @returns what it still names */
export function snapshotWorkspace(database: string, target: string): SnapshotIds {
  snapshotDatabase(database, target)
  const db = new Database(target)
  try {
    db.exec('DELETE FROM dataset WHERE removed_at IS NOT NULL; DELETE FROM discard;')
    const ids = (sql: string): Set<string> => new Set(db.prepare<[], string>(sql).pluck().all())
    return { datasets: ids('SELECT id FROM dataset'), runs: ids('SELECT id FROM run') }
  } finally {
    db.close()
  }
}

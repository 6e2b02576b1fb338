/** Which data sets and experiments a workspace holds, read beside the Crossreel that has it open. */
import Database from 'better-sqlite3'
import type { Present } from './restoring.ts'

export function presentIn(database: string): Present {
  const db = new Database(database, { readonly: true, fileMustExist: true, timeout: 5000 })
  try {
    const ids = (sql: string): Set<string> => new Set(db.prepare<[], string>(sql).pluck().all())
    return { datasets: ids('SELECT id FROM dataset'), experiments: ids('SELECT id FROM experiment') }
  } finally {
    db.close()
  }
}

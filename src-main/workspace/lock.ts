/**
 * One workbench a workspace. The lock is an exclusive SQLite transaction on a file of its own: the operating system lets go of it when the
 * process dies, however it dies, so that there is never a stale lock to clear and no process id to mistake for another's.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import * as v from 'valibot'
import type { WorkspacePaths } from './paths.ts'

const holderSchema = v.object({ pid: v.number(), host: v.string(), since: v.string() })

export interface WorkspaceLock {
  release(): void
}

/** @throws Error when another workbench, in this process or another one, holds the workspace */
export function lockWorkspace(paths: WorkspacePaths, now: () => number): WorkspaceLock {
  const db = new Database(paths.lock, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error
    throw new Error(
      `The workspace ${paths.root} is already open${heldBy(paths)}. Close that Crossreel first, or open another workspace folder.`,
      { cause: error },
    )
  }
  writeFileSync(
    paths.holder,
    JSON.stringify({ pid: process.pid, host: hostname(), since: new Date(now()).toISOString() }),
  )
  return {
    release() {
      rmSync(paths.holder, { force: true })
      db.exec('ROLLBACK')
      db.close()
    },
  }
}

function heldBy(paths: WorkspacePaths): string {
  try {
    const holder = v.parse(holderSchema, JSON.parse(readFileSync(paths.holder, 'utf8')))
    return ` in process ${holder.pid} on ${holder.host} since ${holder.since}`
  } catch {
    return '' // the file only makes the message better; the lock itself does not depend on it
  }
}

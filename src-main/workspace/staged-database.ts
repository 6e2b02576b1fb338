/**
 * How every immutable file of the workspace comes into being: written as `<target>.importing`, flushed to the disk, then renamed. A
 * process killed at any moment leaves the old target (or none) and at most a stale staging file, which the next writer removes.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'

/** Called between slices of long synchronous work: lets messages in, and throws when the work was cancelled. `Pacer` is one. */
export interface Turns {
  turn(): Promise<void>
}
export const noTurns: Turns = { turn: () => Promise.resolve() }

export interface StagedDatabase {
  target: string
  /** PRAGMA application_id and user_version: what kind of file this is, and in which layout. */
  kind: FileKind
  ddl: string
  /** About how much the file will take; for the sentence when the disk is full. A function is asked only then. */
  neededBytes: number | (() => number)
  /** The most the file may take; without it, whatever the disk holds. */
  limitBytes?: number | undefined
  turns?: Turns | undefined
}

export interface FileKind {
  label: string
  applicationId: number
  version: number
  /** The oldest layout that can still be read; without it, only `version`. */
  oldest?: number
}

/** The disk (or the limit given) cannot hold the file. Nothing was changed. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError'
  readonly neededBytes: number

  constructor(target: string, neededBytes: number, cause: unknown) {
    const size = formatBytes(neededBytes)
    super(
      `The disk is full: ${target} needs about ${size}. Nothing was changed. Free at least ${size}, or move the workspace to another disk, and try again.`,
      { cause },
    )
    this.neededBytes = neededBytes
  }
}

const pageSize = 8192

export function stagingName(target: string): string {
  return `${target}.importing`
}

/**
 * @param fill writes tables and columns inside one transaction
 * @throws DiskFullError, or what `fill` or a turn throws (a cancel); the staging file is gone then
 */
export async function writeStagedDatabase(
  spec: StagedDatabase,
  fill: (db: Database.Database, turns: Turns) => Promise<void>,
): Promise<void> {
  const staging = stagingName(spec.target)
  const turns = spec.turns ?? noTurns
  await turns.turn()
  let db: Database.Database | null = null
  try {
    mkdirSync(dirname(spec.target), { recursive: true })
    removeFile(staging)
    db = new Database(staging)
    // No rollback journal and no flush on the way: a torn staging file is thrown away, never opened. Elsewhere this would corrupt.
    db.pragma(`page_size = ${pageSize}`)
    db.pragma('journal_mode = MEMORY')
    db.pragma('synchronous = OFF')
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('cache_size = -4000') // kB; what is written is not looked at again
    db.pragma(`application_id = ${spec.kind.applicationId}`)
    db.pragma(`user_version = ${spec.kind.version}`)
    if (spec.limitBytes !== undefined)
      db.pragma(`max_page_count = ${Math.max(1, Math.floor(spec.limitBytes / pageSize))}`)
    db.exec('BEGIN')
    db.exec(spec.ddl)
    const headStart = flushMeanwhile(staging)
    try {
      await fill(db, turns)
      await turns.turn()
      db.exec('COMMIT')
      db.close()
    } finally {
      headStart.end()
    }
    await flush(staging, turns)
    renameSync(staging, spec.target)
    flushFolder(dirname(spec.target))
  } catch (error) {
    if (db) {
      db.close()
      removeFile(staging)
    }
    if (!isDiskFull(error)) throw error
    const { neededBytes } = spec
    throw new DiskFullError(spec.target, typeof neededBytes === 'number' ? neededBytes : neededBytes(), error)
  }
}

/** @throws when the file is absent, or not of this kind, or in a layout that cannot be read */
export function openImmutable(path: string, kind: FileKind): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const applicationId = db.pragma('application_id', { simple: true })
    if (applicationId !== kind.applicationId) throw new Error(`${path} is not a Crossreel ${kind.label}.`)
    const version = layoutOf(db)
    const oldest = kind.oldest ?? kind.version
    if (version < oldest || version > kind.version) {
      const readable = oldest === kind.version ? `layout ${oldest}` : `layouts ${oldest} to ${kind.version}`
      throw new Error(
        `${path} was written in layout ${version} of the ${kind.label}, this version reads ${readable}. Import it again.`,
      )
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Which layout of its kind a file has. */
export function layoutOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT'
}

/** '812 bytes', '3.4 MB': decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power - 1]}`
}

function removeFile(path: string): void {
  for (const suffix of ['', '-journal']) rmSync(path + suffix, { force: true })
}

/**
 * Sends what has been written to the disk while more is being made, so that the flush at the end finds little left to do. Only a head start:
 * what goes wrong here is met again, and told, by that flush. Nobody waits for one under way when it ends: a cancel is not to wait for the disk.
 */
function flushMeanwhile(path: string): { end(): void } {
  let flushing = false
  const timer = setInterval(() => {
    if (flushing) return
    flushing = true
    const settle = (): void => void (flushing = false)
    sendToDisk(path).then(settle, settle)
  }, headStartEvery)
  return { end: () => clearInterval(timer) }
}

async function sendToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Milliseconds between two of them; a small file is done before the first. */
const headStartEvery = 400

/** Waits until the disk has the file. A cancel does not wait with it: the file is thrown away then. */
async function flush(path: string, turns: Turns): Promise<void> {
  const file = await open(path, 'r+')
  const flushed = file.sync()
  const closed = flushed.finally(() => file.close())
  let settled = false
  const settle = (): void => void (settled = true)
  closed.then(settle, settle)
  while (!settled) {
    await Promise.race([closed, wait(flushPoll)])
    if (!settled) await turns.turn()
  }
  await closed
  await turns.turn()
}

/** Milliseconds between two looks at the cancel while the disk works. */
const flushPoll = 20

/** Makes the rename itself durable where the system can: Windows has no such call, and some network file systems refuse it. */
function flushFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } catch {
    // The target is whole and in place by now; only a power cut in the next seconds could still undo the rename.
  } finally {
    closeSync(folder)
  }
}

/**
 * A workspace folder, open: the lock, workspace.db and a repository a noun. Only this process writes workspace.db; jobs write their own files.
 * WAL, synchronous FULL: a committed row survives a power cut, readers never wait.
 */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { DatasetRepository } from './dataset-repository.ts'
import { DomainMapRepository } from './domain-map-repository.ts'
import { ExperimentRepository } from './experiment-repository.ts'
import { lockWorkspace, type WorkspaceLock } from './lock.ts'
import { LookRepository } from './look-repository.ts'
import { migrate } from './migrations.ts'
import { workspacePaths, type WorkspacePaths } from './paths.ts'
import { filesOf, recover, type Recovery } from './recovery.ts'
import { RunRepository } from './run-repository.ts'
import { SettingsRepository } from './settings-repository.ts'
import { StudyRepository } from './study-repository.ts'

export class Workspace {
  readonly paths: WorkspacePaths
  readonly datasets: DatasetRepository
  readonly domainMaps: DomainMapRepository
  readonly experiments: ExperimentRepository
  readonly runs: RunRepository
  readonly studies: StudyRepository
  readonly looks: LookRepository
  readonly settings: SettingsRepository
  /** What opening put right. */
  readonly recovery: Recovery
  readonly #db: Database.Database
  readonly #lock: WorkspaceLock

  private constructor(db: Database.Database, lock: WorkspaceLock, paths: WorkspacePaths, now: () => number) {
    this.#db = db
    this.#lock = lock
    this.paths = paths
    this.datasets = new DatasetRepository(db)
    this.domainMaps = new DomainMapRepository(db)
    this.experiments = new ExperimentRepository(db)
    this.runs = new RunRepository(db)
    this.studies = new StudyRepository(db)
    this.looks = new LookRepository(db)
    this.settings = new SettingsRepository(db)
    this.recovery = recover(db, paths, this, now)
  }

  /**
   * Opens a workspace folder, or makes one.
   * @throws Error when another Crossreel has it open, when it is of a newer version, or when its database cannot be read
   */
  static open(root: string, now: () => number = Date.now): Workspace {
    const paths = workspacePaths(root)
    makeFolder(root)
    const lock = lockWorkspace(paths, now)
    let db: Database.Database | null = null
    try {
      db = openDatabase(paths.database)
      return new Workspace(db, lock, paths, now)
    } catch (error) {
      db?.close()
      lock.release()
      throw error
    }
  }

  /** All of it or nothing of it. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate()
  }

  /** Deletes the files of something whose row is gone; what cannot be deleted now (a file another program holds) goes at the next opening. */
  discard(kind: 'dataset' | 'run', id: string): void {
    for (const path of filesOf(this.paths, kind, id)) rmSync(path, { recursive: true, force: true })
    if (kind === 'dataset') this.datasets.discarded(id)
    else this.runs.discarded(id)
  }

  close(): void {
    this.#db.close()
    this.#lock.release()
  }
}

function makeFolder(root: string): void {
  try {
    mkdirSync(root, { recursive: true })
    accessSync(root, constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The workspace folder ${root} cannot be used (${why}). Choose a folder that can be written.`, {
      cause: error,
    })
  }
}

function openDatabase(path: string): Database.Database {
  let db: Database.Database | null = null
  try {
    db = new Database(path, { timeout: 5000 })
    // SQLite answers with the mode it is in, which is not always the one asked for
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new Error(`${path} cannot be opened in WAL mode. Choose a workspace folder on a local disk.`)
    }
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    if (db.pragma('quick_check', { simple: true }) !== 'ok') throw damaged(path)
    migrate(db, path)
    return db
  } catch (error) {
    db?.close()
    const broken = error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code)
    throw broken ? damaged(path, error) : error
  }
}

function damaged(path: string, cause?: unknown): Error {
  return new Error(
    `${path} is damaged and cannot be read. Put a copy of it back, or move it away: Crossreel then starts with an empty list, and the data sets and runs in the folders beside it stay where they are.`,
    { cause },
  )
}

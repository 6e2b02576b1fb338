/** The files of a workspace besides workspace.db: what there is, how large, and whose. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { isUnfinished, type WorkspacePaths } from './paths.ts'

export interface WorkspaceFile {
  /** Below the workspace folder, with forward slashes. */
  path: string
  bytes: number
}

/** Every file below a folder of the workspace; none when the folder is not there. Links are not followed. */
export function filesBelow(paths: WorkspacePaths, folder: string): WorkspaceFile[] {
  const found: WorkspaceFile[] = []
  for (const entry of entriesOf(folder)) {
    if (!entry.isFile()) continue
    const place = join(entry.parentPath, entry.name)
    const stat = statSync(place, { throwIfNoEntry: false }) // it may go while we look
    if (stat) found.push({ path: relative(paths.root, place).replaceAll(sep, '/'), bytes: stat.size })
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** 'datasets/ds-4k2.posters.db' -> 'ds-4k2', 'runs/run-9x/metrics.db' -> 'run-9x' */
export function ownerOf({ path }: WorkspaceFile): string {
  return path.split('/')[1]?.split('.')[0] ?? ''
}

/** What a copy of the workspace need not hold: files half-written, and SQLite's own beside a database. */
export function isPassing({ path }: WorkspaceFile): boolean {
  return isUnfinished(path) || /\.db-(wal|shm|journal)$/.test(basename(path))
}

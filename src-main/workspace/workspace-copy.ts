/**
 * A whole workspace copied into an empty folder and checked byte for byte. The copy is of one moment: rows as they were when it began, and only
 * the files those rows name. It opens as a workspace.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BackedUpFile, type BackupManifest, manifestName, manifestText } from './backup-manifest.ts'
import { copyFile, hashFile } from './copied-file.ts'
import { CopyError, refuseWithoutSpace } from './copy-error.ts'
import type { WorkspacePaths } from './paths.ts'
import { snapshotDatabase, snapshotWorkspace } from './snapshot.ts'
import { filesBelow, isPassing, ownerOf, type WorkspaceFile } from './workspace-files.ts'

export interface WorkspaceCopyOptions {
  signal: AbortSignal
  now: () => number
  onProgress(progress: { phase: string; fraction: number }): void
}

/**
 * @param folder is there and empty; what is written into it stays when the copy fails: the caller removes it
 * @throws CopyError with place and remedy; DOMException 'AbortError'
 */
export async function copyWorkspace(
  paths: WorkspacePaths,
  folder: string,
  { signal, now, onProgress }: WorkspaceCopyOptions,
): Promise<BackupManifest> {
  const place = dirname(folder) // what the person chose; the folder itself is ours
  try {
    const database = join(folder, 'workspace.db')
    const ids = snapshotWorkspace(paths.database, database)
    const files = [
      ...filesBelow(paths, paths.datasets).filter((file) => ids.datasets.has(ownerOf(file))),
      ...filesBelow(paths, paths.runs).filter((file) => ids.runs.has(ownerOf(file))),
      ...filesBelow(paths, paths.features),
      ...filesBelow(paths, paths.reports),
    ].filter((file) => !isPassing(file))
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    await refuseWithoutSpace(place, bytes)

    let done = 0
    const advance = (phase: string) => ({
      signal,
      onBytes: (piece: number) => {
        done += piece
        onProgress({ phase, fraction: Math.min(1, done / (2 * bytes + 1)) })
      },
    })
    const copied: { path: string; sha256: string | null }[] = [{ path: 'workspace.db', sha256: null }]
    for (const file of files) {
      copied.push({ path: file.path, sha256: await copyOne(paths, file, folder, advance('Copying')) })
    }
    const checked: BackedUpFile[] = []
    for (const { path, sha256 } of copied) {
      const target = join(folder, path)
      const found = await hashFile(target, advance('Checking'))
      if (sha256 !== null && sha256 !== found) {
        throw new CopyError(
          `${target} does not read back as it was written: the disk of ${folder} cannot be trusted. Choose another disk.`,
        )
      }
      checked.push({ path, bytes: (await stat(target)).size, sha256: found })
    }
    return { kind: 'crossreel-backup', layout: 1, madeAt: now(), workspace: paths.root, files: checked }
  } catch (error) {
    throw CopyError.of(error, place)
  }
}

/** @returns the SHA-256 of what was copied; null for a run's file, which SQLite writes anew */
async function copyOne(
  paths: WorkspacePaths,
  { path, bytes }: WorkspaceFile,
  folder: string,
  options: { signal: AbortSignal; onBytes(bytes: number): void },
): Promise<string | null> {
  const source = join(paths.root, path)
  const target = join(folder, path)
  if (!path.startsWith('runs/') || !path.endsWith('.db')) return copyFile(source, target, options)
  options.signal.throwIfAborted()
  await mkdir(join(target, '..'), { recursive: true })
  snapshotDatabase(source, target)
  options.onBytes(bytes)
  return null
}

export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  await writeFile(join(folder, manifestName), manifestText(manifest), { flush: true })
}

/** Takes away what a failed copy left. */
export async function removeCopy(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

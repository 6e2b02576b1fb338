/** What a backup has and a workspace lacks, and how it gets there: files first, rows after, so that a row is there only when its file is. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../src-preload/contract.ts'
import { type BackedUpExperiment, type BackupContents, changed, filesFor } from './backup.ts'
import { copyFile, hashFile } from './copied-file.ts'
import { CopyError, refuseWithoutSpace } from './copy-error.ts'
import type { WorkspacePaths } from './paths.ts'

/** Ids that a workspace holds already, removed data sets that can still be brought back included. */
export interface Present {
  datasets: ReadonlySet<string>
  experiments: ReadonlySet<string>
}

export interface RestorePlan {
  datasets: BackupContents['datasets']
  experiments: BackedUpExperiment[]
  runs: Run[]
}

export function planRestore({ datasets, experiments }: BackupContents, present: Present): RestorePlan {
  const absent = experiments.filter(({ experiment }) => !present.experiments.has(experiment.id))
  return {
    datasets: datasets.filter(({ dataset }) => !present.datasets.has(dataset.id)),
    experiments: absent,
    runs: absent.flatMap(({ runs }) => runs.map(({ run }) => run)),
  }
}

/**
 * Copies the files of a plan into the workspace; each is compared with the manifest while it is read and once more when it lies on the disk.
 * @throws CopyError with place and remedy; DOMException 'AbortError'. Files of the plan that were copied already are then left to the caller.
 */
export async function copyPlanned(
  plan: RestorePlan,
  { folder, manifest }: BackupContents,
  paths: WorkspacePaths,
  options: { signal: AbortSignal; onProgress(progress: { phase: string; fraction: number }): void },
): Promise<void> {
  const owners = new Set([
    ...plan.datasets.map(({ dataset }) => dataset.id),
    ...plan.experiments.map(({ experiment }) => experiment.id),
    ...plan.runs.map(({ id }) => id),
  ])
  // features are named by what they are made of: one that is there is the same
  const files = filesFor(manifest, owners).filter(
    ({ path }) => !path.startsWith('features/') || !existsSync(join(paths.root, path)),
  )
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  try {
    await refuseWithoutSpace(paths.root, bytes)
    let done = 0
    const advance = {
      signal: options.signal,
      onBytes: (piece: number) => {
        done += piece
        options.onProgress({ phase: 'Copying', fraction: Math.min(1, done / (2 * bytes + 1)) })
      },
    }
    for (const { path, sha256 } of files) {
      const target = join(paths.root, path)
      const staging = `${target}.writing`
      try {
        if ((await copyFile(join(folder, path), staging, advance)) !== sha256) {
          throw changed(folder, path, 'its contents differ')
        }
        if ((await hashFile(staging, advance)) !== sha256) {
          throw new CopyError(`${target} does not read back as it was written: that disk cannot be trusted.`)
        }
        await rename(staging, target)
      } finally {
        await rm(staging, { force: true })
      }
    }
  } catch (error) {
    throw CopyError.of(error, paths.root)
  }
}

/** A backup, open for reading: what its lists name, and the files that belong to each. */
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Dataset, DomainMap } from '../../src-preload/contract.ts'
import { type BackedUpFile, type BackupManifest, readBackupManifest } from './backup-manifest.ts'
import { CopyError } from './copy-error.ts'
import { DatasetRepository } from './dataset-repository.ts'
import { DomainMapRepository } from './domain-map-repository.ts'
import { ExperimentRepository, type StoredExperiment } from './experiment-repository.ts'
import { LookRepository, type StoredLook } from './look-repository.ts'
import { migrate } from './migrations.ts'
import { type PlacedRun, RunRepository } from './run-repository.ts'
import { type StoredStudy, StudyRepository } from './study-repository.ts'
import { ownerOf } from './workspace-files.ts'

export interface BackedUpExperiment {
  experiment: StoredExperiment
  /** The study it is a part of, and which. */
  study: StoredStudy | null
  part: string | null
  runs: PlacedRun[]
  looks: StoredLook[]
}

export interface BackupContents {
  folder: string
  manifest: BackupManifest
  datasets: { dataset: Dataset; maps: DomainMap[] }[]
  experiments: BackedUpExperiment[]
}

/**
 * Reads the lists of a backup from a copy of its workspace.db, brought to this version's schema: the backup itself is not touched.
 * @param scratch a file that may be written and is gone afterwards
 * @throws Error when the folder is no whole backup, was changed, or is of a newer version
 */
export function readBackup(folder: string, scratch: string): BackupContents {
  const manifest = readBackupManifest(folder)
  for (const file of manifest.files) {
    const bytes = statSync(join(folder, file.path), { throwIfNoEntry: false })?.size
    if (bytes !== file.bytes)
      throw changed(folder, file.path, bytes === undefined ? 'it is missing' : 'its size differs')
  }
  mkdirSync(dirname(scratch), { recursive: true })
  try {
    copyFileSync(join(folder, 'workspace.db'), scratch)
    const db = new Database(scratch)
    try {
      migrate(db, join(folder, 'workspace.db'))
      const runs = new RunRepository(db)
      // a backup may have been made while a run was waiting: here nobody works on it
      for (const id of runs.alive()) {
        runs.interrupt(
          id,
          'The backup was made before this run had ended. Retry starts it again.',
          false,
          manifest.madeAt,
        )
      }
      const maps = new DomainMapRepository(db)
      const experiments = new ExperimentRepository(db)
      const looks = new LookRepository(db)
      const studies = new StudyRepository(db)
      studies.interruptRunning('The backup was made before this study had ended. Resume goes on where it was.')
      return {
        folder,
        manifest,
        datasets: new DatasetRepository(db).list().map((dataset) => ({ dataset, maps: maps.ofDataset(dataset.id) })),
        experiments: experiments.list().map((experiment) => ({
          experiment,
          study: experiment.studyId === null ? null : studies.find(experiment.studyId),
          part: experiments.partOf(experiment.id),
          runs: runs.placed(experiment.id),
          looks: looks.ofExperiment(experiment.id),
        })),
      }
    } finally {
      db.close()
    }
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(scratch + suffix, { force: true })
  }
}

/** The sentence for a backup that is no longer what its manifest says. */
export function changed(folder: string, path: string, how: string): CopyError {
  return new CopyError(
    `The backup ${folder} was changed since it was made: ${path} (${how}). Choose another backup; nothing was brought back.`,
  )
}

/** Files of a backup that belong to some data sets, runs or experiments, and the features, which belong to nobody. */
export function filesFor(manifest: BackupManifest, owners: ReadonlySet<string>): BackedUpFile[] {
  return manifest.files.filter(
    (file) => file.path.startsWith('features/') || (file.path.includes('/') && owners.has(ownerOf(file))),
  )
}

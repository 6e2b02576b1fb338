/**
 * What opening a workspace puts right, because the last Crossreel may have been killed at any moment: scratch and half-written files go, removed
 * data sets go for good, runs that nobody works on any more say so, and data sets whose file is missing are reported. Needs the lock: no job of
 * ours is alive.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import * as v from 'valibot'
import type { Dataset } from '../../src-preload/contract.ts'
import type { DatasetRepository } from './dataset-repository.ts'
import { isUnfinished, unfinishedEndings, type WorkspacePaths } from './paths.ts'
import type { RunRepository } from './run-repository.ts'
import type { StudyRepository } from './study-repository.ts'
import { vectorFiles } from './vector-file.ts'

export interface Recovery {
  /** Files and folders deleted: scratch, half-written files, files that no row answers for. */
  deleted: string[]
  /** Runs that had no process any more. */
  interrupted: number
  /** Data sets whose file is not where it should be. */
  missing: Dataset[]
}

const discardRow = v.object({ kind: v.picklist(['dataset', 'run']), id: v.string() })

export function recover(
  db: Database,
  paths: WorkspacePaths,
  repositories: { datasets: DatasetRepository; runs: RunRepository; studies: StudyRepository },
  now: () => number,
): Recovery {
  const deleted: string[] = []
  const remove = (path: string): void => {
    if (!existsSync(path)) return
    rmSync(path, { recursive: true, force: true })
    deleted.push(path)
  }
  for (const folder of [paths.datasets, paths.features, paths.runs, paths.reports, paths.staging]) {
    mkdirSync(folder, { recursive: true })
  }
  for (const name of readdirSync(paths.staging)) remove(join(paths.staging, name))
  for (const folder of [paths.datasets, paths.features, paths.reports]) {
    for (const name of readdirSync(folder)) {
      if (isUnfinished(name)) remove(join(folder, name))
    }
  }
  repositories.datasets.restoreUsed()
  for (const { id } of repositories.datasets.removed()) db.transaction(() => repositories.datasets.purge(id))()
  for (const raw of db.prepare('SELECT kind, id FROM discard').all()) {
    const { kind, id } = v.parse(discardRow, raw)
    for (const path of filesOf(paths, kind, id)) remove(path)
    if (kind === 'dataset') repositories.datasets.discarded(id)
    else repositories.runs.discarded(id)
  }
  const interrupted = repositories.runs.alive()
  for (const id of interrupted) {
    const resumable = existsSync(paths.checkpoint(id))
    const remedy = resumable ? 'Resume goes on from its last checkpoint.' : 'Retry starts it again from its start.'
    repositories.runs.interrupt(id, `Crossreel ended before this run did. ${remedy}`, resumable, now())
  }
  repositories.studies.interruptRunning('Crossreel ended before this study did. Resume goes on where it was.')
  const missing = repositories.datasets.list().filter((dataset) => !existsSync(paths.dataset(dataset.id)))
  return { deleted, interrupted: interrupted.length, missing }
}

/** Every file that belongs to a data set or a run, staging included. */
export function filesOf(paths: WorkspacePaths, kind: 'dataset' | 'run', id: string): string[] {
  if (kind === 'run') return [paths.run(id), paths.stagingOf(id)]
  const files = [paths.dataset(id), paths.posters(id), paths.plots(id), ...vectorFiles(paths, id)]
  return [
    ...files.flatMap((file) => [file, ...unfinishedEndings.map((ending) => file + ending)]),
    paths.stagingOf(id),
    paths.cache(id),
  ]
}

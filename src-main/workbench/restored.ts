/** The two ends of a restore in main: files that are to come are marked for deletion, and what has come is put on record. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BackupContents, readBackup } from '../workspace/backup.ts'
import { planRestore, type RestorePlan } from '../workspace/restoring.ts'
import type { Workspace } from '../workspace/workspace.ts'

interface Asked {
  backup: BackupContents
  plan: RestorePlan
}

/** @throws Error when the folder is no whole backup */
function planFor(workspace: Workspace, source: string): Asked {
  const backup = readBackup(source, join(workspace.paths.staging, 'restore.db'))
  const { datasets, experiments } = workspace
  const present = {
    datasets: new Set([...datasets.list(), ...datasets.removed()].map(({ id }) => id)),
    experiments: new Set(experiments.list().map(({ id }) => id)),
  }
  return { backup, plan: planRestore(backup, present) }
}

/** Should everything end before the rows are there, the files go at the next opening. @throws Error when the folder is no whole backup */
export function expectRestored(workspace: Workspace, source: string): void {
  const { plan } = planFor(workspace, source)
  workspace.transaction(() => {
    for (const { dataset } of plan.datasets) workspace.datasets.expect(dataset.id)
    for (const { id } of plan.runs) workspace.runs.expect(id)
  })
}

/**
 * Puts what the job has brought on record, and puts removed data sets of the backup back on the list.
 * @returns what was brought and what was there already
 */
export function putRestored(workspace: Workspace, source: string, came: ReadonlySet<string>): string {
  const { backup, plan } = planFor(workspace, source)
  const datasets = plan.datasets.filter(({ dataset }) => came.has(dataset.id))
  const experiments = plan.experiments.filter(({ experiment }) => came.has(experiment.id))
  const inBackup = new Set(backup.datasets.map(({ dataset }) => dataset.id))
  const removed = workspace.datasets.removed().filter(({ id }) => inBackup.has(id))
  workspace.transaction(() => {
    for (const { dataset, maps } of datasets) {
      workspace.datasets.insert(dataset)
      for (const map of maps) workspace.domainMaps.save(map)
    }
    for (const { id } of removed) workspace.datasets.restore(id)
    for (const { experiment, study, part, runs, looks } of experiments) {
      if (study && !workspace.studies.find(study.id)) workspace.studies.insert(study)
      workspace.experiments.insert(experiment, part)
      for (const placed of runs) workspace.runs.insertWhole(placed)
      for (const look of looks) workspace.looks.insert(look)
    }
  })
  const brought = `${counted(datasets.length + removed.length, 'data set')} and ${counted(experiments.length, 'experiment')}`
  const there = `${counted(backup.datasets.length - datasets.length - removed.length, 'data set')} and ${counted(backup.experiments.length - experiments.length, 'experiment')}`
  return `Brought back ${brought}; ${there} of the backup were here already.`
}

/** The restore came to nothing: deletes what it had copied. When the backup cannot be read any more, the next opening does it. */
export function dropRestored(workspace: Workspace, source: string): void {
  let plan: RestorePlan
  try {
    plan = planFor(workspace, source).plan
  } catch (error) {
    console.warn(`What the restore had copied is deleted at the next start: ${String(error)}`)
    return
  }
  for (const { dataset } of plan.datasets) workspace.discard('dataset', dataset.id)
  for (const { id } of plan.runs) workspace.discard('run', id)
  for (const { experiment } of plan.experiments) {
    rmSync(workspace.paths.report(experiment.id), { recursive: true, force: true })
  }
}

function counted(n: number, what: string): string {
  return `${n === 0 ? 'no' : n} ${what}${n === 1 ? '' : 's'}`
}

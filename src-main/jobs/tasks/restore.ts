/** Copies what a backup has and this workspace lacks. Main has marked those files for deletion already, and makes rows of them at the end. */
import { join } from 'node:path'
import { readBackup } from '../../workspace/backup.ts'
import { hashFile } from '../../workspace/copied-file.ts'
import { changed } from '../../workspace/backup.ts'
import { copyPlanned, planRestore } from '../../workspace/restoring.ts'
import { presentIn } from '../../workspace/workspace-ids.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type RestoreTask = Extract<JobTask, { kind: 'restore' }>

/** @throws Error with place and remedy when the folder is no whole backup; DOMException 'AbortError' */
export async function restoreTask({ source }: RestoreTask, context: TaskContext): Promise<JobResult> {
  const { paths, signal } = context
  context.progress({ phase: 'Reading the backup', fraction: null })
  const backup = readBackup(source, join(paths.staging, 'restore-job.db'))
  const listed = backup.manifest.files.find(({ path }) => path === 'workspace.db')
  const found = await hashFile(join(source, 'workspace.db'), { signal, onBytes: () => undefined })
  if (listed?.sha256 !== found) throw changed(source, 'workspace.db', 'its contents differ')
  const plan = planRestore(backup, presentIn(paths.database))
  await copyPlanned(plan, backup, paths, { signal, onProgress: (progress) => context.progress(progress) })
  return {
    kind: 'restore',
    datasetIds: plan.datasets.map(({ dataset }) => dataset.id),
    experimentIds: plan.experiments.map(({ experiment }) => experiment.id),
  }
}

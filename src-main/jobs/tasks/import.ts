/** Imports a MovieLens folder or zip, or one rating table, as datasets/<id>.db. The file appears under that name only when it is complete. */
import { importDataset } from '../../datasets/importing/import.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type ImportTask = Extract<JobTask, { kind: 'import' }>

/** @throws Error with file, line and remedy when the source cannot be read; DOMException 'AbortError' */
export async function importTask(task: ImportTask, context: TaskContext): Promise<JobResult> {
  await importDataset({
    source: task.source,
    mapping: task.mapping,
    target: context.paths.dataset(task.datasetId),
    datasetId: task.datasetId,
    name: task.name,
    synthetic: false,
    signal: context.signal,
    onProgress: (progress) => context.progress(progress),
  })
  return { kind: 'import', datasetId: task.datasetId }
}

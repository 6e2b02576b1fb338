/** Adds item vectors to a data set: datasets/<id>.vectors-<name>.safetensors is replaced whole, or stays as it was. */
import { attachVectors } from '../../datasets/media/vectors.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type VectorsTask = Extract<JobTask, { kind: 'vectors' }>

/** @throws Error with file, line and remedy when the source is no table of vectors; DOMException 'AbortError' */
export async function vectorsTask(task: VectorsTask, context: TaskContext): Promise<JobResult> {
  await attachVectors({
    source: task.source,
    datasetPath: context.paths.dataset(task.datasetId),
    target: context.paths.vectors(task.datasetId, task.name),
    name: task.name,
    by: task.by,
    signal: context.signal,
    onProgress: (progress) => context.progress(progress),
  })
  return { kind: 'vectors', datasetId: task.datasetId }
}

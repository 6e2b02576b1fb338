/** Adds posters to a data set: datasets/<id>.posters.db is replaced whole, or stays as it was. */
import { attachPosters } from '../../datasets/media/posters.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type PostersTask = Extract<JobTask, { kind: 'posters' }>

/** @throws Error with place and remedy when the source holds no poster of this data set; DOMException 'AbortError' */
export async function postersTask(task: PostersTask, context: TaskContext): Promise<JobResult> {
  await attachPosters({
    source: task.source,
    datasetPath: context.paths.dataset(task.datasetId),
    target: context.paths.posters(task.datasetId),
    by: task.by,
    signal: context.signal,
    onProgress: (progress) => context.progress(progress),
  })
  return { kind: 'posters', datasetId: task.datasetId }
}

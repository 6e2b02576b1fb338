/** Adds plot texts to a data set: datasets/<id>.plots.db is replaced whole, or stays as it was. */
import { attachPlots } from '../../datasets/media/plots.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type PlotsTask = Extract<JobTask, { kind: 'plots' }>

/** @throws Error with file, line and remedy when the source is no table of plots; DOMException 'AbortError' */
export async function plotsTask(task: PlotsTask, context: TaskContext): Promise<JobResult> {
  await attachPlots({
    source: task.source,
    datasetPath: context.paths.dataset(task.datasetId),
    target: context.paths.plots(task.datasetId),
    by: task.by,
    signal: context.signal,
    onProgress: (progress) => context.progress(progress),
  })
  return { kind: 'plots', datasetId: task.datasetId }
}

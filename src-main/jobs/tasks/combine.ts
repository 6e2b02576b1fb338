/** Makes one data set with two catalogues of two, posters and plots included. Main shows it only after all its files are there. */
import { combineDatasets } from '../../datasets/combining/combine.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type CombineTask = Extract<JobTask, { kind: 'combine' }>

/** @throws CombineError or ImportError with its remedy; DiskFullError; DOMException 'AbortError' */
export async function combineTask(task: CombineTask, { paths, signal, progress }: TaskContext): Promise<JobResult> {
  const files = (id: string): { dataset: string; posters: string; plots: string } => ({
    dataset: paths.dataset(id),
    posters: paths.posters(id),
    plots: paths.plots(id),
  })
  await combineDatasets({
    first: files(task.first),
    second: files(task.second),
    names: task.names,
    target: files(task.datasetId),
    id: task.datasetId,
    name: task.name,
    at: Date.now(),
    links: task.links,
    signal,
    onProgress: progress,
  })
  return { kind: 'combine', datasetId: task.datasetId }
}

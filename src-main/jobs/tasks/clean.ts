/** Makes a cleaned version of a data set, posters and plots included. Main shows it only after all its files are there. */
import { cleanDataset } from '../../datasets/cleaning/clean.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type CleanTask = Extract<JobTask, { kind: 'clean' }>

/** @throws CleaningError with its remedy; DiskFullError; DOMException 'AbortError' */
export async function cleanTask(task: CleanTask, { paths, signal, progress }: TaskContext): Promise<JobResult> {
  const files = (id: string): { dataset: string; posters: string; plots: string } => ({
    dataset: paths.dataset(id),
    posters: paths.posters(id),
    plots: paths.plots(id),
  })
  await cleanDataset({
    parent: files(task.parent),
    parentName: task.parentName,
    target: files(task.datasetId),
    id: task.datasetId,
    name: task.name,
    at: Date.now(),
    recipe: task.recipe,
    signal,
    onProgress: progress,
  })
  return { kind: 'clean', datasetId: task.datasetId }
}

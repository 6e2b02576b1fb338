/**
 * Makes the sample: generates its files in the scratch folder, then imports them as any other data set is imported. Main shows the data set
 * only after all three files are there.
 */
import { mkdir, rm } from 'node:fs/promises'
import { importDataset } from '../../datasets/importing/import.ts'
import { attachPlots } from '../../datasets/media/plots.ts'
import { attachPosters } from '../../datasets/media/posters.ts'
import { generateSample } from '../../datasets/sample/generate.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext, TaskProgress } from './context.ts'

type SampleTask = Extract<JobTask, { kind: 'sample' }>

/** @throws DOMException 'AbortError' within a second after the signal */
export async function sampleTask(task: SampleTask, context: TaskContext): Promise<JobResult> {
  const { paths, signal } = context
  const folder = paths.stagingOf(task.datasetId)
  const datasetPath = paths.dataset(task.datasetId)
  await mkdir(folder, { recursive: true })
  try {
    const files = await generateSample({ folder, seed: task.seed, signal, onProgress: share(context, 0, 0.5) })
    await importDataset({
      source: files.folder,
      target: datasetPath,
      datasetId: task.datasetId,
      name: task.name,
      synthetic: true,
      signal,
      onProgress: share(context, 0.5, 0.7),
    })
    const posters = paths.posters(task.datasetId)
    await attachPosters({
      source: files.posters,
      datasetPath,
      target: posters,
      signal,
      onProgress: share(context, 0.7, 0.95),
    })
    const plots = paths.plots(task.datasetId)
    await attachPlots({ source: files.plots, datasetPath, target: plots, signal, onProgress: share(context, 0.95, 1) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { kind: 'sample', datasetId: task.datasetId }
}

/** One step's 0..1 as its part of the whole. */
function share(context: TaskContext, from: number, to: number): (progress: TaskProgress) => void {
  return ({ phase, fraction }) => context.progress({ phase, fraction: from + (fraction ?? 0) * (to - from) })
}

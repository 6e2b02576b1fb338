/** How many trainings run at once on this machine, and what each may take of it. */
import { availableParallelism, totalmem } from 'node:os'
import type { QueuedTask, TrainingRoom } from '../jobs/room.ts'
import { modelById } from '../learning/models/index.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { estimatedDims } from './estimates.ts'

/** A process with its backend, before it holds any data. */
const PROCESS_BYTES = 300 * 2 ** 20
/** Trainings of the usual size gain from a second thread; from a third, less than from another training beside them. */
const USUAL_THREADS = 2

export function trainingRoom(workspace: Pick<Workspace, 'settings' | 'datasets' | 'studies'>): TrainingRoom {
  const cores = availableParallelism()
  return {
    cores,
    most: () => workspace.settings.get().parallelRuns || Math.max(1, Math.floor(cores / USUAL_THREADS)),
    mayStart: (task) => task.kind !== 'train' || workspace.studies.stateOfRun(task.runId) !== 'paused',
    needs: (task) => PROCESS_BYTES + modelBytes(workspace, task),
    // less than the machine's where the process is confined
    memory: () => ({
      free: process.availableMemory(),
      total: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    }),
  }
}

/** At most: the split has fewer users, movies and events than its data set. */
function modelBytes({ datasets }: Pick<Workspace, 'datasets'>, task: QueuedTask): number {
  if (task.kind !== 'train') return 0
  const dataset = datasets.get(task.datasetId)
  const { users, movies: items, ratings: events } = dataset
  const size = { users, items, events, featureDims: estimatedDims(dataset) }
  return modelById(task.model).estimate(task.config, size).memoryBytes
}

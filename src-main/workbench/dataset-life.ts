/** A data set's life after its import: its name, what is noted about it, off the list and back on it. */
import type { Dataset } from '../../src-preload/contract.ts'
import { isAlive } from '../jobs/queue.ts'
import type { Context, Handlers } from './context.ts'

type Needs = Pick<Context, 'workspace' | 'queue' | 'emit' | 'now'> & {
  library: Pick<Context['library'], 'forget'>
}
type Served = `datasets.${'rename' | 'note' | 'remove' | 'removed' | 'restore'}`

export function datasetLifeRequests(context: Needs): Pick<Handlers, Served> {
  const { workspace, library, emit } = context
  const { datasets } = workspace
  const changed = (datasetId: string): Dataset => {
    emit('datasets.changed', { datasetId })
    return datasets.get(datasetId)
  }
  return {
    'datasets.rename': ({ datasetId, name }) => {
      datasets.get(datasetId)
      datasets.rename(datasetId, name)
      return changed(datasetId)
    },

    'datasets.note': ({ datasetId, notes }) => {
      datasets.get(datasetId)
      datasets.note(datasetId, notes)
      return changed(datasetId)
    },

    'datasets.remove': async ({ datasetId }) => {
      refuseWhileUsed(context, datasets.get(datasetId))
      await library.forget(datasetId)
      refuseWhileUsed(context, datasets.get(datasetId)) // that took a moment
      datasets.remove(datasetId, context.now())
      emit('datasets.changed', { datasetId: null })
      return null
    },

    'datasets.removed': () => datasets.removed(),

    'datasets.restore': ({ datasetId }) => {
      if (!datasets.removed().some(({ id }) => id === datasetId)) {
        throw new Error(
          `There is no removed data set ${datasetId}. It can be brought back until Crossreel is opened again.`,
        )
      }
      datasets.restore(datasetId)
      return changed(datasetId)
    },
  }
}

/** A data set made of this one does not keep it: it is a file of its own. @throws Error that names what uses it, and what to do */
function refuseWhileUsed({ workspace, queue }: Needs, { id, name }: Dataset): void {
  const users = workspace.experiments.usingDataset(id).map(({ spec }) => `'${spec.name}'`)
  if (users.length > 0) {
    const [experiment, use, that] =
      users.length === 1 ? ['experiment', 'uses', 'that'] : ['experiments', 'use', 'those']
    throw new Error(
      `'${name}' cannot be removed: the ${experiment} ${users.join(', ')} ${use} it. Remove ${that} first.`,
    )
  }
  const job = queue.tasks().find((each) => isAlive(each.job) && worksOn(each.task, id))?.job
  if (job)
    throw new Error(`'${name}' cannot be removed while the job '${job.label}' works on it. Cancel the job first.`)
}

/** Whether any field of the task names the data set: its own, its parent, the two it combines. */
function worksOn(task: object, datasetId: string): boolean {
  return Object.values(task).includes(datasetId)
}

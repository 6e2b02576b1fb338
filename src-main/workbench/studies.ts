/** Studies: what one would be, beginning one, holding it, letting it go on, ending it; its tables as one text. */
import type { Study, StudySpec } from '../../src-preload/contract.ts'
import { modelById } from '../learning/models/index.ts'
import { newId } from '../workspace/paths.ts'
import type { StoredStudy } from '../workspace/study-repository.ts'
import type { Comparisons } from './comparison.ts'
import type { Context, Requests } from './context.ts'
import { checkedRuns, checkExperiment, removeExperiment } from './experiments.ts'
import { jobOfRun } from './runs.ts'
import { partsOf, type StudyDriver } from './study-driver.ts'
import { exportStudy } from './study-export.ts'
import { hasEnded, protocolsOf, tunedRows } from './study-plan.ts'
import { suggestStudy } from './study-suggestion.ts'
import { studyView } from './study-view.ts'

export function studyRequests(context: Context, { table }: Comparisons, driver: StudyDriver): Requests<'studies'> {
  const { workspace, queue, emit, reader } = context
  const { studies } = workspace
  const changed = (id: string): Study => {
    emit('studies.changed', { studyId: id })
    return studyView(context, studies.get(id))
  }
  return {
    'studies.list': () => studies.list().map((stored) => studyView(context, stored)),

    'studies.get': ({ studyId }) => studyView(context, studies.get(studyId)),

    'studies.suggest': async ({ datasetId, kind }) => {
      const dataset = workspace.datasets.get(datasetId)
      return suggestStudy(dataset, kind, await reader.ask('domains.suggest', { datasetId }))
    },

    'studies.create': async (asked) => {
      const spec = await checkStudy(context, asked)
      const id = newId('st')
      workspace.datasets.get(spec.datasetId) // it may have been removed while the splits were checked
      studies.insert({ id, spec, createdAt: context.now(), state: 'running', reason: null })
      driver.wake(id)
      return changed(id)
    },

    'studies.pause': ({ studyId }) => {
      const { state, spec } = studies.get(studyId)
      if (state === 'paused') return studyView(context, studies.get(studyId))
      if (state !== 'running')
        throw new Error(`The study '${spec.name}' is ${state}: only one that is running can be paused.`)
      studies.setState(studyId, 'paused', 'Paused. Runs that were at work are finished; no other begins.')
      return changed(studyId)
    },

    'studies.resume': ({ studyId }) => {
      const { state, spec } = studies.get(studyId)
      if (state === 'running') return studyView(context, studies.get(studyId))
      if (state === 'done' || state === 'cancelled')
        throw new Error(`The study '${spec.name}' is ${state}; there is nothing to resume. Begin a new one.`)
      checkedRuns(spec) // another version may know the models' parameters no more
      studies.setState(studyId, 'running')
      driver.wake(studyId)
      queue.wake()
      return changed(studyId)
    },

    'studies.cancel': ({ studyId }) => {
      const stored = studies.get(studyId)
      if (stored.state !== 'done' && stored.state !== 'cancelled') cancel(context, stored)
      return changed(studyId)
    },

    'studies.remove': ({ studyId }) => {
      const stored = studies.get(studyId)
      cancel(context, stored)
      for (const { experimentId } of partsOf(context, studyId)) removeExperiment(context, experimentId)
      studies.remove(studyId)
      emit('studies.changed', { studyId })
      return null
    },

    'studies.export': ({ studyId, ...shown }) =>
      exportStudy(studyView(context, studies.get(studyId)), shown, workspace, table),
  }
}

/** Its runs that wait or work are cancelled; what is done stays. */
function cancel(context: Context, { id }: StoredStudy): void {
  const { workspace, queue } = context
  workspace.studies.setState(id, 'cancelled', 'Cancelled.')
  for (const { runs } of partsOf(context, id)) {
    for (const { run } of runs) {
      const job = jobOfRun(context, run.id)
      if (job) queue.cancel(job.id)
      else if (!hasEnded(run)) workspace.runs.end(run.id, 'cancelled', 'Its study was cancelled.', context.now())
    }
  }
}

/**
 * @returns the specification with every hyper-parameter filled in
 * @throws Error with a sentence that names what does not fit; also when a split of the study would leak
 */
async function checkStudy(context: Context, asked: StudySpec): Promise<StudySpec> {
  const runs = checkedRuns(asked)
  const spec = { ...asked, runs }
  const { A, B } = spec.protocol.density
  if (A !== 1 || B !== 1)
    throw new Error(
      'A study thins the training events by its own densities, one domain after the other. Set the density of both domains to 100 % in the protocol, and name the others in the study.',
    )
  if (spec.kind === 'table2') {
    const [only, second] = runs
    if (only?.model !== 'transformer' || second)
      throw new Error(
        `Table 2 takes one Transformer apart, and this is ${runs.map(({ label }) => `'${label}'`).join(', ')}. Give the Transformer alone.`,
      )
  }
  if (spec.kind === 'tuning' && tunedRows(spec).length === 0) {
    const still = runs.filter(({ model }) => modelById(model).search.length === 0).map(({ label }) => label)
    throw new Error(
      spec.tuning
        ? `There is nothing to tune: ${still.join(', ')} ${still.length === 1 ? 'has' : 'have'} no ranges to search. Choose other models.`
        : 'A study that tunes needs a budget: say how many trials each model is given.',
    )
  }
  for (const protocol of protocolsOf(spec)) {
    try {
      await checkExperiment(context, protocol.spec)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`${protocol.label}: ${reason}`, { cause: error })
    }
  }
  return spec
}

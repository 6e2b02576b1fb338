/** Experiments: checking what is asked for, storing it, queueing its runs; the ablation set; removing. */
import type { Experiment, ExperimentSpec, Run, RunSpec } from '../../src-preload/contract.ts'
import { refuseModel } from '../datasets/splitting/refused-models.ts'
import type { CheckedSplit } from '../jobs/reader-questions.ts'
import { modelById } from '../learning/models/index.ts'
import { ablationRuns } from '../learning/models/transformer.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Requests } from './context.ts'
import { estimatedDims, estimatesOf } from './estimates.ts'
import { modelConfigOf } from './model-config.ts'
import { splitQuestion } from './reader.ts'
import { jobOfRun, queueRun } from './runs.ts'

export interface CheckedExperiment {
  spec: ExperimentSpec
  split: CheckedSplit
}

export function experimentRequests(context: Context): Requests<'experiments'> {
  const { workspace } = context
  const withRuns = (stored: Omit<Experiment, 'runs'>): Experiment => ({
    ...stored,
    runs: workspace.runs.ofExperiment(stored.id),
  })
  return {
    'experiments.list': () => workspace.experiments.list().map(withRuns),

    'experiments.get': ({ experimentId }) => withRuns(workspace.experiments.get(experimentId)),

    'experiments.estimate': async (asked) => {
      const { spec, split } = await checkExperiment(context, asked, 'estimate')
      const featureDims = estimatedDims(workspace.datasets.get(spec.datasetId))
      return estimatesOf(spec.runs, { ...split, featureDims }, spec.backend, await context.backends())
    },

    'experiments.create': async (asked) => {
      const id = storeExperiment(context, await checkExperiment(context, asked))
      return withRuns(workspace.experiments.get(id))
    },

    'experiments.ablation': ({ config }) => ablationRuns(modelConfigOf('transformer', config)),

    'experiments.remove': ({ experimentId }) => {
      const { studyId } = workspace.experiments.get(experimentId)
      const study = studyId === null ? null : workspace.studies.find(studyId)
      if (study && study.state !== 'done' && study.state !== 'cancelled')
        throw new Error(
          `This experiment is a part of the study '${study.spec.name}', which has not ended: it would make it again. Cancel or remove the study.`,
        )
      removeExperiment(context, experimentId)
      return null
    },
  }
}

/**
 * @param lane of a question that a newer one may overtake
 * @returns the specification with every hyper-parameter filled in, and the split it asks for
 * @throws Error with a sentence that names the field; also when the split would leak
 */
export async function checkExperiment(
  { workspace, reader }: Context,
  asked: ExperimentSpec,
  lane?: string,
): Promise<CheckedExperiment> {
  const runs = checkedRuns(asked)
  const split = await reader.ask('split.check', splitQuestion(workspace, asked), lane)
  return { spec: { ...asked, runs }, split }
}

/**
 * @returns the rows with every hyper-parameter filled in
 * @throws Error with a sentence that names the field, the label that is there twice, or the model that this split does not suit
 */
export function checkedRuns({ runs, protocol }: Pick<ExperimentSpec, 'runs' | 'protocol'>): RunSpec[] {
  const labels = new Set<string>()
  return runs.map((run) => {
    if (labels.has(run.label))
      throw new Error(`Two models are called '${run.label}'. Give each its own label: tables tell them apart by it.`)
    labels.add(run.label)
    refuseModel({ label: run.label, newUsers: modelById(run.model).newUsers }, protocol)
    return { ...run, config: modelConfigOf(run.model, run.config) }
  })
}

/**
 * Stores a checked experiment and queues its runs.
 * @param of the study it is a part of; the runs of its tuning come round by round
 */
export function storeExperiment(
  context: Context,
  { spec, split }: CheckedExperiment,
  of: { studyId: string; part: string } | null = null,
): string {
  const { workspace } = context
  const id = newId('ex')
  const createdAt = context.now()
  const planned = of && spec.kind === 'tuning' ? [] : planRuns(spec)
  const runs = planned.map((run) => ({ ...run, id: newId('run'), experimentId: id, createdAt }))
  const card = split.summary.card
  workspace.transaction(() => {
    workspace.datasets.get(spec.datasetId) // it may have been removed while the split was checked
    workspace.experiments.insert({ id, spec, createdAt, card, studyId: of?.studyId ?? null }, of?.part)
    for (const [position, run] of runs.entries()) workspace.runs.insert(run, position)
  })
  for (const run of runs) queueRun(context, workspace.runs.get(run.id))
  context.emit('experiments.changed', { experimentId: id })
  return id
}

/** Removes an experiment, its runs and their files; those at work are stopped. */
export function removeExperiment(context: Context, experimentId: string): void {
  const { workspace, queue } = context
  const runs = workspace.runs.ofExperiment(experimentId)
  workspace.transaction(() => {
    workspace.runs.discardOf(experimentId)
    workspace.experiments.remove(experimentId)
  })
  for (const { id } of runs) {
    const job = jobOfRun(context, id)
    if (job) queue.cancel(job.id)
    if (!job || job.state === 'queued') workspace.discard('run', id) // the folder of one at work goes when its job has ended
  }
  context.emit('experiments.changed', { experimentId })
}

/**
 * One run a model and seed. A model without chance in it gives the same numbers for every seed, so it is one run, under the first seed.
 */
export function planRuns(
  spec: Pick<ExperimentSpec, 'runs' | 'seeds'>,
): Pick<Run, 'model' | 'label' | 'config' | 'seed'>[] {
  return spec.runs.flatMap(({ model, label, config }) => {
    const seeds = modelById(model).seeded ? spec.seeds : spec.seeds.slice(0, 1)
    return seeds.map((seed) => ({ model, label, config, seed }))
  })
}

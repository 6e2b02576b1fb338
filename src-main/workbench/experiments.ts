/** Experiments: checking what is asked for, storing it, queueing its runs; the ablation set; removing. */
import type { Experiment, ExperimentSpec, Run } from '../../src-preload/contract.ts'
import type { CheckedSplit } from '../jobs/reader-questions.ts'
import { modelById } from '../learning/models/index.ts'
import { ablationRuns } from '../learning/models/transformer.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Requests } from './context.ts'
import { estimatesOf } from './estimates.ts'
import { modelConfigOf } from './model-config.ts'
import { splitQuestion } from './reader.ts'
import { jobOfRun, queueRun } from './runs.ts'

export function experimentRequests(context: Context): Requests<'experiments'> {
  const { workspace, queue } = context
  const withRuns = (stored: Omit<Experiment, 'runs'>): Experiment => ({
    ...stored,
    runs: workspace.runs.ofExperiment(stored.id),
  })
  return {
    'experiments.list': () => workspace.experiments.list().map(withRuns),

    'experiments.get': ({ experimentId }) => withRuns(workspace.experiments.get(experimentId)),

    'experiments.estimate': async (asked) => {
      const { spec, split } = await check(context, asked, 'estimate')
      return estimatesOf(spec.runs, split, spec.backend, await context.backends())
    },

    'experiments.create': async (asked) => {
      const { spec, split } = await check(context, asked)
      const id = newId('ex')
      const createdAt = context.now()
      const runs = planRuns(spec).map((run) => ({ ...run, id: newId('run'), experimentId: id, createdAt }))
      workspace.transaction(() => {
        workspace.datasets.get(spec.datasetId) // it may have been removed while the split was checked
        workspace.experiments.insert({ id, spec, createdAt, card: split.summary.card })
        for (const [position, run] of runs.entries()) workspace.runs.insert(run, position)
      })
      for (const run of runs) queueRun(context, workspace.runs.get(run.id))
      context.emit('experiments.changed', { experimentId: id })
      return withRuns(workspace.experiments.get(id))
    },

    'experiments.ablation': ({ config }) => ablationRuns(modelConfigOf('transformer', config)),

    'experiments.remove': ({ experimentId }) => {
      workspace.experiments.get(experimentId)
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
      return null
    },
  }
}

/**
 * @param lane of a question that a newer one may overtake
 * @returns the specification with every hyper-parameter filled in, and the split it asks for
 * @throws Error with a sentence that names the field; also when the split would leak
 */
async function check(
  { workspace, reader }: Context,
  asked: ExperimentSpec,
  lane?: string,
): Promise<{ spec: ExperimentSpec; split: CheckedSplit }> {
  const runs = asked.runs.map((run) => ({ ...run, config: modelConfigOf(run.model, run.config) }))
  const labels = new Set<string>()
  for (const { label } of runs) {
    if (labels.has(label))
      throw new Error(`Two models are called '${label}'. Give each its own label: tables tell them apart by it.`)
    labels.add(label)
  }
  const split = await reader.ask('split.check', splitQuestion(workspace, asked), lane)
  return { spec: { ...asked, runs }, split }
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

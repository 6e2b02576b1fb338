/** Comparing the finished runs of an experiment, and the same table as LaTeX, CSV or Markdown. */
import type { Argument, Comparison } from '../../src-preload/contract.ts'
import { compareRuns, type ComparedRun } from '../evaluation/comparison.ts'
import { models } from '../learning/models/index.ts'
import { RunResults } from '../workspace/run-results.ts'
import { infoOf } from './app.ts'
import type { Context, Requests } from './context.ts'
import { Recent } from './recent.ts'
import { exportTable } from './table-export.ts'

export interface Comparisons {
  requests: Requests<'compare'>
  table(p: Argument<'compare.table'>): Comparison
}

/** Bootstrap intervals take a moment; the page asks for the same table whenever it is looked at. */
const keptTables = 24
const keptExperiments = 2

export function comparisons(context: Context): Comparisons {
  const tables = new Recent<Comparison>(keptTables)
  const loaded = new Recent<ComparedRun[]>(keptExperiments)

  const table = (p: Argument<'compare.table'>): Comparison => {
    const { card } = context.workspace.experiments.get(p.experimentId)
    const key = finishedRuns(context, p.experimentId).join(' ')
    if (key === '') throw new Error('No run of this experiment has finished yet. Come back when one has.')
    return tables.get(`${key} ${JSON.stringify(p)}`, () =>
      compareRuns({
        ...p,
        card,
        runs: loaded.get(key, () => loadRuns(context, p.experimentId)),
        models: models.map(infoOf),
      }),
    )
  }

  return {
    table,
    requests: {
      'compare.table': table,
      'compare.export': ({ format, ...p }) =>
        exportTable(table(p), context.workspace.experiments.get(p.experimentId).spec.kind, format),
    },
  }
}

function finishedRuns(context: Context, experimentId: string): string[] {
  const done = context.workspace.runs.ofExperiment(experimentId).filter((run) => run.state === 'done')
  return done.map((run) => `${run.id}@${run.endedAt}`)
}

/** The finished runs of an experiment with what they gave for every user. */
export function loadRuns(context: Context, experimentId: string): ComparedRun[] {
  const done = context.workspace.runs.ofExperiment(experimentId).filter((run) => run.state === 'done')
  return done.map((run) => {
    const path = context.workspace.paths.metrics(run.id)
    const results = RunResults.open(path)
    if (!results)
      throw new Error(`The results of '${run.label}', seed ${run.seed}, are missing: ${path}. Retry the run.`)
    try {
      const { id, model, label, config, seed, bestEpoch } = run
      const seconds = results.summary()?.fitSeconds ?? null
      return { id, model, label, config, seed, bestEpoch, seconds, evaluation: results.evaluation('test') }
    } finally {
      results.close()
    }
  })
}

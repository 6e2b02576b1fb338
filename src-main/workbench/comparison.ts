/** Comparing the finished runs of an experiment, the same table as LaTeX, CSV or Markdown, and who else has looked at its test part. */
import type { Argument, Comparison, HistoryComparison } from '../../src-preload/contract.ts'
import { compareCards } from '../evaluation/card-comparison.ts'
import { compareRuns, type ComparedRun } from '../evaluation/comparison.ts'
import { compareHistory } from '../evaluation/history-comparison.ts'
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
  const histories = new Recent<HistoryComparison>(keptTables)
  const loaded = new Recent<ComparedRun[]>(keptExperiments)
  const { experiments, looks } = context.workspace

  const runsOf = (experimentId: string): { key: string; runs: () => ComparedRun[] } => {
    const { name, kind } = experiments.get(experimentId).spec
    if (kind === 'tuning')
      throw new Error(
        `The trials of '${name}' have seen validation only, so there is no table of them. Look at their study.`,
      )
    if (experiments.get(experimentId).spec.kind === 'tuning')
      throw new Error('These runs are trials of a tuning: they see validation only, so there is nothing of test to compare. Their study shows them.') // prettier-ignore
    const key = finishedRuns(context, experimentId).join(' ')
    if (key === '') throw new Error('No run of this experiment has finished yet. Come back when one has.')
    return { key, runs: () => loaded.get(key, () => loadRuns(context, experimentId)) }
  }
  const table = (p: Argument<'compare.table'>): Comparison => {
    const { card } = experiments.get(p.experimentId)
    const { key, runs } = runsOf(p.experimentId)
    const now = looks.count(card.hash) // other experiments look at the same test part
    const kept = tables.get(`${key} ${JSON.stringify(p)}`, () =>
      compareRuns({ ...p, card, looks: now, runs: runs(), models: models.map(infoOf) }),
    )
    return { ...kept, looks: now }
  }

  return {
    table,
    requests: {
      'compare.table': table,
      'compare.export': ({ format, ...p }) => exportTable(table(p), experiments.get(p.experimentId).spec.kind, format),
      'compare.cards': ({ first, second }) => compareCards(experiments.get(first).card, experiments.get(second).card),
      'compare.history': (p) => {
        const { key, runs } = runsOf(p.experimentId)
        return histories.get(`${key} ${p.metric} ${p.domain}`, () => compareHistory({ ...p, runs: runs() }))
      },
      'compare.looks': ({ experimentId }) => looks.ofCard(experiments.get(experimentId).card.hash),
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

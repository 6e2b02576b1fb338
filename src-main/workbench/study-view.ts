/** A study as the page and the terminal see it: its state, its trials while they run, and the experiments of its tables. */
import type { Study, Trial } from '../../src-preload/contract.ts'
import type { PlacedRun } from '../workspace/run-repository.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { StoredStudy } from '../workspace/study-repository.ts'
import type { Context } from './context.ts'
import { planRuns } from './experiments.ts'
import { partsOf } from './study-driver.ts'
import {
  bestTrial,
  hasEnded,
  type PartState,
  protocolsOf,
  secondsOf,
  tableParts,
  trialAt,
  trialsOf,
  tunedRows,
  TUNING,
} from './study-plan.ts'

export function studyView(context: Pick<Context, 'workspace'>, stored: StoredStudy): Study {
  const parts = partsOf(context, stored.id)
  const tuning = parts.find(({ part }) => part === TUNING)
  return {
    ...stored,
    phase: phaseOf(stored, parts),
    fraction: fractionOf(stored, parts),
    trials: tuning ? trialsIn(context, stored, tuning) : [],
    experiments: tableParts(stored.spec).flatMap(({ part, label, density, target }) => {
      const made = parts.find((each) => each.part === part)
      return made ? [{ experimentId: made.experimentId, label, density, target }] : []
    }),
  }
}

/** By row, and there by number. */
function trialsIn(context: Pick<Context, 'workspace'>, { spec }: StoredStudy, tuning: PartState): Trial[] {
  return spec.runs.flatMap((row, index) => {
    const trials = trialsOf(tuning, index).toSorted((a, b) => a.position - b.position)
    const best = bestTrial(trials)
    return trials.map((trial): Trial => {
      const { run, position, stopped } = trial
      return {
        runId: run.id,
        model: run.model,
        label: row.label,
        number: trialAt(position).number,
        config: run.config,
        state: run.state,
        stoppedEarly: stopped === 'median',
        ...reached(context, trial),
        best: trial === best,
      }
    })
  })
}

/** What a trial came to, or where it is. */
function reached(
  { workspace }: Pick<Context, 'workspace'>,
  { run }: PlacedRun,
): Pick<Trial, 'validation' | 'epochs' | 'seconds'> {
  if (run.state === 'done') return { validation: run.validation, epochs: run.epochs, seconds: secondsOf(run) }
  const nothing = { validation: null, epochs: null, seconds: null }
  if (run.state !== 'running' && run.state !== 'paused') return nothing
  const results = RunResults.open(workspace.paths.metrics(run.id))
  try {
    const { x, y } = results?.series('validation', 1000) ?? { x: [], y: [] }
    return { ...nothing, validation: y.length > 0 ? Math.max(...y) : null, epochs: x.at(-1) ?? null }
  } finally {
    results?.close()
  }
}

function phaseOf({ state, spec }: StoredStudy, parts: readonly PartState[]): string {
  switch (state) {
    case 'done':
      return 'Done'
    case 'failed':
      return 'Failed'
    case 'cancelled':
      return 'Cancelled'
    case 'paused':
    case 'interrupted':
    case 'running': {
      const last = parts.at(-1)
      if (!last) return 'Preparing'
      const ended = last.runs.filter(({ run }) => hasEnded(run)).length
      if (last.part === TUNING)
        return `Tuning: ${ended} of up to ${tunedRows(spec).length * (spec.tuning?.trials ?? 0)} trials`
      const label = tableParts(spec).find(({ part }) => part === last.part)?.label ?? last.part
      return `${label}: ${ended} of ${last.runs.length} runs`
    }
    default:
      return state satisfies never
  }
}

/** Of all runs that it may have, those that have ended. A tuning that is over counts as whole, whatever budget is left of it. */
function fractionOf({ state, spec }: StoredStudy, parts: readonly PartState[]): number {
  if (state === 'done') return 1
  const tables = tableParts(spec)
  const perTable = protocolsOf(spec).at(-1)
  const each = perTable ? planRuns(perTable.spec).length : 0
  const trials = tunedRows(spec).length * (spec.tuning?.trials ?? 0)
  const ended = ({ runs }: PartState): number => runs.filter(({ run }) => hasEnded(run)).length
  const tuned = parts.some(({ part }) => part !== TUNING)
  const total = trials + tables.length * each
  const done = parts.reduce((sum, part) => sum + (part.part === TUNING && tuned ? trials : ended(part)), 0)
  return total === 0 ? 0 : Math.min(1, done / total)
}

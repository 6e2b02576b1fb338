/**
 * What a study does next, as a function of what is stored: its specification, and the experiments and runs it has made so far. Nothing else is
 * remembered, so a study can be cut off at any moment and go on; and as a round of trials follows from earlier rounds alone, it then ends with
 * the same numbers.
 */
import type { DomainName, ExperimentSpec, ModelConfig, Run, RunSpec, StudySpec } from '../../src-preload/contract.ts'
import { modelById } from '../learning/models/index.ts'
import { ablationRuns } from '../learning/models/transformer.ts'
import { proposeRound, ROUND } from '../learning/tuning.ts'
import type { PlacedRun } from '../workspace/run-repository.ts'

/** One experiment of a study, as it stands. */
export interface PartState {
  part: string
  experimentId: string
  runs: readonly PlacedRun[]
}
/** A table of a study. `target`: the domain that is thinned; null at full density. */
export interface TablePart {
  part: string
  label: string
  density: number
  target: DomainName | null
}
export interface PlannedTrial {
  position: number
  model: string
  label: string
  config: ModelConfig
}
export type StudyAction =
  | { kind: 'experiment'; part: string; spec: ExperimentSpec }
  | { kind: 'trials'; experimentId: string; trials: PlannedTrial[] }
  /** A run that was cut off. */
  | { kind: 'queue'; run: Run }
  | { kind: 'finish' }

export const TUNING = 'tuning'

/** More than the trials a model may have. */
const PLACES = 10_000
/** @param row index in `StudySpec.runs`  @param number from 1 */
export function trialPosition(row: number, number: number): number {
  return row * PLACES + number
}
export function trialAt(position: number): { row: number; number: number } {
  return { row: Math.floor(position / PLACES), number: position % PLACES }
}

/** In the order in which they are run. */
export function tableParts({ kind, densities, domains }: StudySpec): TablePart[] {
  if (kind === 'tuning') return []
  const targets: DomainName[] = domains.kind === 'single' ? ['A'] : ['A', 'B']
  return densities.flatMap((density): TablePart[] =>
    density === 1
      ? [{ part: 'density 1', label: 'All training events', density, target: null }]
      : targets.map((target) => ({
          part: `density ${density} of ${target}`,
          label: `${Number((100 * density).toFixed(1))} % of the training events of ${domains.kind === 'single' ? 'the catalogue' : `domain ${target}`}`,
          density,
          target,
        })),
  )
}

/** Rows that have something to tune, by index. */
export function tunedRows({ tuning, runs }: StudySpec): number[] {
  if (!tuning) return []
  return runs.flatMap(({ model }, row) => (modelById(model).search.length > 0 ? [row] : []))
}

export function hasEnded({ state }: Pick<Run, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

/** Empty while there is nothing to do but wait for runs. */
export function nextActions(spec: StudySpec, parts: readonly PartState[]): StudyAction[] {
  const cutOff = parts.flatMap(({ runs }) => runs.flatMap(({ run }) => (run.state === 'interrupted' ? [run] : [])))
  if (cutOff.length > 0) return cutOff.map((run) => ({ kind: 'queue', run }))

  const find = (part: string): PartState | undefined => parts.find((each) => each.part === part)
  const rows = tunedRows(spec)
  const tuning = find(TUNING)
  if (rows.length > 0) {
    if (!tuning) return [{ kind: 'experiment', part: TUNING, spec: tuningSpec(spec) }]
    const trials = rows.flatMap((row) => nextRound(spec, row, trialsOf(tuning, row)))
    if (trials.length > 0) return [{ kind: 'trials', experimentId: tuning.experimentId, trials }]
    if (!tuning.runs.every(({ run }) => hasEnded(run))) return []
  }
  for (const table of tableParts(spec)) {
    const state = find(table.part)
    if (!state) return [{ kind: 'experiment', part: table.part, spec: tableSpec(spec, table, tuning) }]
    // the next one begins when nothing of this one waits, so that no core is idle at its end
    if (state.runs.some(({ run }) => run.state === 'queued')) return []
  }
  return parts.every(({ runs }) => runs.every(({ run }) => hasEnded(run))) ? [{ kind: 'finish' }] : []
}

/** Of one row, in the order of their numbers. */
export function trialsOf(tuning: PartState, row: number): PlacedRun[] {
  return tuning.runs.filter(({ position }) => trialAt(position).row === row)
}

/** The trial with the best validation value, the first of equal ones; null where none ended well. */
export function bestTrial(trials: readonly PlacedRun[]): PlacedRun | null {
  let best: PlacedRun | null = null
  for (const trial of trials) {
    const value = valueOf(trial)
    if (value !== null && (best === null || value > (valueOf(best) ?? -Infinity))) best = trial
  }
  return best
}

function valueOf({ run }: PlacedRun): number | null {
  return run.state === 'done' ? run.validation : null
}

/** The trials of a row that begin now; empty while a round is under way and when the budget is spent. */
function nextRound(spec: StudySpec, row: number, trials: readonly PlacedRun[]): PlannedTrial[] {
  const base = spec.runs[row]
  const { tuning } = spec
  if (!base || !tuning || !trials.every(({ run }) => hasEnded(run))) return []
  const spent = trials.reduce((sum, { run }) => sum + secondsOf(run), 0)
  if (trials.length > 0 && tuning.minutes > 0 && spent >= 60 * tuning.minutes) return []
  if (trials.length % ROUND !== 0) return [] // a short round was the last
  const configs = proposeRound({
    method: tuning.method,
    search: modelById(base.model).search,
    base: base.config,
    earlier: trials.map((trial) => ({ config: trial.run.config, value: valueOf(trial) })),
    size: Math.min(ROUND, tuning.trials - trials.length),
    seed: tuning.seed,
    name: base.label,
  })
  return configs.map((config, i) => {
    const number = trials.length + i + 1
    return {
      position: trialPosition(row, number),
      model: base.model,
      label: `${base.label.slice(0, 180)}, trial ${number}`,
      config,
    }
  })
}

export function secondsOf({ startedAt, endedAt }: Run): number {
  return startedAt === null || endedAt === null ? 0 : (endedAt - startedAt) / 1000
}

/** The earlier rounds of the round that a trial is in. */
export function earlierRounds(trials: readonly PlacedRun[], position: number): PlacedRun[] {
  const { row, number } = trialAt(position)
  const first = number - ((number - 1) % ROUND)
  return trials.filter((trial) => {
    const place = trialAt(trial.position)
    return place.row === row && place.number < first
  })
}

function tuningSpec(spec: StudySpec): ExperimentSpec {
  return {
    ...common(spec),
    name: `${spec.name.slice(0, 150)}, tuning`,
    kind: 'tuning',
    runs: spec.runs,
    seeds: spec.seeds.slice(0, 1),
  }
}

/** Every row under its best configuration. */
function tableSpec(spec: StudySpec, table: TablePart, tuning: PartState | undefined): ExperimentSpec {
  const tuned = spec.runs.map((run, row): RunSpec => {
    const best = tuning ? bestTrial(trialsOf(tuning, row)) : null
    return { ...run, config: best?.run.config ?? run.config }
  })
  const runs = spec.kind === 'table2' ? tuned.flatMap(({ config }) => ablationRuns(config)) : tuned
  const density = { A: 1, B: 1 }
  if (table.target) density[table.target] = table.density
  return {
    ...common(spec),
    name: table.target ? `${spec.name.slice(0, 120)}, ${table.label}` : spec.name,
    kind: spec.kind === 'table2' ? 'ablation' : 'comparison',
    protocol: { ...spec.protocol, density },
    runs,
    seeds: spec.seeds,
  }
}

function common({
  datasetId,
  domains,
  protocol,
  backend,
}: StudySpec): Pick<ExperimentSpec, 'datasetId' | 'domains' | 'protocol' | 'backend'> {
  return { datasetId, domains, protocol, backend }
}

/** Every protocol a study uses, with what its table is called; the full one first. */
export function protocolsOf(spec: StudySpec): { label: string; spec: ExperimentSpec }[] {
  const tables = tableParts(spec).map((table) => ({ label: table.label, spec: tableSpec(spec, table, undefined) }))
  return tunedRows(spec).length > 0 ? [{ label: 'Tuning', spec: tuningSpec(spec) }, ...tables] : tables
}

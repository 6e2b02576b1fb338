/** The finished runs of an experiment, and which of them make one row of its tables. */
import type { ModelConfig } from '../../src-preload/contract.ts'
import { metricInfos } from './metric-infos.ts'
import type { Evaluation } from './types.ts'

/** One finished run: a model, its configuration and one seed, evaluated on the test part. */
export interface ComparedRun {
  id: string
  model: string
  label: string
  config: ModelConfig
  seed: number
  bestEpoch: number | null
  seconds: number | null
  evaluation: Evaluation
}

/** Runs of one label, model and configuration are one row. Two configurations under one label stay apart: 'EASE', 'EASE (2)'. */
export function groupRuns(runs: readonly ComparedRun[]): { label: string; members: ComparedRun[] }[] {
  const groups = new Map<string, ComparedRun[]>()
  for (const run of runs) {
    const config = Object.entries(run.config).sort(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([run.label, run.model, config])
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  const taken = new Map<string, number>()
  return Array.from(groups.values(), (members) => {
    members.sort((a, b) => a.seed - b.seed)
    const label = members[0]?.label ?? ''
    const times = (taken.get(label) ?? 0) + 1
    taken.set(label, times)
    return { label: times === 1 ? label : `${label} (${times})`, members }
  })
}

/** Why a metric has no value. */
export function notMeasured(metric: string, evaluation: Evaluation | undefined): string {
  const keys = Object.keys(evaluation?.domains.find((d) => d.users.length > 0)?.mean ?? {})
  const known = metricInfos.some((m) => m.id === metric.split('@')[0])
  return known
    ? `'${metric}' was not measured; the protocol's cut-offs decide. Measured: ${keys.join(', ')}.`
    : `There is no metric '${metric}'. Choose one of: ${keys.join(', ')}.`
}

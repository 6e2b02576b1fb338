/** Finished runs of one experiment -> the comparison table: rows over seeds, intervals, paired differences to a pinned baseline, sentences. */
import type {
  Comparison,
  ComparisonRow,
  DomainColumn,
  Interval,
  ModelConfig,
  ModelInfo,
  ProtocolCard,
} from '../../src-preload/contract.ts'
import { comparisonSentences } from './comparison-sentences.ts'
import { differingHyperParameters } from './differing.ts'
import { metricInfos, parseMetric } from './metric-infos.ts'
import { bootstrapMeans, holm, mean, pairedT, standardDeviation, wilcoxon } from './statistics.ts'
import type { Evaluation } from './types.ts'
import { plainColumn, runValue, sameUsers, userColumn, type UserColumn } from './user-columns.ts'

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

export interface ComparisonInput {
  experimentId: string
  /** 'ndcg@10' */
  metric: string
  domain: DomainColumn
  /** Label of the pinned row; null: no differences are computed. */
  baseline: string | null
  runs: ComparedRun[]
  card: ProtocolCard
  /** For labels and defaults of the hyper-parameters that differ. */
  models: ModelInfo[]
}

/** The resamples of every comparison: the same intervals whenever a table is opened. */
const BOOTSTRAP_SEED = 2026

interface Group {
  label: string
  runs: ComparedRun[]
  value: number
  /** For the bootstrap and the t-test: its mean is the headline value. Null for metrics without a value per user. */
  column: UserColumn | null
  /** For Wilcoxon: each user's own mean. */
  plain: UserColumn | null
}

/**
 * Pure. Rows are sorted by value, best first. Each user's values are averaged over the seeds of a row before anything is tested; `holm` corrects the
 * paired t-tests of all rows against the baseline together. A baseline without a finished run counts as none.
 * @throws when the metric or the domain was not measured, or when runs count different users
 */
export function compareRuns(input: ComparisonInput): Comparison {
  const { experimentId, metric, domain, runs, card, models } = input
  const groups = groupRuns(runs).map(({ label, members }) => measured(label, members, metric, domain))
  groups.sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
  const base = groups.find((g) => g.label === input.baseline) ?? null
  const users = alignedUsers(groups)
  const { intervals, differences } = uncertainty(groups, base)

  const rows = groups.map((group, i): ComparisonRow => {
    const values = group.runs.map((r) => runValue(r.evaluation, domain, metric) ?? NaN)
    const seconds = group.runs.flatMap((r) => (r.seconds === null ? [] : [r.seconds]))
    return {
      label: group.label,
      model: group.runs[0]?.model ?? '',
      runIds: group.runs.map((r) => r.id),
      seeds: group.runs.map((r) => r.seed),
      bestEpochs: group.runs.map((r) => r.bestEpoch),
      value: group.value,
      spread: standardDeviation(values),
      interval: intervals[i] ?? { low: group.value, high: group.value },
      difference: differences[i] ?? null,
      metrics: allMetrics(group.runs, domain),
      secondsPerRun: seconds.length > 0 ? mean(seconds) : null,
    }
  })
  const comparison: Comparison = {
    experimentId,
    metric,
    domain,
    users,
    baseline: base?.label ?? null,
    rows,
    differing: differingHyperParameters(rows, groups.map((g) => g.runs[0]?.config ?? {}), models), // prettier-ignore
    sentences: [],
    card,
  }
  return { ...comparison, sentences: comparisonSentences(comparison, input.baseline) }
}

/** Runs of one label, model and configuration are one row. Two configurations under one label stay apart: 'EASE', 'EASE (2)'. */
function groupRuns(runs: ComparedRun[]): { label: string; members: ComparedRun[] }[] {
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

function measured(label: string, runs: ComparedRun[], metric: string, domain: DomainColumn): Group {
  const evaluations = runs.map((r) => r.evaluation)
  const values = evaluations.map((e) => runValue(e, domain, metric))
  if (!parseMetric(metric) || values.some((v) => v === null)) throw new Error(notMeasured(metric, evaluations[0]))
  return {
    label,
    runs,
    value: mean(values.map((v) => v ?? NaN)),
    column: userColumn(evaluations, domain, metric),
    plain: plainColumn(evaluations, domain, metric),
  }
}

function notMeasured(metric: string, evaluation: Evaluation | undefined): string {
  const keys = Object.keys(evaluation?.domains.find((d) => d.users.length > 0)?.mean ?? {})
  const known = metricInfos.some((m) => m.id === metric.split('@')[0])
  return known
    ? `'${metric}' was not measured; the protocol's cut-offs decide. Measured: ${keys.join(', ')}.`
    : `There is no metric '${metric}'. Choose one of: ${keys.join(', ')}.`
}

/** @returns how many users all rows are computed over */
function alignedUsers(groups: Group[]): number {
  const [first, ...others] = groups.flatMap((g) => (g.column ? [g.column] : []))
  if (!first) {
    const parts = groups[0]?.runs[0]?.evaluation.domains ?? []
    return Math.max(0, ...parts.map((d) => d.users.length))
  }
  for (const other of others)
    if (!sameUsers(first.users, other.users))
      throw new Error('Two rows count different users. Compare runs of one data set and one protocol only.')
  return first.users.length
}

/** Bootstrap intervals of all rows and of all differences, from one set of resamples, and the tests. */
function uncertainty(
  groups: Group[],
  base: Group | null,
): { intervals: (Interval | undefined)[]; differences: (ComparisonRow['difference'] | undefined)[] } {
  const columns = groups.flatMap((g) => (g.column ? [g.column.values] : []))
  if (columns.length < groups.length) return { intervals: [], differences: [] }
  const rivals = groups.filter((g) => base !== null && g !== base)
  const gaps = rivals.map((g) => subtract(g.column, base?.column))
  const all = bootstrapMeans([...columns, ...gaps], { seed: BOOTSTRAP_SEED })
  const t = gaps.map(pairedT)
  const adjusted = holm(t)
  const found = new Map(
    rivals.map((g, i) => {
      const difference: ComparisonRow['difference'] = {
        value: mean(gaps[i]!),
        interval: all[columns.length + i]!,
        pairedT: t[i]!,
        wilcoxon: wilcoxon(subtract(g.plain, base?.plain)),
        holm: adjusted[i]!,
      }
      return [g, difference] as const
    }),
  )
  return { intervals: all.slice(0, columns.length), differences: groups.map((g) => found.get(g)) }
}

function subtract(a: UserColumn | null | undefined, b: UserColumn | null | undefined): Float64Array {
  if (!a || !b) return new Float64Array(0)
  return a.values.map((x, i) => x - b.values[i]!)
}

/** Every measured metric of a row: mean over its seeds. */
function allMetrics(runs: ComparedRun[], domain: DomainColumn): Record<string, number> {
  const keys = new Set(runs.flatMap((r) => r.evaluation.domains.flatMap((d) => Object.keys(d.mean))))
  const out: Record<string, number> = {}
  for (const key of keys) {
    const values = runs.map((r) => runValue(r.evaluation, domain, key))
    if (values.every((v) => v !== null)) out[key] = mean(values)
  }
  return out
}

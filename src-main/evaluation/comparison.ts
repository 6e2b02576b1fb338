/** Finished runs of one experiment -> the comparison table: rows over seeds, intervals, paired differences to a pinned baseline, sentences. */
import type { Comparison, ComparisonRow, DomainColumn, ModelInfo, ProtocolCard } from '../../src-preload/contract.ts'
import { type ComparedRun, groupRuns, notMeasured } from './compared-runs.ts'
import { comparisonSentences } from './comparison-sentences.ts'
import { differingHyperParameters } from './differing.ts'
import { parseMetric } from './metric-infos.ts'
import { type PairwiseTests, pairwiseTests, differenceOf } from './paired-differences.ts'
import { mean, standardDeviation } from './statistics.ts'
import { plainColumn, runValue, sameUsers, userColumn, type UserColumn } from './user-columns.ts'

export type { ComparedRun } from './compared-runs.ts'

export interface ComparisonInput {
  experimentId: string
  /** 'ndcg@10' */
  metric: string
  domain: DomainColumn
  /** Label of the pinned row; null: no differences are computed. */
  baseline: string | null
  runs: ComparedRun[]
  card: ProtocolCard
  /** How often the test part of the card has been looked at. */
  looks: Comparison['looks']
  /** For labels and defaults of the hyper-parameters that differ. */
  models: ModelInfo[]
}

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
 * paired t-tests of all pairs of rows together, also where it stands in a row's difference to the baseline. A baseline without a finished run counts as
 * none.
 * @throws when the metric or the domain was not measured, or when runs count different users
 */
export function compareRuns(input: ComparisonInput): Comparison {
  const { experimentId, metric, domain, runs, card, looks, models } = input
  const groups = groupRuns(runs).map(({ label, members }) => measured(label, members, metric, domain))
  groups.sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
  const base = groups.find((g) => g.label === input.baseline) ?? null
  const users = alignedUsers(groups)
  const { intervals, pairs } = tests(groups)

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
      difference: base && differenceOf(pairs, group.label, base.label),
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
    pairs,
    looks,
    sentences: [],
    card,
  }
  return { ...comparison, sentences: comparisonSentences(comparison, input.baseline) }
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

/** Nothing where the metric has no value a user. */
function tests(groups: Group[]): PairwiseTests {
  const rows = groups.flatMap(({ label, column, plain }) =>
    column && plain ? [{ label, column: column.values, plain: plain.values }] : [],
  )
  return rows.length < groups.length ? { intervals: [], pairs: [] } : pairwiseTests(rows)
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

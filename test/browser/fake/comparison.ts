/** A comparison table of an experiment's models, with intervals and paired tests that fit its values; its users by history; its looks at test. */
import type {
  CardComparison,
  Comparison,
  ComparisonRow,
  DomainColumn,
  Experiment,
  HistoryComparison,
  PairedDifference,
  ProtocolCard,
  TestLook,
} from '@contract'
import { fifteenMeans } from './fifteen.ts'

const means: Record<string, number> = {
  ...fifteenMeans,
  popularity: 0.0401,
  ease: 0.1187,
  ials: 0.1075,
  transformer: 0.1138,
}
const lift: Record<DomainColumn, number> = { A: 1.09, B: 0.91, mean: 1 }
const metricScale: Record<string, number> = {
  ndcg: 1,
  recall: 1.24,
  precision: 0.62,
  hitrate: 4.1,
  mrr: 1.9,
  map: 0.55,
  auc: 7.2,
  coverage: 3.2,
  gini: 7.5,
  popularity: 640,
  novelty: 24,
  diversity: 6.1,
}

export function makeComparison(
  experiment: Experiment,
  metric: string,
  domain: DomainColumn,
  baseline: string | null,
): Comparison {
  const [id = 'ndcg', cutoff = '10'] = metric.split('@')
  const scale = (metricScale[id] ?? 1) * lift[domain] * (id === 'auc' ? 1 : 1 + Math.log2(Number(cutoff) / 10) * 0.17)
  const { spec } = experiment
  const valueOf = (label: string, index: number): number => {
    const model = spec.runs.find((run) => run.label === label)?.model ?? ''
    return ((means[model] ?? 0.1) - (spec.kind === 'ablation' ? index * 0.006 : 0)) * scale
  }
  const base = baseline ?? spec.runs[0]?.label ?? null
  const rows = spec.runs.map((run, index): ComparisonRow => {
    const value = valueOf(run.label, index)
    const runs = experiment.runs.filter((each) => each.label === run.label)
    return {
      label: run.label,
      model: run.model,
      runIds: runs.map((each) => each.id),
      seeds: spec.seeds,
      bestEpochs: runs.map((each) => each.bestEpoch),
      value,
      spread: spec.seeds.length > 1 && run.model === 'transformer' ? 0.0013 * scale : spec.seeds.length > 1 ? 0 : null,
      interval: { low: value - 0.0092 * scale, high: value + 0.0095 * scale },
      difference: null,
      metrics: Object.fromEntries(
        Object.entries(metricScale).flatMap(([name, factor]) =>
          spec.protocol.cutoffs.map((k) => [
            name === 'auc' ? name : `${name}@${k}`,
            (value / scale) * factor * lift[domain],
          ]),
        ),
      ),
      secondsPerRun: run.model === 'transformer' ? 214 : 3.1,
    }
  })
  rows.sort((a, b) => b.value - a.value)
  const pairs = rows.flatMap((first, i) => rows.slice(i + 1).map((second) => pairOf(first, second, scale)))
  for (const row of rows) row.difference = differenceOf(pairs, row.label, base)
  return {
    experimentId: experiment.id,
    metric,
    domain,
    users: domain === 'A' ? 571 : domain === 'B' ? 588 : 560,
    baseline: base,
    rows,
    differing: [],
    pairs,
    looks: { runs: 54, configurations: 17 },
    sentences: [
      `EASE is ahead of Transformer by ${(0.0049 * scale).toFixed(4)} on ${metric}; the 95 % interval of the difference includes zero.`,
      'Every model is ahead of Popularity on every seed.',
    ],
    card: experiment.card,
  }
}

function pairOf(first: ComparisonRow, second: ComparisonRow, scale: number): PairedDifference {
  const value = first.value - second.value
  const p = Math.max(1e-12, Math.exp(-Math.abs(value) * 900))
  return {
    first: first.label,
    second: second.label,
    value,
    interval: { low: value - 0.0061 * scale, high: value + 0.006 * scale },
    pairedT: p,
    wilcoxon: Math.min(1, p * 1.4),
    holm: Math.min(1, p * 3),
  }
}

function differenceOf(pairs: PairedDifference[], label: string, base: string | null): ComparisonRow['difference'] {
  for (const { first, second, value, interval, ...tests } of pairs) {
    if (first === label && second === base) return { value, interval, ...tests }
    if (first === base && second === label)
      return { value: -value, interval: { low: -interval.high, high: -interval.low }, ...tests }
  }
  return null
}

const groups: HistoryComparison['groups'] = [
  { label: '1–4', from: 1, to: 4, users: 21 },
  { label: '5–9', from: 5, to: 9, users: 74 },
  { label: '10–19', from: 10, to: 19, users: 131 },
  { label: '20–49', from: 20, to: 49, users: 168 },
  { label: '50–99', from: 50, to: 99, users: 92 },
  { label: '100–199', from: 100, to: 199, users: 55 },
  { label: '200–499', from: 200, to: 499, users: 26 },
  { label: '500 or more', from: 500, to: null, users: 4 },
]

/** Warm users are easier, and the more so the better the model. */
export function makeHistoryComparison(experiment: Experiment, metric: string, domain: 'A' | 'B'): HistoryComparison {
  const { rows } = makeComparison(experiment, metric, domain, null)
  return {
    groups,
    rows: rows.map(({ label, model, value }, r) => ({
      label,
      model,
      cells: groups.map(({ users }, g) => {
        const mean = value * (0.62 + 0.13 * g + 0.05 * Math.sin(3 * g + r))
        const half = (0.9 * value) / Math.sqrt(users)
        return { value: mean, interval: { low: Math.max(0, mean - half), high: mean + half } }
      }),
    })),
  }
}

export function makeCardComparison(first: ProtocolCard, second: ProtocolCard): CardComparison {
  const other = new Map(second.rows.map((row) => [row.key, row.value]))
  const rows = first.rows.map(({ key, label, value }) => ({ key, label, first: value, second: other.get(key) ?? '' }))
  const differing = rows.filter((row) => row.first !== row.second).map((row) => row.label)
  return {
    comparable: differing.length === 0,
    rows,
    sentence:
      differing.length === 0
        ? 'Both experiments have the same protocol card, so their numbers may be compared.'
        : `The protocols differ in: ${differing.join(', ')}. Their numbers may not be compared.`,
  }
}

export function makeLooks(experiment: Experiment): TestLook[] {
  return experiment.runs
    .filter((run) => run.state === 'done')
    .map((run, i) => ({
      at: Date.UTC(2026, 10, 20, 18) - i * 1_800_000,
      experiment: i % 9 === 8 ? 'First tries' : experiment.spec.name,
      experimentId: i % 9 === 8 ? null : experiment.id,
      label: run.label,
      model: run.model,
      seed: run.seed,
      configHash: `${(i * 2654435761) >>> 0}`.padStart(16, 'a'),
    }))
}

/** A comparison table of an experiment's models, with intervals and paired tests that fit its values. */
import type { Comparison, ComparisonRow, DomainColumn, Experiment } from '@contract'

const means: Record<string, number> = { popularity: 0.0401, ease: 0.1187, ials: 0.1075, transformer: 0.1138 }
const lift: Record<DomainColumn, number> = { A: 1.09, B: 0.91, mean: 1 }
const metricScale: Record<string, number> = {
  ndcg: 1,
  recall: 1.24,
  precision: 0.62,
  hitrate: 4.1,
  mrr: 1.9,
  map: 0.55,
  coverage: 3.2,
}

export function makeComparison(
  experiment: Experiment,
  metric: string,
  domain: DomainColumn,
  baseline: string | null,
): Comparison {
  const [id = 'ndcg', cutoff = '10'] = metric.split('@')
  const scale = (metricScale[id] ?? 1) * lift[domain] * (1 + Math.log2(Number(cutoff) / 10) * 0.17)
  const { spec } = experiment
  const valueOf = (label: string, index: number): number => {
    const model = spec.runs.find((run) => run.label === label)?.model ?? ''
    return ((means[model] ?? 0.1) - (spec.kind === 'ablation' ? index * 0.006 : 0)) * scale
  }
  const base = baseline ?? spec.runs[0]?.label ?? null
  const baseValue = base === null ? 0 : valueOf(base, 0)
  const rows = spec.runs.map((run, index): ComparisonRow => {
    const value = valueOf(run.label, index)
    const runs = experiment.runs.filter((each) => each.label === run.label)
    const difference = value - baseValue
    const p = Math.max(1e-12, Math.exp(-Math.abs(difference) * 900))
    return {
      label: run.label,
      model: run.model,
      runIds: runs.map((each) => each.id),
      seeds: spec.seeds,
      bestEpochs: runs.map((each) => each.bestEpoch),
      value,
      spread: spec.seeds.length > 1 && run.model === 'transformer' ? 0.0013 * scale : spec.seeds.length > 1 ? 0 : null,
      interval: { low: value - 0.0092 * scale, high: value + 0.0095 * scale },
      difference:
        run.label === base
          ? null
          : {
              value: difference,
              interval: { low: difference - 0.006 * scale, high: difference + 0.0061 * scale },
              pairedT: p,
              wilcoxon: p * 1.4,
              holm: Math.min(1, p * 3),
            },
      metrics: Object.fromEntries(
        Object.entries(metricScale).flatMap(([name, factor]) =>
          spec.protocol.cutoffs.map((k) => [`${name}@${k}`, (value / scale) * factor * lift[domain]]),
        ),
      ),
      secondsPerRun: run.model === 'transformer' ? 214 : 3.1,
    }
  })
  return {
    experimentId: experiment.id,
    metric,
    domain,
    users: domain === 'A' ? 571 : domain === 'B' ? 588 : 560,
    baseline: base,
    rows,
    differing: [],
    sentences: [
      `EASE is ahead of Transformer by ${(0.0049 * scale).toFixed(4)} on ${metric}; the 95 % interval of the difference includes zero.`,
      'Every model is ahead of Popularity on every seed.',
    ],
    card: experiment.card,
  }
}

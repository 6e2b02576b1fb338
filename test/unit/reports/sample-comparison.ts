/** A comparison with awkward labels, for tests of the writers. */
import type { Comparison, ComparisonRow, Dataset, Experiment } from '../../../src-preload/contract.ts'

export const hostile = '=cmd|\' /C calc\'!A0 & <script>alert("x")</script> 100% $x_1$ {a}~^\\ `b` *c*'

function row(label: string, value: number, difference: ComparisonRow['difference']): ComparisonRow {
  return {
    label,
    model: 'ease',
    runIds: ['r1', 'r2'],
    seeds: [1, 2],
    bestEpochs: [4, 6],
    value,
    spread: 0.0021,
    interval: { low: value - 0.01, high: value + 0.01 },
    difference,
    metrics: { 'ndcg@10': value, 'recall@10': value / 2, 'coverage@10': 0.3 },
    secondsPerRun: 75,
  }
}

export const comparison: Comparison = {
  experimentId: 'e1',
  metric: 'ndcg@10',
  domain: 'mean',
  users: 1610,
  baseline: 'Popularity',
  rows: [
    row('EASE', 0.2612, {
      value: 0.1372,
      interval: { low: 0.12, high: 0.15 },
      pairedT: 1e-9,
      wilcoxon: 1e-8,
      holm: 2e-9,
    }),
    row(hostile, 0.13, {
      value: -0.0012,
      interval: { low: -0.02, high: 0.01 },
      pairedT: 0.5,
      wilcoxon: 0.4,
      holm: 0.5,
    }),
    row('Popularity', 0.124, null),
  ],
  differing: [{ key: 'lambda', label: 'Regularisation λ', values: { EASE: 300, [hostile]: 500, Popularity: null } }],
  pairs: [
    { first: 'EASE', second: hostile, value: 0.1312, interval: { low: 0.11, high: 0.15 }, pairedT: 1e-9, wilcoxon: 1e-8, holm: 3e-9 }, // prettier-ignore
    { first: 'EASE', second: 'Popularity', value: 0.1372, interval: { low: 0.12, high: 0.15 }, pairedT: 1e-9, wilcoxon: 1e-8, holm: 2e-9 }, // prettier-ignore
    { first: hostile, second: 'Popularity', value: 0.006, interval: { low: -0.01, high: 0.02 }, pairedT: 0.5, wilcoxon: 0.4, holm: 0.5 }, // prettier-ignore
  ],
  looks: { runs: 6, configurations: 3 },
  sentences: ['EASE is ahead of Popularity by 0.137 [0.120, 0.150] NDCG@10, p < .001 after correction, 1,610 users.'],
  card: { hash: '0123456789abcdef', rows: [{ key: 'split', label: 'Split', value: 'user-ratio 8:1:1' }] },
}

export const dataset: Dataset = {
  id: 'd1',
  name: 'Sample <b>',
  synthetic: true,
  format: 'MovieLens latest-small (CSV)',
  importedAt: 0,
  users: 300,
  movies: 1000,
  ratings: 40_000,
  tags: 0,
  firstRatingAt: 0,
  lastRatingAt: 1,
  posters: 900,
  plots: 800,
  vectors: [],
  bytes: 1,
  hash: 'feed',
  notes: '',
  parents: [],
  recipe: '',
  catalogues: [],
  standardised: 'none',
  genome: 0,
}

export const experiment: Experiment = {
  id: 'e1',
  createdAt: 0,
  studyId: null,
  card: comparison.card,
  runs: [],
  spec: {
    name: 'Closed forms',
    kind: 'comparison',
    datasetId: 'd1',
    domains: { kind: 'single' },
    protocol: {
      split: 'user-ratio',
      ratios: [0.8, 0.1, 0.1],
      positive: 0,
      kCore: 5,
      historyAtTest: 'train',
      cutoffs: [10],
      splitSeed: 1,
      overlap: 1,
      foldIn: 0.8,
      candidates: { kind: 'all' },
      density: { A: 1, B: 1 },
    },
    runs: [{ model: 'ease', label: hostile, config: { lambda: 300 } }],
    seeds: [1, 2],
    backend: 'auto',
  },
}

/** The four models with schemas of every kind of row, the metrics and the backends. */
import type { BackendInfo, MetricInfo, ModelInfo, RunSpec, ModelConfig } from '@contract'
import { paper, quick, transformerRows } from './transformer.ts'

export const models: ModelInfo[] = [
  {
    id: 'popularity',
    label: 'Popularity',
    summary: 'Ranks by the number of training interactions.',
    reference: 'The bar every model has to clear',
    family: 'baseline',
    usesFeatures: false,
    usesViews: false,
    newUsers: true,
    seeded: false,
    hyperParameters: [],
    presets: [],
    search: [],
  },
  {
    id: 'ease',
    label: 'EASE',
    summary: 'A linear item-to-item model in closed form.',
    reference: 'Steck 2019, Embarrassingly Shallow Autoencoders',
    family: 'linear',
    usesFeatures: false,
    usesViews: false,
    newUsers: true,
    seeded: false,
    hyperParameters: [
      {
        key: 'lambda',
        label: 'L2 penalty',
        help: 'Added to the diagonal of the Gram matrix.',
        source: 'Steck 2019: 100-500',
        group: 'Model',
        type: 'number',
        default: 200,
        min: 1,
        max: 100_000,
        scale: 'log',
      },
    ],
    presets: [],
    search: [{ key: 'lambda', kind: 'number', low: 20, high: 2000, scale: 'log', whole: false }],
  },
  {
    id: 'ials',
    label: 'iALS',
    summary: 'Implicit matrix factorisation by alternating least squares.',
    reference: 'Hu, Koren, Volinsky 2008; Rendle et al. 2021',
    family: 'factorisation',
    usesFeatures: false,
    usesViews: false,
    newUsers: true,
    seeded: true,
    hyperParameters: [
      {
        key: 'factors',
        label: 'Factors',
        help: 'Size of the user and item vectors.',
        group: 'Model',
        type: 'integer',
        default: 64,
        min: 2,
        max: 512,
        scale: 'log',
      },
      {
        key: 'regularisation',
        label: 'Regularisation',
        help: 'Frequency-scaled L2.',
        group: 'Model',
        type: 'number',
        default: 0.01,
        min: 0,
        max: 10,
        scale: 'log',
      },
      {
        key: 'sweeps',
        label: 'Sweeps',
        help: 'Passes over users and items.',
        group: 'Training',
        type: 'integer',
        default: 16,
        min: 1,
        max: 200,
      },
    ],
    presets: [],
    search: [{ key: 'factors', kind: 'choice', values: [16, 32, 64, 128] }],
  },
  {
    id: 'transformer',
    label: 'Transformer',
    summary: 'Multi-modal, cross-domain: text, poster and id tokens, one stream a domain, a sharing layer.',
    reference: 'Liang, Multi-Modal Transformers in Cross-Domain Scenarios',
    family: 'neural',
    usesFeatures: true,
    usesViews: false,
    newUsers: true,
    seeded: true,
    hyperParameters: transformerRows,
    presets: [
      { id: 'paper', label: 'Paper', help: "The paper's values: hours to days on a CPU.", config: paper },
      { id: 'desktop', label: 'Desktop', help: 'Minutes on a CPU for ml-latest-small.', config: {} },
      { id: 'quick', label: 'Quick', help: 'Seconds, for a first look.', config: quick },
    ],
    search: [{ key: 'learningRate', kind: 'number', low: 5e-4, high: 5e-3, scale: 'log', whole: false }],
  },
]

export function ablation(config: ModelConfig): RunSpec[] {
  const parts: [string, ModelConfig][] = [
    ['Full', {}],
    ['Without cross-domain', { crossDomain: 'off' }],
    ['Merged', { crossDomain: 'merged' }],
    ['Text off', { text: false }],
    ['Image off', { image: false }],
    ['Text and image off', { text: false, image: false }],
  ]
  return parts.map(([label, part]) => ({ model: 'transformer', label, config: { ...config, ...part } }))
}

const metric = (id: string, label: string, formula: string, help: string): MetricInfo => ({
  id,
  label,
  formula,
  help,
  higherIsBetter: !descriptions.includes(id),
  atCutoff: id !== 'auc',
})
const descriptions = ['coverage', 'gini', 'popularity', 'novelty', 'diversity']
export const metrics: MetricInfo[] = [
  metric('ndcg', 'NDCG', 'DCG@K / ideal DCG@K', 'Hits near the top count more.'),
  metric('recall', 'Recall', 'hits / relevant', 'The share of relevant items that were found.'),
  metric('precision', 'Precision', 'hits / K', 'The share of the list that is relevant.'),
  metric('hitrate', 'HitRate', 'any hit', 'Users with at least one hit.'),
  metric('mrr', 'MRR', '1 / rank of the first hit', 'How early the first hit comes.'),
  metric('map', 'MAP', 'mean of precision at each hit', 'Precision averaged over the hits.'),
  metric('auc', 'AUC', 'pairs in the right order', 'Over all candidates; a random order gives 0.5.'),
  metric('coverage', 'Item coverage', 'distinct items listed / items', 'How much of the catalogue is ever shown.'),
  metric('gini', 'Gini index', 'inequality of the counts', '0 = all items equally often.'),
  metric('popularity', 'Mean popularity', 'mean of training positives', 'How popular the listed items are.'),
  metric('novelty', 'Novelty', 'mean of −log2 of the share of users', 'Rare items are novel.'),
  metric('diversity', 'Genre diversity', 'mean of Jaccard’s distances', 'How unlike each other the listed movies are.'),
]

export const backends: BackendInfo[] = [
  {
    id: 'tensorflow',
    available: false,
    device: '',
    reason:
      'The package @tensorflow/tfjs-node-gpu is not installed. Run npm install on a machine that reaches its download host.',
    gflops: null,
    samplesPerSecond: null,
    memoryBytes: null,
  },
  {
    id: 'webgpu',
    available: false,
    device: '',
    reason: 'No GPU adapter was found.',
    gflops: null,
    samplesPerSecond: null,
    memoryBytes: null,
  },
  {
    id: 'wasm',
    available: true,
    device: 'CPU, SIMD, 1 thread',
    reason: null,
    gflops: 31.8,
    samplesPerSecond: 4187,
    memoryBytes: null,
  },
  {
    id: 'cpu',
    available: true,
    device: 'CPU, plain JavaScript',
    reason: null,
    gflops: 1.1,
    samplesPerSecond: null,
    memoryBytes: null,
  },
]

/** What LightGCN is and what can be set: rows for the form, the command line, the documentation and the reports. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { measured, pairwiseRows } from './pairwise-rows.ts'

const reference =
  'He, Deng, Wang, Li, Zhang, Wang: LightGCN: Simplifying and powering graph convolution network for recommendation. SIGIR 2020.'

export const lightGcnSchema: ModelInfo = {
  id: 'lightgcn',
  label: 'LightGCN',
  summary:
    'Matrix factorisation over the graph of users and items: a vector is the mean of its own and those of its neighbours, one to several steps away. Learns from pairs as BPR does.',
  reference,
  family: 'factorisation',
  usesFeatures: false,
  usesViews: false,
  newUsers: false,
  seeded: true,
  hyperParameters: [
    {
      key: 'dim',
      label: 'Dimensions',
      help: 'Length of the user and item vectors.',
      source: 'He et al. 2020: 64',
      group: 'Model',
      type: 'integer',
      default: 64,
      min: 1,
      max: 1024,
      scale: 'log',
    },
    {
      key: 'layers',
      label: 'Layers',
      help: 'Steps along the graph; 0 is plain matrix factorisation. All layers count the same.',
      source: `He et al. 2020: 3. ${measured}`,
      group: 'Model',
      type: 'integer',
      default: 2,
      min: 0,
      max: 8,
    },
    {
      key: 'regularisation',
      label: 'Regularisation',
      help: 'L2 weight of a triple’s vectors before propagation.',
      source: measured,
      group: 'Model',
      type: 'number',
      default: 0.003,
      min: 0,
      max: 10,
    },
    {
      key: 'initialDeviation',
      label: 'Initial deviation',
      help: 'Vectors start at N(0, σ).',
      source: '0.1 in the program of He et al.',
      group: 'Training',
      type: 'number',
      default: 0.1,
      min: 1e-4,
      max: 10,
      scale: 'log',
    },
    ...pairwiseRows({
      learningRate: 0.02,
      batch: 8192,
      epochs: 200,
      validateEvery: 2,
      patience: 10,
      minRating: 3.5,
      negatives: 'uniform',
    }),
  ],
  search: [
    { key: 'learningRate', kind: 'number', low: 2e-3, high: 3e-2, scale: 'log', whole: false },
    { key: 'regularisation', kind: 'number', low: 1e-4, high: 3e-2, scale: 'log', whole: false },
    { key: 'layers', kind: 'choice', values: [1, 2, 3] },
    { key: 'dim', kind: 'choice', values: [32, 64, 128] },
    { key: 'minRating', kind: 'choice', values: [0, 3, 3.5, 4] },
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; within a minute on ml-latest-small.', config: {} },
    {
      id: 'quick',
      label: 'Quick',
      help: 'A first look: 16 dimensions, one layer, 20 epochs.',
      config: { dim: 16, layers: 1, epochs: 20 },
    },
    {
      id: 'paper',
      label: 'Paper',
      help: 'What He et al. state: 64 dimensions, three layers, Adam 1e-3, batch 1024, L2 1e-4, at most 1,000 epochs. Many minutes.',
      config: {
        dim: 64,
        layers: 3,
        learningRate: 0.001,
        batch: 1024,
        regularisation: 0.0001,
        epochs: 1000,
        validateEvery: 10,
        patience: 50,
      },
    },
  ],
}

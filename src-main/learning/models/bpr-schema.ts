/** What BPR is and what can be set: rows for the form, the command line, the documentation and the reports. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { measured, pairwiseRows } from './pairwise-rows.ts'

export const bprSchema: ModelInfo = {
  id: 'bpr',
  label: 'MF (BPR)',
  summary:
    'Matrix factorisation that learns from pairs: a rated item should score above one that the user has not rated.',
  reference:
    'Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian personalized ranking from implicit feedback. UAI 2009.',
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
      source: measured,
      group: 'Model',
      type: 'integer',
      default: 128,
      min: 1,
      max: 1024,
      scale: 'log',
    },
    {
      key: 'regularisation',
      label: 'Regularisation',
      help: 'L2 weight of the vectors and biases in a triple, so that a row is held down as often as it is drawn.',
      source: measured,
      group: 'Model',
      type: 'number',
      default: 0.015,
      min: 0,
      max: 10,
    },
    {
      key: 'initialDeviation',
      label: 'Initial deviation',
      help: 'Vectors start at N(0, σ), biases at 0.',
      group: 'Training',
      type: 'number',
      default: 0.1,
      min: 1e-4,
      max: 10,
      scale: 'log',
    },
    ...pairwiseRows({
      learningRate: 0.003,
      batch: 4096,
      epochs: 200,
      validateEvery: 2,
      patience: 10,
      minRating: 3.5,
      negatives: 'uniform',
    }),
  ],
  search: [
    { key: 'learningRate', kind: 'number', low: 5e-4, high: 1e-2, scale: 'log', whole: false },
    { key: 'regularisation', kind: 'number', low: 1e-3, high: 0.1, scale: 'log', whole: false },
    { key: 'dim', kind: 'choice', values: [32, 64, 128, 256] },
    { key: 'negatives', kind: 'choice', values: ['uniform', 'popularity'] },
    { key: 'minRating', kind: 'choice', values: [0, 3, 3.5, 4] },
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; seconds on ml-latest-small.', config: {} },
    { id: 'quick', label: 'Quick', help: 'A first look: 16 dimensions, 20 epochs.', config: { dim: 16, epochs: 20 } },
  ],
}

/** Named configurations of the Transformer, and the set of runs that takes its parts away one by one. */
import type { ModelConfig, ModelInfo, RunSpec } from '../../../src-preload/contract.ts'

export const transformerPresets: ModelInfo['presets'] = [
  {
    id: 'desktop',
    label: 'Desktop',
    help: 'Minutes on a processor for ml-latest-small: small encoder, softmax. Chosen on validation.',
    config: {},
  },
  {
    id: 'paper',
    label: 'Paper',
    help: 'What the paper states: 6 layers, 8 heads, 512 wide, shared space 256, binary cross-entropy, Adam 1e-4 with cosine, batch 64, at most 200 epochs. Hours to days without a GPU.',
    config: {
      fusion: 'tokens',
      width: 512,
      layers: 6,
      heads: 8,
      shared: 256,
      history: 50,
      dropout: 0.1,
      historyDropout: 0,
      idStart: 'random',
      tower: 'perceptrons',
      loss: 'bce',
      decay: 'cosine',
      averaging: 0,
      learningRate: 0.0001,
      warmUpSteps: 0,
      batch: 64,
      epochs: 200,
      patience: 10,
    },
  },
  {
    id: 'quick',
    label: 'Quick',
    help: 'Seconds, for a first look: one narrow layer, short histories, five epochs.',
    config: {
      width: 48,
      layers: 1,
      heads: 2,
      shared: 48,
      history: 30,
      dropout: 0.1,
      historyDropout: 0,
      averaging: 0,
      learningRate: 0.005,
      epochs: 5,
    },
  },
]

/** What tuning tries, unless told otherwise. */
export const transformerSearch: ModelInfo['search'] = [
  { key: 'learningRate', kind: 'number', low: 1e-3, high: 1e-2, scale: 'log', whole: false },
  { key: 'dropout', kind: 'number', low: 0.05, high: 0.5, scale: 'linear', whole: false },
  { key: 'historyDropout', kind: 'choice', values: [0, 0.2, 0.3, 0.4, 0.5] },
  { key: 'idStart', kind: 'choice', values: ['factors', 'random'] },
  { key: 'width', kind: 'choice', values: [48, 64, 96] },
  { key: 'layers', kind: 'choice', values: [1, 2] },
  { key: 'history', kind: 'choice', values: [50, 100, 200] },
  { key: 'userBalance', kind: 'choice', values: [0, 0.5, 1] },
]

/** The same configuration whole and with parts taken away; only the named keys differ between the runs. */
export function ablationRuns(config: ModelConfig): RunSpec[] {
  const whole: ModelConfig = {
    ...config,
    crossDomain: 'sharing',
    text: true,
    image: true,
    shuffleFeatures: false,
    noiseFeatures: false,
  }
  const run = (label: string, changes: ModelConfig): RunSpec => ({
    model: 'transformer',
    label,
    config: { ...whole, ...changes },
  })
  return [
    run('Full model', {}),
    run('Without cross-domain', { crossDomain: 'none' }),
    run('Merged, without sharing', { crossDomain: 'merged' }),
    run('Without text', { text: false }),
    run('Without images', { image: false }),
    run('Without text and images', { text: false, image: false }),
    run('Shuffled features', { shuffleFeatures: true }),
    run('Noise features', { noiseFeatures: true }),
  ]
}

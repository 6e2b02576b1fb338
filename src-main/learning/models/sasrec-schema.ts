/** SASRec's hyper-parameters, its configuration as typed settings, and named configurations. The defaults are the desktop preset. */
import type { HyperParameter, ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { TrainingPlan } from '../trainer.ts'
import { choiceOf, numberOf } from './config.ts'
import { idStartRow } from './factor-start.ts'
import { clipRow, stoppingRows } from './stopping-rows.ts'

export const sasrecRows: HyperParameter[] = [
  {
    key: 'width',
    label: 'Width',
    help: 'Dimensions D of item embeddings and encoder. A multiple of the number of heads; the feed-forward layers are four times as wide.',
    source: 'Klenitskiy, Vasilev 2023 and RecBole: 64',
    group: 'Size',
    type: 'integer',
    default: 64,
    min: 4,
    max: 1024,
    scale: 'log',
  },
  {
    key: 'layers',
    label: 'Layers',
    help: 'Self-attention blocks.',
    source: 'Kang, McAuley 2018: 2',
    group: 'Size',
    type: 'integer',
    default: 2,
    min: 1,
    max: 12,
  },
  {
    key: 'heads',
    label: 'Heads',
    help: 'Attention heads; the width is divided among them.',
    source: 'Kang, McAuley 2018: 1; RecBole: 2',
    group: 'Size',
    type: 'integer',
    default: 2,
    min: 1,
    max: 16,
  },
  {
    key: 'history',
    label: 'History length',
    help: 'Last events of a user that are read, of both domains together.',
    source: 'Kang, McAuley 2018: 200 for MovieLens',
    unit: 'events',
    group: 'Size',
    type: 'integer',
    default: 200,
    min: 2,
    max: 1000,
  },
  idStartRow(
    'Training',
    'Not in the papers on SASRec. Own measurement, validation, one seed: .1311 from factors, .1159 at random',
  ),
  {
    key: 'dropout',
    label: 'Dropout',
    help: 'Share of activations dropped in training: on the input, after attention, inside and after the feed-forward layers.',
    source: 'Kang, McAuley 2018: 0.2 for MovieLens, 0.5 for sparser data',
    group: 'Training',
    type: 'number',
    default: 0.3,
    min: 0,
    max: 0.8,
  },
  {
    key: 'historyDropout',
    label: 'History dropout',
    help: 'Share of the events of a history that a training step leaves out, drawn anew each time. Ranking reads whole histories.',
    source: 'As the Transformer; 0 in the paper preset',
    group: 'Training',
    type: 'number',
    default: 0.3,
    min: 0,
    max: 0.9,
  },
  {
    key: 'minRating',
    label: 'Targets from',
    help: 'Events rated at least this are targets to be predicted (never more strictly than the protocol’s positives); all ratings are read as history.',
    source: 'As the Transformer',
    unit: 'stars',
    group: 'Training',
    type: 'number',
    default: 3.5,
    min: 0,
    max: 5,
  },
  {
    key: 'userBalance',
    label: 'User balance',
    help: '0: every target counts the same, so that users with many ratings dominate training. 1: every user counts the same, as in the metrics. Between: a user with n targets counts n^(1 - balance).',
    source: 'As the Transformer; 0 in the paper preset',
    group: 'Training',
    type: 'number',
    default: 0.5,
    min: 0,
    max: 1,
  },
  {
    key: 'learningRate',
    label: 'Learning rate',
    help: 'Peak rate of Adam.',
    source: 'Kang, McAuley 2018: 1e-3',
    group: 'Training',
    type: 'number',
    default: 0.001,
    min: 0.000001,
    max: 0.1,
    scale: 'log',
  },
  {
    key: 'batch',
    label: 'Batch',
    help: 'Windows of user timelines in a step.',
    source: 'Kang, McAuley 2018: 128. Own choice: smaller, for the few users of small data sets',
    unit: 'windows',
    group: 'Training',
    type: 'integer',
    default: 16,
    min: 1,
    max: 512,
    scale: 'log',
  },
  {
    key: 'epochs',
    label: 'Epochs',
    help: 'At most this many passes over all targets.',
    group: 'Training',
    type: 'integer',
    default: 60,
    min: 1,
    max: 1000,
  },
  ...stoppingRows({ validateEvery: 1, patience: 10, source: 'Klenitskiy, Vasilev 2023: 10' }),
  clipRow,
]

export const sasrecPresets: ModelInfo['presets'] = [
  { id: 'desktop', label: 'Desktop', help: 'Three minutes on one thread for ml-latest-small.', config: {} },
  {
    id: 'paper',
    label: 'Paper',
    help: 'As Klenitskiy and Vasilev ran it on MovieLens-1M with the full softmax: one head, dropout 0.1, batches of 128, every rating a target.',
    config: {
      heads: 1,
      idStart: 'random',
      dropout: 0.1,
      historyDropout: 0,
      minRating: 0,
      userBalance: 0,
      batch: 128,
      epochs: 100,
      patience: 10,
      clip: 0,
    },
  },
  {
    id: 'quick',
    label: 'Quick',
    help: 'Seconds, for a first look: one narrow layer, short histories, ten epochs.',
    config: { width: 32, layers: 1, history: 50, learningRate: 0.005, epochs: 10 },
  },
]

/** What tuning tries, unless told otherwise. */
export const sasrecSearch: ModelInfo['search'] = [
  { key: 'learningRate', kind: 'number', low: 3e-4, high: 5e-3, scale: 'log', whole: false },
  { key: 'dropout', kind: 'number', low: 0.1, high: 0.6, scale: 'linear', whole: false },
  { key: 'historyDropout', kind: 'choice', values: [0, 0.2, 0.3, 0.4, 0.5] },
  { key: 'width', kind: 'choice', values: [32, 64, 128] },
  { key: 'layers', kind: 'choice', values: [1, 2, 3] },
  { key: 'idStart', kind: 'choice', values: ['factors', 'random'] },
  { key: 'minRating', kind: 'choice', values: [0, 3, 3.5, 4] },
]

export interface SasrecSettings extends TrainingPlan {
  width: number // D
  layers: number
  heads: number
  history: number // L
  factors: boolean // ids start at factors of the training events
  dropout: number
  historyDropout: number
  minRating: number
  userBalance: number
  batch: number // windows a step
}

const schema: Pick<ModelInfo, 'label' | 'hyperParameters'> = { label: 'SASRec', hyperParameters: sasrecRows }

/** @throws Error naming the row whose value is out of range, or the two that do not fit together. */
export function readSasrec(config: ModelConfig): SasrecSettings {
  const number = (key: string): number => numberOf(schema, config, key)
  const settings: SasrecSettings = {
    width: number('width'),
    layers: number('layers'),
    heads: number('heads'),
    history: number('history'),
    factors: choiceOf(schema, config, 'idStart') === 'factors',
    dropout: number('dropout'),
    historyDropout: number('historyDropout'),
    minRating: number('minRating'),
    userBalance: number('userBalance'),
    batch: number('batch'),
    learningRate: number('learningRate'),
    warmUpSteps: 0,
    decay: 'none', // the papers train with a constant rate
    epochs: number('epochs'),
    validateEvery: number('validateEvery'),
    patience: number('patience'),
    minutes: number('minutes'),
    clip: number('clip'),
  }
  if (settings.width % settings.heads !== 0)
    throw new Error(
      `SASRec: the width ${settings.width} cannot be divided among ${settings.heads} heads. Choose a width that is a multiple of ${settings.heads}.`,
    )
  return settings
}

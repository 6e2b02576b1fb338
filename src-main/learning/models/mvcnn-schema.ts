/** What MVCNN is and what can be set. */
import type { HyperParameter, ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import { flagOf, numberOf } from './config.ts'
import { pairRows } from './pair-rows.ts'
import { readPairSettings } from './pair-settings.ts'
import type { PairSettings } from './pair-settings.ts'

export interface MvcnnSettings extends PairSettings {
  text: boolean
  image: boolean
  ids: boolean
  tokenDim: number
  filters: number
  channels: number
  itemsAStep: number
}

const chosen = 'Own choice: minutes on a processor'

const viewRows: HyperParameter[] = [
  {
    key: 'text',
    label: 'Text',
    help: 'Read titles, genres, tags and plots. Off: the ablation without text.',
    group: 'Views',
    type: 'boolean',
    default: true,
  },
  {
    key: 'image',
    label: 'Image',
    help: 'Read posters. Off: the ablation without images.',
    group: 'Views',
    type: 'boolean',
    default: true,
  },
  {
    key: 'ids',
    label: 'Item ids',
    help: 'Add an embedding of the item itself to its pooled views. Off: an item is nothing but its content and its popularity.',
    group: 'Views',
    type: 'boolean',
    default: true,
  },
  {
    key: 'tokenDim',
    label: 'Word dimensions',
    help: 'Length of the embeddings of words.',
    source: chosen,
    group: 'Views',
    type: 'integer',
    default: 32,
    min: 2,
    max: 512,
    scale: 'log',
  },
  {
    key: 'filters',
    label: 'Text filters',
    help: 'Filters of each width over the text: two, three and four words.',
    source: 'Kim 2014: 100 of each of three widths',
    group: 'Views',
    type: 'integer',
    default: 32,
    min: 1,
    max: 512,
    scale: 'log',
  },
  {
    key: 'channels',
    label: 'Image channels',
    help: 'Channels of the first of three convolutions over the poster; each next one has twice as many.',
    source: chosen,
    group: 'Views',
    type: 'integer',
    default: 12,
    min: 1,
    max: 128,
    scale: 'log',
  },
  {
    key: 'itemsAStep',
    label: 'Items in a step',
    help: 'A step takes so many items at random with all their positives, and draws negatives among them: so that the networks see every item once an epoch.',
    unit: 'items',
    source: chosen,
    group: 'Training',
    type: 'integer',
    default: 128,
    min: 2,
    max: 8192,
    scale: 'log',
  },
]

/** Steps are cut by items, and negatives are those of the step. */
const without = ['batch', 'negativeDistribution']

export const mvcnnSchema: ModelInfo = {
  id: 'mvcnn',
  label: 'MVCNN',
  summary:
    'Convolutional networks read each item’s text and poster, the views are pooled by their maximum, and a perceptron matches the result with the user.',
  reference:
    'Su, Maji, Kalogerakis, Learned-Miller: Multi-view convolutional neural networks for 3D shape recognition. ICCV 2015 (view pooling). Text as in Kim: Convolutional neural networks for sentence classification. EMNLP 2014.',
  family: 'neural',
  usesFeatures: false,
  usesViews: true,
  newUsers: false,
  seeded: true,
  hyperParameters: [
    ...viewRows,
    ...pairRows(
      {
        dim: 64,
        width: 32,
        layers: 2,
        tower: 'constant',
        dropout: 0.2,
        negatives: 8,
        l2: 0.01,
        batch: 0,
        learningRate: 0.02,
        epochs: 32,
        validateEvery: 2,
        patience: 8,
      },
      chosen,
    ).filter(({ key }) => !without.includes(key)),
  ],
  search: [
    { key: 'learningRate', kind: 'number', low: 3e-3, high: 5e-2, scale: 'log', whole: false },
    { key: 'l2', kind: 'number', low: 1e-4, high: 0.1, scale: 'log', whole: false },
    { key: 'dropout', kind: 'number', low: 0, high: 0.5, scale: 'linear', whole: false },
    { key: 'dim', kind: 'choice', values: [32, 64, 128] },
    { key: 'itemsAStep', kind: 'choice', values: [64, 128, 256] },
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; minutes on ml-latest-small.', config: {} },
    {
      id: 'quick',
      label: 'Quick',
      help: 'A first look: narrow networks, ten epochs.',
      config: { dim: 32, tokenDim: 16, filters: 16, channels: 4, negatives: 4, epochs: 10 },
    },
  ],
}

/** @throws Error naming the row whose value is out of range */
export function readMvcnnSettings(config: ModelConfig): MvcnnSettings {
  return {
    ...readPairSettings(mvcnnSchema, config),
    text: flagOf(mvcnnSchema, config, 'text'),
    image: flagOf(mvcnnSchema, config, 'image'),
    ids: flagOf(mvcnnSchema, config, 'ids'),
    tokenDim: numberOf(mvcnnSchema, config, 'tokenDim'),
    filters: numberOf(mvcnnSchema, config, 'filters'),
    channels: numberOf(mvcnnSchema, config, 'channels'),
    itemsAStep: numberOf(mvcnnSchema, config, 'itemsAStep'),
  }
}

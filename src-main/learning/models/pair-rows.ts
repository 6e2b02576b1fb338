/** The hyper-parameters that the models of users and items share: their perceptron, their pairs, and how they are trained. */
import type { HyperParameter } from '../../../src-preload/contract.ts'
import { clipRow, stoppingRows } from './stopping-rows.ts'

export interface PairDefaults {
  dim: number
  width: number
  layers: number
  tower: 'constant' | 'halving'
  dropout: number
  negatives: number
  l2: number
  batch: number
  learningRate: number
  epochs: number
  validateEvery: number
  patience: number
}

const measured = 'Own measurement on validation, ml-latest-small'

/** Rows for the form, the command line and the docs. @param paper where the model's paper gives a value @param batch what `batch` counts */
export function pairRows(d: PairDefaults, paper: string): HyperParameter[] {
  return [
    {
      key: 'dim',
      label: 'Dimensions',
      help: 'Length of the embeddings of users, items and fields.',
      source: paper,
      group: 'Size',
      type: 'integer',
      default: d.dim,
      min: 1,
      max: 512,
      scale: 'log',
    },
    {
      key: 'width',
      label: 'Width',
      help: 'Numbers in the first hidden layer of the perceptron. Ranking all items for all users costs with its square.',
      source: paper,
      group: 'Size',
      type: 'integer',
      default: d.width,
      min: 1,
      max: 2048,
      scale: 'log',
    },
    {
      key: 'layers',
      label: 'Layers',
      help: 'Hidden layers of the perceptron.',
      source: paper,
      group: 'Size',
      type: 'integer',
      default: d.layers,
      min: 1,
      max: 8,
    },
    {
      key: 'tower',
      label: 'Layer widths',
      help: 'All hidden layers of one width, or each half as wide as the one before.',
      group: 'Size',
      type: 'choice',
      default: d.tower,
      choices: [
        { value: 'constant', label: 'Constant' },
        { value: 'halving', label: 'Halving' },
      ],
    },
    {
      key: 'dropout',
      label: 'Dropout',
      help: 'Share of the perceptron’s hidden numbers dropped in training.',
      source: measured,
      group: 'Training',
      type: 'number',
      default: d.dropout,
      min: 0,
      max: 0.9,
    },
    ...pairTrainingRows(d),
  ]
}

function pairTrainingRows(d: PairDefaults): HyperParameter[] {
  return [
    {
      key: 'negatives',
      label: 'Negatives',
      help: 'Items drawn for each positive, anew in every epoch, out of its domain and never among those the user has rated. The model learns to tell them apart by binary cross-entropy.',
      source: measured,
      unit: 'items',
      group: 'Training',
      type: 'integer',
      default: d.negatives,
      min: 1,
      max: 100,
      scale: 'log',
    },
    {
      key: 'negativeDistribution',
      label: 'Negatives drawn',
      help: 'Uniformly, or in proportion to popularity to the power 0.75.',
      source: measured,
      group: 'Training',
      type: 'choice',
      default: 'uniform',
      choices: [
        { value: 'uniform', label: 'Uniformly' },
        { value: 'popularity', label: 'By popularity^0.75' },
      ],
    },
    {
      key: 'minRating',
      label: 'Positives from',
      help: 'Training events with at least so many stars are positives. Never above the protocol’s positives threshold: with "every rating is positive" every rating is one.',
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
      help: '0: every positive counts the same, so that users with many ratings dominate training. 1: every user counts the same, as in the metrics.',
      source: measured,
      group: 'Training',
      type: 'number',
      default: 0.5,
      min: 0,
      max: 1,
    },
    {
      key: 'l2',
      label: 'L2',
      help: 'Weight of half the squared length of the user and item embeddings of each pair.',
      source: measured,
      group: 'Training',
      type: 'number',
      default: d.l2,
      min: 0,
      max: 10,
    },
    {
      key: 'batch',
      label: 'Batch',
      help: 'Positives in a step, each with its negatives.',
      unit: 'positives',
      group: 'Training',
      type: 'integer',
      default: d.batch,
      min: 1,
      max: 65536,
      scale: 'log',
    },
    {
      key: 'learningRate',
      label: 'Learning rate',
      help: 'Rate of Adam.',
      source: measured,
      group: 'Training',
      type: 'number',
      default: d.learningRate,
      min: 1e-6,
      max: 0.1,
      scale: 'log',
    },
    {
      key: 'decay',
      label: 'Schedule',
      help: 'Whether the learning rate falls along half a cosine over the epochs.',
      group: 'Training',
      type: 'choice',
      default: 'cosine',
      choices: [
        { value: 'cosine', label: 'Cosine' },
        { value: 'none', label: 'Constant' },
      ],
    },
    {
      key: 'epochs',
      label: 'Epochs',
      help: 'At most this many passes over all positives.',
      source: measured,
      group: 'Training',
      type: 'integer',
      default: d.epochs,
      min: 1,
      max: 1000,
    },
    ...stoppingRows(d),
    clipRow,
  ]
}

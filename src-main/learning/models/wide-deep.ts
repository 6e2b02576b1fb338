/** Wide & Deep: a linear model of crossed features beside a perceptron over embeddings, trained together (Cheng et al. 2016). */
import * as tf from '@tensorflow/tfjs-core'
import type { HyperParameter, ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import { linearFrozen } from '../layers.ts'
import type { ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { numberOf } from './config.ts'
import { addUp, embedItem, embeddingSpecs, itemHidden, linearSpecs, linearTerms, popularityLogits, uploadFields, userHidden } from './deep-embeddings.ts' // prettier-ignore
import { chosenRows, itemFields } from './item-fields.ts'
import { PairSource } from './pair-batch.ts'
import { matrix, perceptronSpecs } from './pair-forward.ts'
import type { PairModel } from './pair-model.ts'
import { estimatePairs, pairRecommender } from './pair-recommender.ts'
import { pairRows } from './pair-rows.ts'
import { readPairSettings, widthsOf } from './pair-settings.ts'
import type { PairSettings } from './pair-settings.ts'
import { genreCrosses } from './wide-crosses.ts'

type Matrix = tf.Tensor2D

export interface WideDeepSettings extends PairSettings {
  /** Of the wide part, in place of the other. */
  wideRate: number
}

/**
 * Wide: user, item, period, genres and domain, and the cross of the genres a user prefers with those of the item. Deep: the embeddings of the same
 * fields, one after the other, through the perceptron (section 3.2). Both logits are added under one sigmoid (eq. 3).
 *
 * Adam's steps do not depend on the size of a gradient, so a weight that is read through a factor moves that much faster: the wide part is read through
 * wideRate / learningRate.
 */
export function wideDeepModel(settings: WideDeepSettings, data: TrainingData): PairModel {
  const fields = itemFields(data)
  const widths = widthsOf(settings)
  const { users, items } = data
  const { positives } = new PairSource(data, settings)
  const crosses = genreCrosses(data, positives)
  const factor = settings.wideRate / settings.learningRate
  const weights = new ModelWeights(
    [
      ...embeddingSpecs({ users, items, fields, dim: settings.dim, width: widths[0] ?? 1 }),
      { name: 'user.linear', shape: [users, 1], start: { constant: 0 } },
      { name: 'item.linear', shape: [items, 1], start: { constant: 0 } },
      ...linearSpecs(fields),
      ...(crosses ? [{ name: 'crosses', shape: [crosses.genres, crosses.genres], start: { constant: 0 } }] : []),
      ...perceptronSpecs(widths),
    ],
    ['user.embedding', 'item.embedding', 'user.linear', 'item.linear'],
  )
  const wide = (x: Matrix): Matrix => tf.mul(x, factor)
  return {
    weights,
    widths,
    penalised: ['user.embedding', 'item.embedding'],
    itemsAtOnce: 8192,
    initialise(seed) {
      weights.initialise(seed)
      const start = popularityLogits(data, positives, settings.negatives)
      weights.values('item.linear').set(start.map((logit) => logit / factor))
    },
    users(ids) {
      const preferred = crosses && upload(crosses.preferred, crosses.genres, ids)
      return (p) => {
        const side = { offset: wide(matrix(p, 'user.linear')), hidden: userHidden(p) }
        return preferred ? { ...side, vector: wide(linearFrozen(preferred, matrix(p, 'crosses'))) } : side
      }
    },
    items(ids) {
      const rows = uploadFields(fields, ids)
      const has = crosses && upload(crosses.has, crosses.genres, ids)
      return (p) => {
        const offset = wide(addUp([matrix(p, 'item.linear'), ...linearTerms(p, fields, rows)]))
        const side = { offset, hidden: itemHidden(p, fields, embedItem(p, fields, rows)) }
        return has ? { ...side, vector: has } : side
      }
    },
  }
}

function upload(table: Float32Array, width: number, ids: Int32Array): Matrix {
  return tf.tensor2d(chosenRows(table, width, ids), [ids.length, width])
}

const wideRate: HyperParameter = {
  key: 'wideRate',
  label: 'Rate of the wide part',
  help: 'Learning rate of the wide part, by Adam like the rest.',
  source: 'Cheng et al. 2016, section 3.3: FTRL with L1 for the wide part, AdaGrad for the deep one',
  group: 'Training',
  type: 'number',
  default: 0.003,
  min: 1e-6,
  max: 0.1,
  scale: 'log',
}

export const wideDeepSchema: ModelInfo = {
  id: 'wide-deep',
  label: 'Wide & Deep',
  summary:
    'A linear model that memorises crosses of a user’s and an item’s genres, beside a perceptron on embeddings that generalises. Made to predict installs; here it learns from positives and drawn negatives, so that it can rank.',
  reference: 'Cheng et al.: Wide & deep learning for recommender systems. DLRS 2016.',
  family: 'neural',
  usesFeatures: false,
  usesViews: false,
  newUsers: false,
  seeded: true,
  hyperParameters: [
    ...pairRows(
      {
        dim: 64,
        width: 64,
        layers: 2,
        tower: 'constant',
        dropout: 0.2,
        negatives: 8,
        l2: 0.001,
        batch: 512,
        learningRate: 0.003,
        epochs: 16,
        validateEvery: 1,
        patience: 4,
      },
      'Cheng et al. 2016, section 4.1: 32 dimensions; layers of 1024, 512 and 256',
    ),
    wideRate,
  ],
  search: [
    { key: 'learningRate', kind: 'number', low: 3e-4, high: 1e-2, scale: 'log', whole: false },
    { key: 'wideRate', kind: 'number', low: 1e-4, high: 1e-2, scale: 'log', whole: false },
    { key: 'l2', kind: 'number', low: 1e-4, high: 0.1, scale: 'log', whole: false },
    { key: 'dropout', kind: 'number', low: 0, high: 0.5, scale: 'linear', whole: false },
    { key: 'dim', kind: 'choice', values: [32, 64, 128] },
    { key: 'negatives', kind: 'choice', values: [4, 8, 16] },
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; about a minute on ml-latest-small.', config: {} },
    {
      id: 'paper',
      label: 'Paper',
      help: 'The sizes of Cheng et al.: 32 dimensions; layers of 1024, 512 and 256. Ranking takes much longer.',
      config: { dim: 32, width: 1024, layers: 3, tower: 'halving' },
    },
    {
      id: 'quick',
      label: 'Quick',
      help: 'A first look: 32 dimensions, one layer, five epochs.',
      config: { dim: 32, layers: 1, negatives: 4, epochs: 5 },
    },
  ],
}

export const wideDeep: ModelDefinition = {
  ...wideDeepSchema,
  create: (config: ModelConfig) => pairRecommender(wideDeepSchema, readWideDeepSettings(config), wideDeepModel),
  estimate: (config, size) => estimatePairs(readWideDeepSettings(config), size, { more: 400 }),
}

/** @throws Error naming the row whose value is out of range */
export function readWideDeepSettings(config: ModelConfig): WideDeepSettings {
  return { ...readPairSettings(wideDeepSchema, config), wideRate: numberOf(wideDeepSchema, config, 'wideRate') }
}

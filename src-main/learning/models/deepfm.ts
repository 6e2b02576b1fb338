/** DeepFM: a factorisation machine and a perceptron over the same embeddings (Guo et al. 2017). */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { addUp, embedItem, embeddingSpecs, itemHidden, linearSpecs, linearTerms, popularityLogits, uploadFields, userHidden } from './deep-embeddings.ts' // prettier-ignore
import { itemFields } from './item-fields.ts'
import { matrix, perceptronSpecs } from './pair-forward.ts'
import type { PairModel } from './pair-model.ts'
import { PairSource } from './pair-batch.ts'
import { estimatePairs, pairRecommender } from './pair-recommender.ts'
import { pairRows } from './pair-rows.ts'
import { readPairSettings, widthsOf } from './pair-settings.ts'
import type { PairSettings } from './pair-settings.ts'

/**
 * Fields: user, item, genres (the mean of an item's), five-year period and domain, as far as the data set has them. Equations of the paper: the
 * machine is (2), the perceptron (3) and (4), their sum under one sigmoid (1).
 */
export function deepFmModel(settings: PairSettings, data: TrainingData): PairModel {
  const fields = itemFields(data)
  const widths = widthsOf(settings)
  const { users, items } = data
  const weights = new ModelWeights(
    [
      ...embeddingSpecs({ users, items, fields, dim: settings.dim, width: widths[0] ?? 1 }),
      { name: 'user.linear', shape: [users, 1], start: { constant: 0 } },
      { name: 'item.linear', shape: [items, 1], start: { constant: 0 } },
      ...linearSpecs(fields),
      ...perceptronSpecs(widths),
    ],
    ['user.embedding', 'item.embedding', 'user.linear', 'item.linear'],
  )
  return {
    weights,
    widths,
    penalised: ['user.embedding', 'item.embedding'],
    itemsAtOnce: 8192,
    initialise(seed) {
      weights.initialise(seed)
      const { positives } = new PairSource(data, settings)
      weights.values('item.linear').set(popularityLogits(data, positives, settings.negatives))
    },
    users: () => (p) => ({
      vector: matrix(p, 'user.embedding'),
      offset: matrix(p, 'user.linear'),
      hidden: userHidden(p),
    }),
    items: (ids) => {
      const rows = uploadFields(fields, ids)
      return (p) => {
        const embedded = embedItem(p, fields, rows)
        const sum = addUp(embedded)
        // all pairs of fields on the item's side: ((sum v)^2 - sum v^2) / 2 (Rendle 2010, lemma 3.1); the user's pairs are his inner product with the sum
        const squares = tf.sub(tf.square(sum), addUp(embedded.map((v) => tf.square(v))))
        const own = tf.mul<tf.Tensor2D>(tf.sum(squares, 1, true), 0.5)
        const offset = addUp([matrix(p, 'item.linear'), own, ...linearTerms(p, fields, rows)])
        return { vector: sum, offset, hidden: itemHidden(p, fields, embedded) }
      }
    },
  }
}

const paper = 'Guo et al. 2017, section 3.1: 10 dimensions, 3 layers of 400, dropout .5 (for click data)'

export const deepFmSchema: ModelInfo = {
  id: 'deepfm',
  label: 'DeepFM',
  summary:
    'A factorisation machine and a perceptron on shared embeddings of user, item, genres, years and domain. It was made to predict clicks; here it learns from positives and drawn negatives, so that it can rank.',
  reference:
    'Guo, Tang, Ye, Li, He: DeepFM: a factorization-machine based neural network for CTR prediction. IJCAI 2017.',
  family: 'neural',
  usesFeatures: false,
  usesViews: false,
  newUsers: false,
  seeded: true,
  hyperParameters: pairRows(
    {
      dim: 64,
      width: 32,
      layers: 2,
      tower: 'constant',
      dropout: 0.2,
      negatives: 8,
      l2: 0.01,
      batch: 512,
      learningRate: 0.003,
      epochs: 12,
      validateEvery: 1,
      patience: 4,
    },
    paper,
  ),
  search: [
    { key: 'learningRate', kind: 'number', low: 3e-4, high: 1e-2, scale: 'log', whole: false },
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
      help: 'The sizes of Guo et al.: 10 dimensions, three layers of 400, dropout .5. Ranking takes much longer.',
      config: { dim: 10, width: 400, layers: 3, tower: 'constant', dropout: 0.5 },
    },
    {
      id: 'quick',
      label: 'Quick',
      help: 'A first look: 32 dimensions, one layer, five epochs.',
      config: { dim: 32, layers: 1, negatives: 4, epochs: 5 },
    },
  ],
}

export const deepfm: ModelDefinition = {
  ...deepFmSchema,
  create: (config: ModelConfig) => pairRecommender(deepFmSchema, readPairSettings(deepFmSchema, config), deepFmModel),
  estimate: (config, size) => estimatePairs(readPairSettings(deepFmSchema, config), size),
}

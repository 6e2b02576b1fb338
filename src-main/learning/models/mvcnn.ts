/** MVCNN: convolutional networks over an item's text and poster, pooled into one vector, and a perceptron over user and item. */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { popularityLogits } from './deep-embeddings.ts'
import { mvcnnSchema, readMvcnnSettings } from './mvcnn-schema.ts'
import type { MvcnnSettings } from './mvcnn-schema.ts'
import { ViewEncoder, viewSpecs } from './mvcnn-views.ts'
import type { ViewShape } from './mvcnn-views.ts'
import { PairSource } from './pair-batch.ts'
import { matrix, perceptronSpecs, product, vectorOf } from './pair-forward.ts'
import type { PairModel } from './pair-model.ts'
import { estimatePairs, pairRecommender } from './pair-recommender.ts'
import { widthsOf } from './pair-settings.ts'

/**
 * z = u . v + o_i + P([u; v]) with v the pooled views of the item, to which, unless `ids` is off, an embedding of the item itself is added. Item
 * vectors are computed for the distinct items of a step alone.
 * @throws Error when the data brings no views, or nothing of the items would be read
 */
export function mvcnnModel(settings: MvcnnSettings, data: TrainingData): PairModel {
  const { views, users, items } = data
  if (!views)
    throw new Error(
      'MVCNN reads titles, plots and posters themselves, and this data brings none of them. Prepare it anew.',
    )
  const { dim, text, ids, tokenDim, filters, channels } = settings
  const image = settings.image && views.hasPoster.includes(1)
  if (!text && !image && !ids)
    throw new Error('MVCNN has nothing left to read of an item: switch text, images or item ids on.')
  const shape: ViewShape = { views, text, image, dim, tokenDim, filters, channels }
  const encoder = new ViewEncoder(shape)
  const widths = widthsOf(settings)
  const first = widths[0] ?? 1
  const weights = new ModelWeights(
    [
      { name: 'user.embedding', shape: [users, dim], start: { deviation: 0.05 } },
      ...(ids ? [{ name: 'item.embedding', shape: [items, dim], start: { deviation: 0.05 } }] : []),
      { name: 'item.linear', shape: [items, 1], start: { constant: 0 } },
      ...viewSpecs(shape),
      { name: 'deep.0.user', shape: [dim, first], start: { deviation: Math.sqrt(1 / dim) } },
      { name: 'deep.0.item', shape: [dim, first], start: { deviation: Math.sqrt(1 / dim) } },
      ...perceptronSpecs(widths),
    ],
    ['user.embedding', 'item.embedding', 'item.linear'],
  )
  return {
    weights,
    widths,
    penalised: ids ? ['user.embedding', 'item.embedding'] : ['user.embedding'],
    itemsAtOnce: settings.itemsAStep,
    initialise(seed) {
      weights.initialise(seed)
      const { positives } = new PairSource(data, settings)
      weights.values('item.linear').set(popularityLogits(data, positives, settings.negatives))
    },
    users: () => (p) => {
      const vector = matrix(p, 'user.embedding')
      return { vector, hidden: product(vector, matrix(p, 'deep.0.user')) }
    },
    items: (chosen) => {
      const encode = encoder.upload(chosen)
      return (p, dropout) => {
        const seen = encode(p, dropout)
        const vector = ids ? tf.add<tf.Tensor2D>(seen, matrix(p, 'item.embedding')) : seen
        const hidden = tf.add<tf.Tensor2D>(product(vector, matrix(p, 'deep.0.item')), vectorOf(p, 'deep.0.bias'))
        return { vector, offset: matrix(p, 'item.linear'), hidden }
      }
    },
    dispose: () => encoder.dispose(),
  }
}

export const mvcnn: ModelDefinition = {
  ...mvcnnSchema,
  create(config: ModelConfig) {
    const settings = readMvcnnSettings(config)
    return pairRecommender(mvcnnSchema, settings, mvcnnModel, settings.itemsAStep)
  },
  estimate(config, size) {
    const settings = readMvcnnSettings(config)
    const { dim, tokenDim, filters, channels, itemsAStep } = settings
    const text = settings.text ? 2 * 60 * 9 * tokenDim * filters : 0 // 60 words, windows of 2 + 3 + 4
    const image = settings.image ? 2 * 9 * channels * (1380 * 3 + 240 * 2 * channels + 32 * 8 * channels) : 0 // places of 32 x 48 pixels
    const estimate = estimatePairs(settings, size, {
      perItem: text + image + 2 * dim * dim,
      encodings: size.items,
      more: VOCABULARY * tokenDim + 9 * filters * tokenDim + 90 * channels * channels,
    })
    const views =
      size.items * (4 * 64 + 3 * 32 * 48) + itemsAStep * (settings.image ? 4 * 1380 * (27 + 2 * channels) : 0)
    return { ...estimate, memoryBytes: estimate.memoryBytes + views }
  },
}

/** Words with an id of their own, at most. */
const VOCABULARY = 20_000

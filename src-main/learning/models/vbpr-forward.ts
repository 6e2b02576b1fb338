/**
 * What VBPR computes (He, McAuley 2016, equations 3 and 4): score(u, i) = b_i + g_u . g_i + t_u . (E f_i) + e . f_i for features f of the item, with
 * a user's g and t in one row.
 */
import * as tf from '@tensorflow/tfjs-core'
import { gatherRows, linearFrozen } from '../layers.ts'
import { bceWithLogits } from '../losses.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'
import type { DistinctRows, VbprBatch } from './vbpr-batch.ts'

export interface VbprSettings {
  /** Dimensions of the part without features, and of the part with them. */
  dim: number
  visualDim: number
  /** L2 weights: of the rows of a triple, and of the projection. */
  regularisation: number
  projectionRegularisation: number
  initialDeviation: number
}

export const vbprTables = ['user', 'item', 'item.bias']

export function vbprSpecs(
  { dim, visualDim, initialDeviation: deviation }: VbprSettings,
  size: { users: number; items: number; features: number },
): ParameterSpec[] {
  return [
    { name: 'user', shape: [size.users, dim + visualDim], start: { deviation } },
    { name: 'item', shape: [size.items, dim], start: { deviation } },
    { name: 'item.bias', shape: [size.items, 1], start: { constant: 0 } },
    { name: 'projection', shape: [size.features, visualDim], start: { deviation } },
    { name: 'feature.bias', shape: [size.features, 1], start: { constant: 0 } },
  ]
}

/** The parameters by name, as the matrices they are. */
function matrix(parameters: ParameterTensors, name: string): tf.Tensor2D {
  const found = parameters[name]
  if (!found) throw new Error(`There is no parameter '${name}'.`)
  return found as tf.Tensor2D
}

/** What the features make of items. @param features [m, F] @returns [m, d'] and [m, 1] */
export function projected(
  parameters: ParameterTensors,
  features: tf.Tensor2D,
): { vectors: tf.Tensor2D; bias: tf.Tensor2D } {
  return {
    vectors: linearFrozen(features, matrix(parameters, 'projection')),
    bias: linearFrozen(features, matrix(parameters, 'feature.bias')),
  }
}

/**
 * Mean over the triples of -ln sigmoid(margin) + l2/2 (what the rows of user, positive and negative hold, squared), and the L2 of the projection.
 * @param parameters the tables' names stand for the batch's rows @param features [m, F] of the batch's items
 */
export function vbprLoss(
  { regularisation, projectionRegularisation }: VbprSettings,
  parameters: ParameterTensors,
  { size, users, items }: VbprBatch,
  features: tf.Tensor2D,
): tf.Scalar {
  const of = (name: string): tf.Tensor2D => matrix(parameters, name)
  const visual = projected(parameters, features)
  const vectors = tf.concat2d([of('item'), visual.vectors], 1) // [m, d + d']
  const biases = tf.add(of('item.bias'), visual.bias) as tf.Tensor2D // [m, 1]
  const [ours] = users.places
  const [positives, negatives] = items.places
  const chosen = (rows: tf.Tensor2D, places: Int32Array | undefined): tf.Tensor2D =>
    gatherRows(rows, tf.tensor1d(places ?? [], 'int32'))
  const apart = tf.sub(chosen(vectors, positives), chosen(vectors, negatives))
  const products = tf.sum(tf.mul(chosen(of('user'), ours), apart), 1, true)
  const margins = tf.add(products, tf.sub(chosen(biases, positives), chosen(biases, negatives))) as tf.Tensor2D
  const loss = bceWithLogits(margins, 1, tf.fill([size, 1], 1 / size))

  const squares = (name: string, { counts }: DistinctRows): tf.Tensor =>
    tf.sum(tf.mul(tf.square(of(name)), tf.tensor2d(counts, [counts.length, 1])))
  const rows = tf.addN([squares('user', users), squares('item', items), squares('item.bias', items)])
  const whole = tf.add(tf.sum(tf.square(of('projection'))), tf.sum(tf.square(of('feature.bias'))))
  const penalty = tf.add(tf.mul(rows, regularisation / (2 * size)), tf.mul(whole, projectionRegularisation / 2))
  return tf.add(loss, penalty) as tf.Scalar
}

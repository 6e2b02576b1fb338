/**
 * What DeepFM, Wide & Deep and MVCNN have in common: a logit for a user and an item of the form
 *   z = x_u . y_i + o_u + o_i + P(relu(a_u + b_i)).
 * The first layer of a perceptron over the concatenation [u; i] is W [u; i] + b = W_u u + (W_i i + b): a sum of what each side contributes. So a
 * side is computed once for each user and each item, and a pair costs an inner product and the perceptron P from its second layer on.
 */
import * as tf from '@tensorflow/tfjs-core'
import { hasOwnOperations, runOwn } from '../backends/own.ts'
import { dropoutTensor } from '../dropout.ts'
import type { Dropout } from '../dropout.ts'
import { differentiable, gatherRows, linear } from '../layers.ts'
import { bceWithLogits } from '../losses.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'

type Matrix = tf.Tensor2D

/** What n users, or n items, bring to their pairs. */
export type Side = {
  /** [n, d]; both sides have one, or neither */
  vector?: Matrix
  /** [n, 1] */
  offset?: Matrix
  /** [n, H] */
  hidden: Matrix
}

/** n pairs as rows of their sides: P positives first, then k negatives of each, positive by positive. */
export interface DevicePairs {
  users: tf.Tensor1D
  items: tf.Tensor1D
  /** [P, 1] and [P, k] */
  positiveWeights: Matrix
  negativeWeights: Matrix
  /** How often each distinct user, and each distinct item, is in a pair: [U, 1] and [I, 1]. */
  userCounts: Matrix
  itemCounts: Matrix
}

/** The perceptron behind the first layer. @param widths of its hidden layers, the first included */
export function perceptronSpecs(widths: readonly number[]): ParameterSpec[] {
  const specs: ParameterSpec[] = []
  for (const [k, width] of widths.entries()) {
    const from = widths[k - 1]
    if (from !== undefined)
      specs.push({ name: `deep.${k}.weight`, shape: [from, width], start: { deviation: Math.sqrt(2 / from) } }) // He et al. 2015
    specs.push({ name: `deep.${k}.bias`, shape: [width], start: { constant: 0 } })
  }
  const last = widths.at(-1) ?? 1
  return [...specs, { name: 'deep.out', shape: [last, 1], start: { deviation: Math.sqrt(1 / last) } }]
}

/** The perceptron from the sum of the sides' shares on. @param sum [n, H] @returns [n, 1] */
export function perceptron(p: ParameterTensors, layers: number, sum: Matrix, dropout: Dropout): Matrix {
  let x = reluDropout(sum, dropout)
  for (let k = 1; k < layers; k++) x = reluDropout(linearLayer(p, `deep.${k}`, x), dropout)
  return product(x, matrix(p, 'deep.out'))
}

/** @returns [n, 1] */
export function pairLogits(
  p: ParameterTensors,
  layers: number,
  sides: { users: Side; items: Side },
  rows: Pick<DevicePairs, 'users' | 'items'>,
  dropout: Dropout,
): Matrix {
  const { users, items } = sides
  const both = tf.add<Matrix>(gatherRows(users.hidden, rows.users), gatherRows(items.hidden, rows.items))
  let z = perceptron(p, layers, both, dropout)
  if (users.vector && items.vector) {
    const products = tf.mul(gatherRows(users.vector, rows.users), gatherRows(items.vector, rows.items))
    z = tf.add(z, tf.sum(products, 1, true))
  }
  if (users.offset) z = tf.add(z, gatherRows(users.offset, rows.users))
  return items.offset ? tf.add(z, gatherRows(items.offset, rows.items)) : z
}

/** Binary cross-entropy of the pairs, weighted and divided by `total`. @param z [P (1 + k), 1] @returns scalar */
export function pairLoss(z: Matrix, { positiveWeights, negativeWeights }: DevicePairs, total: number): tf.Scalar {
  const [positives, negatives] = negativeWeights.shape
  const liked = tf.slice(z, [0, 0], [positives, 1])
  const drawn = tf.reshape(tf.slice(z, [positives, 0], [positives * negatives, 1]), [positives, negatives])
  const sum = tf.add(bceWithLogits(liked, 1, positiveWeights), bceWithLogits(drawn as Matrix, 0, negativeWeights))
  return tf.mul(sum, 1 / total)
}

/** Half the squared length of every row, as often as the row is in a pair. @param rows [n, d] @param counts [n, 1] @returns scalar */
export function squaredLengths(rows: Matrix, counts: Matrix): tf.Scalar {
  return tf.mul(tf.sum(tf.mul(tf.square(rows), counts)), 0.5)
}

/** @param x [n, D] @returns [n, E] */
export function linearLayer(p: ParameterTensors, name: string, x: Matrix): Matrix {
  return linear(x, matrix(p, `${name}.weight`), vectorOf(p, `${name}.bias`))
}

/** dropout(relu(x)). What was dropped or cut off is 0, so the result alone says where the gradient goes. @param x [n, D] */
export function reluDropout(x: Matrix, dropout: Dropout): Matrix {
  const { rate } = dropout
  const seed = rate > 0 ? dropout.nextSeed() : 0
  return differentiable([x], (save) => {
    const positive = tf.relu(x)
    const value = rate > 0 ? drop(positive, seed, rate) : positive
    save([value])
    return { value, gradient: (dy, [value]) => [tf.mul(tf.mul(dy, tf.step(value!)), 1 / (1 - rate))] }
  })
}

function drop(x: Matrix, seed: number, rate: number): tf.Tensor {
  if (hasOwnOperations()) return runOwn('AddDropout', { x }, { seed, rate })[0]! // it has one result
  return tf.mul(x, dropoutTensor(x.shape, seed, rate))
}

/** x w. @param x [n, D] @param w [D, E] */
export function product(x: Matrix, w: Matrix): Matrix {
  return differentiable([x, w], (save) => {
    save([x, w])
    return {
      value: tf.matMul(x, w),
      gradient: (dy, [x, w]) => [tf.matMul(dy, w!, false, true), tf.matMul(x!, dy, true)],
    }
  })
}

/** @throws Error when a model asks for a parameter it has not declared */
export function matrix(p: ParameterTensors, name: string): Matrix {
  return declared(p, name) as Matrix
}

export function vectorOf(p: ParameterTensors, name: string): tf.Tensor1D {
  return declared(p, name) as tf.Tensor1D
}

function declared(p: ParameterTensors, name: string): tf.Tensor {
  const found = p[name]
  if (!found) throw new Error(`There is no parameter '${name}'.`)
  return found
}

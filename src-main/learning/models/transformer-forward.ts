/**
 * The multi-modal cross-domain Transformer: parameters, forward pass and loss, written top-down in the order of docs and paper.
 * V items, U items looked at in a step, N sequences of T items with M tokens each, D width, S shared space, n targets, K streams.
 */
import * as tf from '@tensorflow/tfjs-core'
import { attention } from '../attention.ts'
import { Dropout } from '../dropout.ts'
import { addDropout, gatherRows, geluDropout, innerProducts, layerNorm, linear, linearFrozen } from '../layers.ts'
import { bceWithLogits, softmaxCrossEntropy } from '../losses.ts'
import type { ParameterTensors } from '../parameters.ts'
import type { DeviceBatch, DeviceStreams, ItemBlock } from './transformer-inputs.ts'
import type { TransformerShape } from './transformer-shape.ts'

type Vector = tf.Tensor1D
type Matrix = tf.Tensor2D

/** Looks a parameter up; a missing one is a mistake in the specification. */
function matrix(p: ParameterTensors, name: string): Matrix {
  const found = p[name]
  if (!found || found.rank !== 2) throw new Error(`There is no parameter matrix '${name}'.`)
  return found as Matrix // its rank was looked at
}

function vector(p: ParameterTensors, name: string): Vector {
  const found = p[name]
  if (!found || found.rank !== 1) throw new Error(`There is no parameter vector '${name}'.`)
  return found as Vector // its rank was looked at
}

function dense(p: ParameterTensors, name: string, x: Matrix): Matrix {
  return linear(x, matrix(p, `${name}.weight`), vector(p, `${name}.bias`))
}

function norm(p: ParameterTensors, name: string, x: Matrix): Matrix {
  return layerNorm(x, vector(p, `${name}.gain`), vector(p, `${name}.bias`))
}

/** One hidden layer, and a linear path beside it that carries the learning until the hidden layer has found its part. */
function perceptron(p: ParameterTensors, name: string, x: Matrix): Matrix {
  const hidden = geluDropout(dense(p, `${name}.hidden`, x), Dropout.none)
  return tf.add(dense(p, `${name}.skip`, x), dense(p, `${name}.out`, hidden))
}

function idRows(table: Matrix, items: ItemBlock): Matrix {
  return items.ids ? gatherRows(table, items.ids) : table
}

export type ItemEmbeddings = {
  /** The id and each modality, [U, D] each: x_id = E[i], x_text = W_t t_i + b_t or the learned missing token, ... */
  parts: Matrix[]
  /** Their sum, [U, D]. */
  sum: Matrix
}

export function embedItems(shape: TransformerShape, p: ParameterTensors, items: ItemBlock): ItemEmbeddings {
  const modalities = shape.modalities.map(({ name }, m) => {
    const { x, transposed } = items.features[m]!
    return linearFrozen(x, transposed, matrix(p, `${name}.projection`))
  })
  const parts = [idRows(matrix(p, 'item.id'), items), ...modalities]
  return { parts, sum: sum(parts) }
}

function sum(parts: Matrix[]): Matrix {
  return parts.reduce((total, part) => tf.add(total, part))
}

/** z_i = MLP(LayerNorm(x_text + x_image + x_id)). @returns [U, S] */
export function itemTower(
  shape: TransformerShape,
  p: ParameterTensors,
  items: ItemBlock,
  embedded: ItemEmbeddings,
): Matrix {
  const x =
    shape.settings.ids === 'tied'
      ? embedded.sum
      : sum([idRows(matrix(p, 'item.candidateId'), items), ...embedded.parts.slice(1)])
  return perceptron(p, 'item', norm(p, 'item.norm', x))
}

/**
 * All streams through the pre-LN encoder. @returns the state table [N T + K, D]: after each item the mean of its M output tokens; the last
 * K rows are the learned "no history" vectors
 */
export function encode(
  shape: TransformerShape,
  p: ParameterTensors,
  embedded: ItemEmbeddings,
  streams: DeviceStreams,
  dropout: Dropout,
): Matrix {
  const { width, heads, layers } = shape.settings
  const { sequences, length } = streams
  const M = shape.tokens
  const items = sequences * length
  const modality = matrix(p, 'modality') // [parts, D]
  const tokens =
    M === 1
      ? tf.add<Matrix>(embedded.sum, tf.sum(modality, 0))
      : tf.concat(
          embedded.parts.map((part, m) => tf.add<Matrix>(part, tf.slice(modality, [m, 0], [1, width]))),
          0,
        )

  const about = tf.add(
    // rating and domain, the same for all tokens of an item
    gatherRows(matrix(p, 'rating'), streams.bucket),
    gatherRows(matrix(p, 'domain'), streams.domain),
  )
  const position = tf.reshape(tf.slice(matrix(p, 'position'), [0, 0], [length, width]), [1, length, 1, width])
  const content = tf.reshape(gatherRows(tokens, streams.tokenRows), [sequences, length, M, width])
  const context = tf.add(tf.reshape(about, [sequences, length, 1, width]), position)
  let x: Matrix = tf.reshape(tf.add(content, context), [items * M, width])
  if (dropout.rate > 0) x = addDropout(tf.zerosLike(x), x, dropout)

  for (let l = 0; l < layers; l++) {
    const name = `layer${l}`
    const a = norm(p, `${name}.attention.norm`, x)
    const [q, k, v] = ['query', 'key', 'value'].map((part) => dense(p, `${name}.attention.${part}`, a))
    const mixed = attention(q!, k!, v!, streams.mask, { sequences, length: length * M, heads })
    x = addDropout(x, dense(p, `${name}.attention.out`, mixed), dropout)
    const f = geluDropout(dense(p, `${name}.forward.hidden`, norm(p, `${name}.forward.norm`, x)), dropout)
    x = addDropout(x, dense(p, `${name}.forward.out`, f), dropout)
  }
  const out = norm(p, 'encoder.norm', x)
  const states: Matrix = M === 1 ? out : tf.mean(tf.reshape(out, [items, M, width]), 1)
  return tf.concat([states, matrix(p, 'noHistory')], 0)
}

/** H_shared = W_shared [H_A; H_B] + b_shared, h = MLP(H_shared). @param rows one or two [n] rows of the state table @returns [n, S] */
export function userVectors(p: ParameterTensors, states: Matrix, rows: Vector[]): Matrix {
  const joined = tf.concat(
    rows.map((row) => gatherRows(states, row)),
    1,
  )
  return perceptron(p, 'user', dense(p, 'user.shared', joined))
}

/** The weighted losses of the batch's targets, summed and divided by `total`. @returns scalar */
export function transformerLoss(
  shape: TransformerShape,
  p: ParameterTensors,
  batch: DeviceBatch,
  total: number,
  dropout: Dropout,
): tf.Scalar {
  const embedded = embedItems(shape, p, batch.items)
  const z = itemTower(shape, p, batch.items, embedded)
  const states = encode(shape, p, embedded, batch.streams, dropout)
  const bias = matrix(p, 'item.bias') // [V, 1]
  const losses = batch.targets.map((target) => {
    const h = userVectors(p, states, target.states)
    if (target.kind === 'softmax') {
      const { start, size } = target
      const candidates = tf.slice(z, [start, 0], [size, shape.settings.shared])
      const offsets = tf.reshape(tf.slice(bias, [start, 0], [size, 1]), [1, size])
      return softmaxCrossEntropy(
        tf.add(innerProducts(h, candidates), offsets),
        target.hidden,
        target.labels,
        target.weights,
      )
    }
    const offsets = idRows(bias, batch.items) // [U, 1]
    const positive = tf.add<Matrix>(
      tf.sum(tf.mul(h, gatherRows(z, target.positives)), 1, true),
      gatherRows(offsets, target.positives),
    )
    const negative = tf.add<Matrix>(
      innerProducts(h, gatherRows(z, target.negatives)),
      tf.reshape(gatherRows(offsets, target.negatives), [1, -1]),
    )
    return tf.add<tf.Scalar>(
      bceWithLogits(positive, 1, target.positiveWeight),
      bceWithLogits(negative, 0, target.negativeWeight),
    )
  })
  return tf.mul(
    losses.reduce((sum, loss) => tf.add(sum, loss)),
    1 / total,
  )
}

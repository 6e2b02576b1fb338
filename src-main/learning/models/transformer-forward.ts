/**
 * The multi-modal cross-domain Transformer: its forward pass, written top-down in the order of docs and paper.
 * V items, U items looked at in a step, N sequences of T items with M tokens each, D width, S shared space, n targets, K streams.
 */
import * as tf from '@tensorflow/tfjs-core'
import { Dropout } from '../dropout.ts'
import { addDropout, gatherRows, geluDropout, linearFrozen } from '../layers.ts'
import type { ParameterTensors } from '../parameters.ts'
import { dense, encodeRows, matrix, norm } from './encoder.ts'
import type { DeviceStreams, ItemBlock } from './transformer-inputs.ts'
import type { TransformerShape } from './transformer-shape.ts'

type Vector = tf.Tensor1D
type Matrix = tf.Tensor2D

/** One hidden layer, and a linear path beside it that carries the learning until the hidden layer has found its part. */
function perceptron(p: ParameterTensors, name: string, x: Matrix): Matrix {
  const hidden = geluDropout(dense(p, `${name}.hidden`, x), Dropout.none)
  return tf.add(dense(p, `${name}.skip`, x), dense(p, `${name}.out`, hidden))
}

export type ItemEmbeddings = {
  /** The id and each modality, [U, D] each: x_id = E[i], x_text = W_t t_i + b_t or the learned missing token, ... */
  parts: Matrix[]
  /** Their sum, [U, D]. */
  sum: Matrix
}

/** @param p item tables hold the U rows of the block */
export function embedItems(shape: TransformerShape, p: ParameterTensors, items: ItemBlock): ItemEmbeddings {
  const modalities = shape.modalities.map(({ name }, m) => {
    const x = items.features[m]! // one a modality
    return linearFrozen(x, matrix(p, `${name}.projection`))
  })
  const parts = [matrix(p, 'item.id'), ...modalities]
  return { parts, sum: sum(parts) }
}

function sum(parts: Matrix[]): Matrix {
  return parts.reduce((total, part) => tf.add(total, part))
}

/** What the encoder reads of an item: M matrices [U, D], one a token. */
export function tokensOf({ tokens, settings }: TransformerShape, { parts, sum }: ItemEmbeddings): Matrix[] {
  const read = tokens === 1 ? [sum] : parts
  // embeddings that are scored directly are small: scaled as in Vaswani et al. 2017, section 3.4
  return settings.tower === 'direct' ? read.map((token) => tf.mul<Matrix>(token, Math.sqrt(settings.width))) : read
}

/** z_i = MLP(LayerNorm(x_text + x_image + x_id)); with direct scores the sum itself. @returns [U, S] */
export function itemTower(shape: TransformerShape, p: ParameterTensors, embedded: ItemEmbeddings): Matrix {
  const x =
    shape.settings.ids === 'tied' ? embedded.sum : sum([matrix(p, 'item.candidateId'), ...embedded.parts.slice(1)])
  return shape.settings.tower === 'direct' ? x : perceptron(p, 'item', norm(p, 'item.norm', x))
}

/**
 * All streams through the pre-LN encoder. @param tokens of the items, M matrices [U, D] @returns the state table [R + K, D]: after each event the mean of its M output tokens; the last
 * K rows are the learned "no history" vectors
 */
export function encode(
  shape: TransformerShape,
  p: ParameterTensors,
  tokens: Matrix[],
  streams: DeviceStreams,
  dropout: Dropout,
): Matrix {
  const { width } = shape.settings
  const M = shape.tokens
  const events = streams.position.shape[0]
  const modality = matrix(p, 'modality') // [parts, D]
  const marked = tokens.map((token, m) =>
    tf.add<Matrix>(token, M === 1 ? tf.sum(modality, 0) : tf.slice(modality, [m, 0], [1, width])),
  )

  // rating, domain and position, the same for all tokens of an event
  const about = tf.add<Matrix>(
    tf.add(gatherRows(matrix(p, 'rating'), streams.bucket), gatherRows(matrix(p, 'domain'), streams.domain)),
    gatherRows(matrix(p, 'position'), streams.position),
  )
  const content = tf.reshape(gatherRows(tf.concat(marked, 0), streams.tokenRows), [events, M, width])
  let x: Matrix = tf.reshape(tf.add(content, tf.reshape(about, [events, 1, width])), [events * M, width])
  if (dropout.rate > 0) x = addDropout(tf.zerosLike(x), x, dropout)

  const out = encodeRows(p, x, streams.sequences, shape.settings, dropout)
  const states: Matrix = M === 1 ? out : tf.mean(tf.reshape(out, [events, M, width]), 1)
  return tf.concat([states, matrix(p, 'noHistory')], 0)
}

/**
 * H_shared = W_shared [H_A; H_B] + b_shared, h = MLP(H_shared); with direct scores H_shared itself. @param rows one or two [n] rows of the state table
 * @returns [n, S]
 */
export function userVectors(shape: TransformerShape, p: ParameterTensors, states: Matrix, rows: Vector[]): Matrix {
  const joined = tf.concat(
    rows.map((row) => gatherRows(states, row)),
    1,
  )
  const shared = dense(p, 'user.shared', joined)
  return shape.settings.tower === 'direct' ? shared : perceptron(p, 'user', shared)
}

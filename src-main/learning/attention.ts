/** Multi-head scaled dot-product attention, softmax(Q K^T / sqrt(d)) V (Vaswani et al. 2017, eq. 1), with a mask shared by all sequences. */
import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from './layers.ts'

export interface AttentionShape {
  sequences: number // N
  length: number // T tokens a sequence
  heads: number // H
}

/** Added to the score of a pair that must not be seen: exp() of it is exactly 0, so that no denormal number reaches a matrix product. */
const HIDDEN = -1e9

/**
 * Block-causal: the tokens of the p-th item see all tokens of items <= p. Sequences are filled from the left, so padding comes after every
 * real token and is hidden by the same rule. @returns [1, T, T] with T = items * tokensPerItem
 */
export function blockCausalMask(items: number, tokensPerItem: number): tf.Tensor3D {
  const length = items * tokensPerItem
  const mask = new Float32Array(length * length)
  for (let i = 0; i < length; i++) {
    const end = (Math.floor(i / tokensPerItem) + 1) * tokensPerItem
    mask.fill(HIDDEN, i * length + end, (i + 1) * length)
  }
  return tf.tensor3d(mask, [1, length, length])
}

/**
 * Every product is a plain batched A B: what would be a transposed operand is laid out that way when the heads are split, which wasm is far
 * better at. @param q [N T, D] @param k [N T, D] @param v [N T, D] @param mask [1, T, T] added to the scores @returns [N T, D]
 */
export function attention(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  v: tf.Tensor2D,
  mask: tf.Tensor3D,
  { sequences: N, length: T, heads: H }: AttentionShape,
): tf.Tensor2D {
  const D = q.shape[1]
  const d = D / H
  const scale = 1 / Math.sqrt(d)
  const byHead = (x: tf.Tensor, order: number[]): tf.Tensor => tf.transpose(tf.reshape(x, [N, T, H, d]), order)
  const rows = (x: tf.Tensor): tf.Tensor => tf.reshape(byHead(x, [0, 2, 1, 3]), [N * H, T, d])
  const columns = (x: tf.Tensor): tf.Tensor => tf.reshape(byHead(x, [0, 2, 3, 1]), [N * H, d, T])
  const joinRows = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.transpose(tf.reshape(x, [N, H, T, d]), [0, 2, 1, 3]), [N * T, D])
  const joinColumns = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.transpose(tf.reshape(x, [N, H, d, T]), [0, 3, 1, 2]), [N * T, D])

  return differentiable([q, k, v], (save) => {
    const scores = tf.matMul(rows(tf.mul(q, scale)), columns(k)) // [N H, T, T]
    const weights = tf.softmax(tf.add(scores, mask))
    save([q, k, v, weights])
    return {
      value: joinRows(tf.matMul(weights, rows(v))),
      gradient: (dy, [q, k, v, weights]) => {
        const dWeights = tf.matMul(rows(dy), columns(v!))
        const along = tf.sum(tf.mul(dWeights, weights!), -1, true)
        const dScores = tf.mul(tf.mul(weights!, tf.sub(dWeights, along)), scale)
        return [
          joinRows(tf.matMul(dScores, rows(k!))),
          joinColumns(tf.matMul(columns(q!), dScores)),
          joinColumns(tf.matMul(columns(dy), weights!)),
        ]
      },
    }
  })
}

/** Multi-head scaled dot-product attention, softmax(Q K^T / sqrt(d)) V (Vaswani et al. 2017, eq. 1), block-causal. */
import * as tf from '@tensorflow/tfjs-core'
import { hasOwnOperations, runOwn } from './backends/own.ts'
import { differentiable, gatherRows } from './layers.ts'

type M = tf.Tensor2D

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
 * Of sequences of one length, composed of stock operations.
 * @param q [N T, D] @param k [N T, D] @param v [N T, D] @param mask [1, T, T] added to the scores @returns [N T, D]
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
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [N, T, H, d]), [0, 2, 1, 3]) // [N, H, T, d]
  const join = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [N * T, D])

  return differentiable([q, k, v], (save) => {
    const scores = tf.matMul(split(tf.mul(q, scale)), split(k), false, true) // [N, H, T, T]
    const weights = tf.softmax(tf.add(scores, mask))
    save([q, k, v, weights])
    return {
      value: join(tf.matMul(weights, split(v))),
      gradient: (dy, [q, k, v, weights]) => {
        const [dOut, p] = [split(dy), weights!]
        const dWeights = tf.matMul(dOut, split(v!), false, true)
        const along = tf.sum(tf.mul(dWeights, p), -1, true)
        const dScores = tf.mul(tf.mul(p, tf.sub(dWeights, along)), scale)
        return [
          join(tf.matMul(dScores, split(k!))),
          join(tf.matMul(dScores, split(q!), true)),
          join(tf.matMul(p, dOut, true)),
        ]
      },
    }
  })
}

/** Sequences of different lengths that lie one behind the other, without padding. */
export interface Sequences {
  /** [N + 1] int32: the first row of every sequence, and the number of rows */
  starts: tf.Tensor1D
  /** Tokens an item: the tokens of the p-th item of a sequence see all tokens of items <= p. */
  block: number
  /** How they are laid out with padding, for a backend without an operation of its own; null where it has one. */
  padded: {
    length: number // T
    /** [N T] int32: the row at each place, 0 in the padding */
    rows: tf.Tensor1D
    /** [rows] int32: the place of each row */
    places: tf.Tensor1D
    mask: tf.Tensor3D
  } | null
}

/** @param lengths [N] tokens of each sequence, multiples of `block`; 0 is allowed */
export function uploadSequences(lengths: Int32Array, block: number): Sequences {
  const starts = new Int32Array(lengths.length + 1)
  for (const [s, length] of lengths.entries()) starts[s + 1] = starts[s]! + length
  const uploaded = tf.tensor1d(starts, 'int32')
  if (hasOwnOperations()) return { starts: uploaded, block, padded: null }
  const T = lengths.reduce((longest, length) => Math.max(longest, length), block)
  const rows = new Int32Array(lengths.length * T)
  const places = new Int32Array(starts.at(-1)!)
  for (const [s, length] of lengths.entries())
    for (let i = 0; i < length; i++) {
      rows[s * T + i] = starts[s]! + i
      places[starts[s]! + i] = s * T + i
    }
  const mask = blockCausalMask(T / block, block)
  const padded = { length: T, rows: tf.tensor1d(rows, 'int32'), places: tf.tensor1d(places, 'int32'), mask }
  return { starts: uploaded, block, padded }
}

/** Attention within each sequence, block-causal. @param q [rows, D] @param k [rows, D] @param v [rows, D] @returns [rows, D] */
export function sequenceAttention(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  v: tf.Tensor2D,
  { starts, block, padded }: Sequences,
  heads: number,
): tf.Tensor2D {
  if (!padded) return ownAttention(q, k, v, starts, block, heads)
  const [paddedQ, paddedK, paddedV] = [q, k, v].map((x) => gatherRows(x, padded.rows)) as [M, M, M]
  const shape = { sequences: starts.size - 1, length: padded.length, heads }
  return gatherRows(attention(paddedQ, paddedK, paddedV, padded.mask, shape), padded.places)
}

/** As one operation each way, which skips what the mask hides. */
function ownAttention(q: M, k: M, v: M, starts: tf.Tensor1D, block: number, heads: number): M {
  return differentiable([q, k, v], (save) => {
    const [value, weights] = runOwn('Attention', { q, k, v, starts }, { heads, block })
    save([q, k, v, starts, weights!])
    return {
      value: value!,
      gradient: (dy, [q, k, v, starts, weights]) =>
        runOwn('AttentionGradient', { q: q!, k: k!, v: v!, starts: starts!, weights: weights!, dy }, { heads, block }),
    }
  })
}

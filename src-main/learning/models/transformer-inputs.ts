/** What the forward pass reads besides parameters, on the device: the items with their frozen features, the streams and the targets of a part. */
import * as tf from '@tensorflow/tfjs-core'
import { uploadSequences } from '../attention.ts'
import type { Sequences } from '../attention.ts'
import { uploadRows, uploadStretch } from '../row-upload.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import type { HostBatch, HostContrast, HostStreams, HostTargets } from './transformer-layout.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** The items a part looks at, U of them; their rows of the item tables come as parameters. */
export interface ItemBlock {
  /** One a modality, [U, dim + 2]. */
  features: tf.Tensor2D[]
}

/** R events of all sequences, one behind the other. */
export interface DeviceStreams {
  /** [R M] rows of the token table [M U, D] */
  tokenRows: tf.Tensor1D
  /** [R] */
  position: tf.Tensor1D
  bucket: tf.Tensor1D
  domain: tf.Tensor1D
  /** Of tokens, [R M]. */
  sequences: Sequences
}

/** `states`: one or two [n] rows of the state table. */
export type DeviceTargets = { states: tf.Tensor1D[] } & (
  | {
      /** Candidates are the items start..start+size-1; labels [n] count from start; weights [n, 1]; hidden [n, size] is added to the scores. */
      kind: 'softmax'
      start: number
      size: number
      labels: tf.Tensor1D
      weights: tf.Tensor2D
      hidden: tf.Tensor2D
    }
  | {
      /** Rows of the item block: [n] targets and [k] negatives. weights [n, 1] of the targets, pairs [n, k] of their negatives. */
      kind: 'bce' | 'bpr'
      positives: tf.Tensor1D
      negatives: tf.Tensor1D
      weights: tf.Tensor2D
      pairs: tf.Tensor2D
    }
  | {
      /** The same rows; hidden [n, 1 + k] is added to the scores of target and negatives, of which the first is the right one: labels [n] are 0. */
      kind: 'sampledSoftmax'
      positives: tf.Tensor1D
      negatives: tf.Tensor1D
      weights: tf.Tensor2D
      labels: tf.Tensor1D
      hidden: tf.Tensor2D
    }
)

/** Two modalities of the same c items, each to be found among those of the others: item i is row i and column i of [c, c] similarities. */
export interface DeviceContrast {
  first: number
  second: number
  /** [c] rows of the item block */
  rows: tf.Tensor1D
  labels: tf.Tensor1D
  weights: tf.Tensor2D
  hidden: tf.Tensor2D
}

export interface DeviceBatch {
  items: ItemBlock
  streams: DeviceStreams
  targets: DeviceTargets[]
  contrasts: DeviceContrast[]
  /** The weights of all targets. */
  weight: number
}

/** All items; kept on the device for a whole run. The caller disposes of it. */
export function uploadAllItems(features: FrozenFeatures[]): ItemBlock {
  return { features: features.map((table) => uploadStretch(table)) }
}

export function uploadStreams({ tokens }: Pick<TransformerShape, 'tokens'>, streams: HostStreams): DeviceStreams {
  return {
    tokenRows: indices(streams.tokenRows),
    position: indices(streams.position),
    bucket: indices(streams.bucket),
    domain: indices(streams.domain),
    sequences: uploadSequences(
      streams.lengths.map((events) => events * tokens),
      tokens,
    ),
  }
}

/** @param all the items that a batch of all of them refers to; sampled losses bring their own */
export function uploadBatch(shape: TransformerShape, all: ItemBlock | null, batch: HostBatch): DeviceBatch {
  const block = batch.features.map(uploadRows)
  return {
    items: all && !batch.items ? all : { features: block },
    streams: uploadStreams(shape, batch.streams),
    targets: batch.targets.map(uploadTargets),
    contrasts: batch.contrasts.map(uploadContrast),
    weight: batch.weight,
  }
}

function uploadTargets(targets: HostTargets): DeviceTargets {
  const states = targets.states.map(indices)
  const n = targets.weights.length
  const weights = tf.tensor2d(targets.weights, [n, 1])
  if (targets.kind === 'softmax') {
    const { kind, start, size, labels, hidden } = targets
    return { kind, states, start, size, labels: indices(labels), weights, hidden: uploadRows(hidden) }
  }
  const { kind, positives, negatives, pairs } = targets
  const k = negatives.length
  const items = { states, positives: indices(positives), negatives: indices(negatives), weights }
  return kind === 'sampledSoftmax'
    ? { kind, ...items, labels: tf.zeros([n], 'int32'), hidden: tf.tensor2d(pairs, [n, 1 + k]) }
    : { kind, ...items, pairs: tf.tensor2d(pairs, [n, k]) }
}

function uploadContrast({ first, second, rows }: HostContrast): DeviceContrast {
  const c = rows.length
  return {
    first,
    second,
    rows: indices(rows),
    labels: tf.range(0, c, 1, 'int32'),
    weights: tf.fill([c, 1], 1 / c),
    hidden: tf.zeros([c, c]),
  }
}

function indices(rows: Int32Array): tf.Tensor1D {
  return tf.tensor1d(rows, 'int32')
}

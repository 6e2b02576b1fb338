/** What the forward pass reads besides parameters, uploaded: the items with their frozen features, the streams and the targets of a step. */
import * as tf from '@tensorflow/tfjs-core'
import { blockCausalMask } from '../attention.ts'
import type { Batch, TargetBlock } from '../batches.ts'
import type { DomainRange } from '../data.ts'
import type { OwnItems } from '../sampling.ts'
import type { Streams } from '../streams.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** Its exponential is exactly 0. */
const NO_CANDIDATE = -1e9

/** The items a step looks at. */
export interface ItemBlock {
  /** [U] joint item index; null = all items in order */
  ids: tf.Tensor1D | null
  /** One a modality: [U, dim + 2] and, for all items, its transpose. */
  features: { x: tf.Tensor2D; transposed: tf.Tensor2D | null }[]
}

export interface DeviceStreams {
  sequences: number // N
  length: number // T
  /** [N T M] rows of the token table [M U, D] */
  tokenRows: tf.Tensor1D
  /** [N T] */
  bucket: tf.Tensor1D
  domain: tf.Tensor1D
  /** [1, T M, T M] */
  mask: tf.Tensor3D
}

interface WithStates {
  /** One or two [n] rows of the state table. */
  states: tf.Tensor1D[]
}
export type DeviceTargets =
  /** Candidates are the items start..start+size-1; labels [n] count from start; weights [n, 1]; hidden [n, size] is added to the scores. */
  | (WithStates & {
      kind: 'softmax'
      start: number
      size: number
      labels: tf.Tensor1D
      weights: tf.Tensor2D
      hidden: tf.Tensor2D
    })
  /** Rows of the item block: [n] targets and [k] negatives; weights [n, 1] and [n, k]. */
  | (WithStates & {
      kind: 'bce'
      positives: tf.Tensor1D
      negatives: tf.Tensor1D
      positiveWeight: tf.Tensor2D
      negativeWeight: tf.Tensor2D
    })

export interface DeviceBatch {
  items: ItemBlock
  streams: DeviceStreams
  targets: DeviceTargets[]
}

/** All items; kept on the device for a whole run. The caller disposes of it. */
export function uploadAllItems(features: FrozenFeatures[]): ItemBlock {
  return {
    ids: null,
    features: features.map(({ rows, width }) => {
      const x = tf.tensor2d(rows, [rows.length / width, width])
      return { x, transposed: tf.transpose(x) }
    }),
  }
}

function uploadItems(features: FrozenFeatures[], ids: Int32Array): ItemBlock {
  return {
    ids: tf.tensor1d(ids, 'int32'),
    features: features.map(({ rows, width }) => {
      const own = new Float32Array(ids.length * width)
      for (const [i, id] of ids.entries()) own.set(rows.subarray(id * width, (id + 1) * width), i * width)
      return { x: tf.tensor2d(own, [ids.length, width]), transposed: null }
    }),
  }
}

/** @param rowOf row of the item block that holds an item  @param block U rows */
export function uploadStreams(
  shape: TransformerShape,
  streams: Streams,
  rowOf: (item: number) => number,
  block: number,
): DeviceStreams {
  const M = shape.tokens
  const tokenRows = new Int32Array(streams.item.length * M)
  for (const [i, item] of streams.item.entries())
    for (let m = 0; m < M; m++) tokenRows[i * M + m] = m * block + rowOf(item)
  return {
    sequences: streams.sequences,
    length: streams.length,
    tokenRows: tf.tensor1d(tokenRows, 'int32'),
    bucket: tf.tensor1d(streams.bucket, 'int32'),
    domain: tf.tensor1d(streams.domain, 'int32'),
    mask: blockCausalMask(streams.length, M),
  }
}

/** Softmax looks at all items (`all`); sampled losses only at those that occur in the batch. */
export function uploadBatch(
  shape: TransformerShape,
  domains: DomainRange[],
  features: FrozenFeatures[],
  all: ItemBlock,
  own: OwnItems,
  batch: Batch,
): DeviceBatch {
  if (shape.settings.loss === 'softmax') {
    return {
      items: all,
      streams: uploadStreams(shape, batch.streams, (item) => item, shape.items),
      targets: batch.targets.map((block) => softmaxTargets(block, domains[block.domain]!, own)),
    }
  }
  const unique = new UniqueItems(shape.items)
  unique.add(batch.streams.item)
  for (const { item, negatives } of batch.targets) {
    unique.add(item)
    if (negatives) unique.add(negatives.item)
  }
  const ids = Int32Array.from(unique.ids)
  return {
    items: uploadItems(features, ids),
    streams: uploadStreams(shape, batch.streams, (item) => unique.row(item), ids.length),
    targets: batch.targets.map((block) => bceTargets(block, unique)),
  }
}

/** A user's own training items other than the target are no candidates, as they will be none when his list is ranked. */
function softmaxTargets(
  { item, user, states, weight }: TargetBlock,
  { start, end }: DomainRange,
  own: OwnItems,
): DeviceTargets {
  const size = end - start
  const hidden = new Float32Array(item.length * size)
  for (const [t, target] of item.entries())
    for (const rated of own.of(user[t]!))
      if (rated >= start && rated < end && rated !== target) hidden[t * size + rated - start] = NO_CANDIDATE
  return {
    kind: 'softmax',
    states: states.map((rows) => tf.tensor1d(rows, 'int32')),
    start,
    size,
    hidden: tf.tensor2d(hidden, [item.length, size]),
    labels: tf.tensor1d(
      item.map((i) => i - start),
      'int32',
    ),
    weights: tf.tensor2d(weight, [item.length, 1]),
  }
}

/** A target and its k negatives together count as much as one row of the softmax. */
function bceTargets({ item, states, weight, negatives }: TargetBlock, unique: UniqueItems): DeviceTargets {
  if (!negatives) throw new Error('Binary cross-entropy needs negatives in every batch.')
  const n = item.length
  const k = negatives.item.length
  return {
    kind: 'bce',
    states: states.map((rows) => tf.tensor1d(rows, 'int32')),
    positives: tf.tensor1d(
      item.map((i) => unique.row(i)),
      'int32',
    ),
    negatives: tf.tensor1d(
      negatives.item.map((i) => unique.row(i)),
      'int32',
    ),
    positiveWeight: tf.tensor2d(
      weight.map((w) => w / (1 + k)),
      [n, 1],
    ),
    negativeWeight: tf.tensor2d(
      negatives.weight.map((w, i) => (w * weight[Math.floor(i / k)]!) / (1 + k)),
      [n, k],
    ),
  }
}

/** Numbers items in the order in which they first occur. */
class UniqueItems {
  readonly ids: number[] = []
  readonly #rows: Int32Array

  constructor(items: number) {
    this.#rows = new Int32Array(items).fill(-1)
  }

  add(items: Int32Array): void {
    for (const item of items) {
      if (this.#rows[item] !== -1) continue
      this.#rows[item] = this.ids.length
      this.ids.push(item)
    }
  }

  row(item: number): number {
    return this.#rows[item]!
  }
}

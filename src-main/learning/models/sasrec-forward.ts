/**
 * SASRec's forward pass (Kang, McAuley 2018, section III) and its loss, the full softmax (Klenitskiy, Vasilev 2023, section 3.2): ids alone, learned
 * positions, causal self-attention, and the score of an item is the product of the state with the embedding it has in the history too.
 * V items, R events of all sequences one behind the other, D width, n targets.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { TargetBlock } from '../batches.ts'
import type { Dropout } from '../dropout.ts'
import { addDropout, gatherRows, innerProducts } from '../layers.ts'
import { softmaxCrossEntropy } from '../losses.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'
import { uploadRows } from '../row-upload.ts'
import type { OwnItems } from '../sampling.ts'
import type { StreamLayout, Streams } from '../streams.ts'
import { encodeRows, encoderSpecs, matrix } from './encoder.ts'
import type { SasrecSettings } from './sasrec-schema.ts'
import { uploadStreams } from './transformer-inputs.ts'
import type { DeviceStreams } from './transformer-inputs.ts'
import { layOutStreams, softmaxTargets } from './transformer-layout.ts'
import type { HostStreams, SoftmaxTargets } from './transformer-layout.ts'

type Size = Pick<SasrecSettings, 'width' | 'layers' | 'heads' | 'history'>

/** Standard deviation of embeddings and positions at the start: products of embeddings of length 1 stay small. */
const EMBEDDING = 0.02

export function sasrecSpecs({ width, layers, history }: Size, items: number): ParameterSpec[] {
  return [
    { name: 'item', shape: [items, width], start: { deviation: EMBEDDING } },
    { name: 'position', shape: [history, width], start: { deviation: EMBEDDING } },
    ...encoderSpecs({ width, layers }, { attention: 1, feedForward: 1 }),
    { name: 'noHistory', shape: [1, width], start: { deviation: EMBEDDING } },
  ]
}

/** One stream of both domains' events, and the whole catalogue as one domain. */
export function sasrecLayout({ history }: Pick<SasrecSettings, 'history'>): StreamLayout {
  return { streams: 1, capacity: history, streamOf: () => 0, domainOf: () => 0 }
}

/**
 * The state after every event, and last the one of a user without any. @param dropout Dropout.none outside training
 * @returns [R + 1, D]
 */
export function sasrecStates(
  size: Size,
  p: ParameterTensors,
  { tokenRows, position, sequences }: DeviceStreams,
  dropout: Dropout,
): tf.Tensor2D {
  const embedded = tf.mul<tf.Tensor2D>(gatherRows(matrix(p, 'item'), tokenRows), Math.sqrt(size.width))
  const placed = gatherRows(matrix(p, 'position'), position)
  let x = tf.add<tf.Tensor2D>(embedded, placed)
  if (dropout.rate > 0) x = addDropout(tf.zerosLike(x), x, dropout)
  return tf.concat([encodeRows(p, x, sequences, size, dropout), matrix(p, 'noHistory')], 0)
}

/** A part of a step on the host: its sequences and its targets, all of one block. */
export interface SasrecPart {
  streams: HostStreams
  targets: SoftmaxTargets
}

/** @param own a user's other training items are no candidates for a target, as they will be none when his list is ranked */
export function layOutSasrec(items: number, streams: Streams, block: TargetBlock, own: OwnItems): SasrecPart {
  const laidOut = layOutStreams({ tokens: 1 }, streams, (item) => item, items)
  const states = block.states.map((rows) => rows.map(laidOut.stateRow))
  return { streams: laidOut, targets: softmaxTargets({ ...block, states }, { start: 0, end: items }, own) }
}

/** Uploads a part. @param total weight of all targets of the step @returns its share of the loss */
export function uploadSasrec(
  size: Size,
  { streams, targets }: SasrecPart,
  total: number,
  dropout: Dropout,
): (p: ParameterTensors) => tf.Scalar {
  const device = uploadStreams({ tokens: 1 }, streams)
  const n = targets.labels.length
  const rows = tf.tensor1d(targets.states[0] ?? new Int32Array(), 'int32')
  const labels = tf.tensor1d(targets.labels, 'int32')
  const hidden = uploadRows(targets.hidden)
  const weights = tf.tensor2d(targets.weights, [n, 1])
  return (p) => {
    const states = gatherRows(sasrecStates(size, p, device, dropout), rows)
    const scores = innerProducts(states, matrix(p, 'item'))
    return tf.mul(softmaxCrossEntropy(scores, hidden, labels, weights), 1 / total)
  }
}

/** The Transformer's loss: what each target costs, and the contrastive term between an item's modalities. */
import * as tf from '@tensorflow/tfjs-core'
import type { Dropout } from '../dropout.ts'
import { gatherRows, innerProducts } from '../layers.ts'
import { bceWithLogits, softmaxCrossEntropy } from '../losses.ts'
import type { ParameterTensors } from '../parameters.ts'
import { matrix } from './encoder.ts'
import { embedItems, encode, itemTower, tokensOf, userVectors } from './transformer-forward.ts'
import type { ItemEmbeddings } from './transformer-forward.ts'
import type { DeviceBatch, DeviceContrast, DeviceTargets } from './transformer-inputs.ts'
import type { TransformerShape } from './transformer-shape.ts'

type Matrix = tf.Tensor2D

/** The weighted losses of the batch's targets, summed and divided by `total`. @returns scalar */
export function transformerLoss(
  shape: TransformerShape,
  p: ParameterTensors,
  batch: DeviceBatch,
  total: number,
  dropout: Dropout,
): tf.Scalar {
  const { contrastive, temperature, idPenalty } = shape.settings
  const embedded = embedItems(shape, p, batch.items)
  const z = itemTower(shape, p, embedded)
  const states = encode(shape, p, tokensOf(shape, embedded), batch.streams, dropout)
  const bias = matrix(p, 'item.bias') // [U, 1]
  const losses = batch.targets.map((target) =>
    targetLoss(userVectors(shape, p, states, target.states), z, bias, target),
  )
  if (batch.contrasts.length > 0) {
    const pairs = batch.contrasts.map((contrast) => contrastiveLoss(embedded, contrast, temperature))
    losses.push(tf.mul(addUp(pairs), (contrastive * batch.weight) / pairs.length))
  }
  if (idPenalty > 0) losses.push(tf.mul(squaredIds(p), idPenalty * batch.weight))
  return tf.mul(addUp(losses), 1 / total)
}

/** Of the items that the part looks at. */
function squaredIds(p: ParameterTensors): tf.Scalar {
  const tables = ['item.id', 'item.candidateId'].filter((name) => p[name])
  return addUp(tables.map((name) => tf.sum<tf.Scalar>(tf.square(matrix(p, name)))))
}

/** @param h [n, S] user vectors @param z [U, S] item vectors @param bias [U, 1] @returns scalar, summed over the targets with their weights */
function targetLoss(h: Matrix, z: Matrix, bias: Matrix, target: DeviceTargets): tf.Scalar {
  if (target.kind === 'softmax') {
    const { start, size, hidden, labels, weights } = target
    const candidates = tf.slice(z, [start, 0], [size, z.shape[1]])
    const offsets = tf.reshape(tf.slice(bias, [start, 0], [size, 1]), [1, size])
    return softmaxCrossEntropy(tf.add(innerProducts(h, candidates), offsets), hidden, labels, weights)
  }
  const { positives, negatives, weights } = target
  const positive = tf.add<Matrix>(tf.sum(tf.mul(h, gatherRows(z, positives)), 1, true), gatherRows(bias, positives)) // [n, 1]
  const negative = tf.add<Matrix>(
    innerProducts(h, gatherRows(z, negatives)),
    tf.reshape(gatherRows(bias, negatives), [1, -1]),
  ) // [n, k]
  switch (target.kind) {
    case 'bce':
      return tf.add(bceWithLogits(positive, 1, weights), bceWithLogits(negative, 0, target.pairs))
    case 'bpr': // -log sigmoid(positive - negative) (Rendle et al. 2009, section 4.1)
      return bceWithLogits(tf.sub(negative, positive), 0, target.pairs)
    case 'sampledSoftmax': // the drawn negatives stand for all by importance sampling (Bengio, Senecal 2003; Jean et al. 2015, section 3)
      return softmaxCrossEntropy(tf.concat([positive, negative], 1), target.hidden, target.labels, weights)
    default:
      return target satisfies never
  }
}

/**
 * InfoNCE between two modalities of the same items, both ways (van den Oord et al. 2018, eq. 4; Radford et al. 2021, figure 3): an item's text is
 * to be nearer to its own image than to those of the others, by cosine. @returns scalar, mean over the items
 */
function contrastiveLoss(
  { parts }: ItemEmbeddings,
  { first, second, rows, labels, weights, hidden }: DeviceContrast,
  temperature: number,
): tf.Scalar {
  const [a, b] = [first, second].map((m) => unitRows(gatherRows(parts[1 + m]!, rows))) // part 0 is the id
  const oneWay = (x: Matrix, y: Matrix): tf.Scalar =>
    softmaxCrossEntropy(tf.mul<Matrix>(innerProducts(x, y), 1 / temperature), hidden, labels, weights)
  return tf.mul(tf.add(oneWay(a!, b!), oneWay(b!, a!)), 0.5)
}

/** Rows scaled to length 1. */
function unitRows(x: Matrix): Matrix {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)))
}

function addUp(terms: tf.Scalar[]): tf.Scalar {
  return terms.reduce((sum, term) => tf.add(sum, term))
}

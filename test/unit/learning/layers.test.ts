import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { attention, blockCausalMask, sequenceAttention, uploadSequences } from '../../../src-main/learning/attention.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { Dropout } from '../../../src-main/learning/dropout.ts'
import {
  addDropout,
  gatherRows,
  geluDropout,
  innerProducts,
  layerNorm,
  linear,
  linearFrozen,
} from '../../../src-main/learning/layers.ts'
import { bceWithLogits, softmaxCrossEntropy } from '../../../src-main/learning/losses.ts'
import { Random } from '../../../src-main/learning/random.ts'

type M = tf.Tensor2D
type V = tf.Tensor1D

interface Layer {
  name: string
  shapes: number[][]
  /** Constants come from outside, as batches do: made before the gradient's scope. */
  make(): (...inputs: tf.Tensor[]) => tf.Tensor
}

const dropout = (): Dropout => new Dropout(0.4, 7, 3)

const layers: Layer[] = [
  { name: 'linear', shapes: [[4, 3], [3, 5], [5]], make: () => (x, w, b) => linear(x as M, w as M, b as V) },
  {
    name: 'linear of a frozen input',
    shapes: [[3, 5]],
    make: () => {
      const x = tf.tensor2d(normals(12, 9), [4, 3])
      return (w) => linearFrozen(x, w as M)
    },
  },
  {
    name: 'inner products',
    shapes: [
      [4, 3],
      [6, 3],
    ],
    make: () => (a, b) => innerProducts(a as M, b as M),
  },
  { name: 'layer norm', shapes: [[4, 6], [6], [6]], make: () => (x, g, b) => layerNorm(x as M, g as V, b as V) },
  { name: 'gelu', shapes: [[5, 4]], make: () => (x) => geluDropout(x as M, Dropout.none) },
  { name: 'gelu with dropout', shapes: [[5, 4]], make: () => (x) => geluDropout(x as M, dropout()) },
  {
    name: 'residual with dropout',
    shapes: [
      [5, 4],
      [5, 4],
    ],
    make: () => (r, x) => addDropout(r as M, x as M, dropout()),
  },
  {
    name: 'row gather with repeated rows',
    shapes: [[5, 3]],
    make: () => {
      const rows = tf.tensor1d([4, 0, 0, 2, 4, 4], 'int32')
      return (x) => gatherRows(x as M, rows)
    },
  },
  {
    name: 'attention, two tokens an item',
    shapes: [
      [12, 4],
      [12, 4],
      [12, 4],
    ],
    make: () => {
      const mask = blockCausalMask(3, 2)
      return (q, k, v) => attention(q as M, k as M, v as M, mask, { sequences: 2, length: 6, heads: 2 })
    },
  },
  {
    name: 'attention over sequences of different lengths',
    shapes: [
      [12, 4],
      [12, 4],
      [12, 4],
    ],
    make: () => {
      const sequences = uploadSequences(Int32Array.of(2, 0, 6, 4), 2)
      return (q, k, v) => sequenceAttention(q as M, k as M, v as M, sequences, 2)
    },
  },
  {
    name: 'binary cross-entropy, weighted',
    shapes: [[4, 3]],
    make: () => {
      const weights = tf.tensor2d([1, 0, 2, 1, 1, 0.5, 0, 0, 3, 1, 1, 1], [4, 3])
      return (z) => tf.add(bceWithLogits(z as M, 1, weights), tf.mul(2, bceWithLogits(z as M, 0, weights)))
    },
  },
  {
    name: 'softmax cross-entropy',
    shapes: [[4, 5]],
    make: () => {
      const labels = tf.tensor1d([4, 0, 2, 2], 'int32')
      const weights = tf.tensor2d([1, 0.5, 0, 2], [4, 1])
      const hidden = tf.tensor2d([0, 0, -1e9, 0, 0, 0, 0, 0, -1e9, 0, ...new Array<number>(10).fill(0)], [4, 5])
      return (z) => softmaxCrossEntropy(z as M, hidden, labels, weights)
    },
  },
]

function normals(n: number, seed: number): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: n }, () => random.normal())
}

/** A scalar that depends on every output differently. */
function probe(layer: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], weights: Float32Array): tf.Scalar {
  const y = layer(...inputs)
  return tf.sum(tf.mul(y, tf.tensor(weights.subarray(0, y.size), y.shape)))
}

function analytic({ shapes, make }: Layer, values: Float32Array[], weights: Float32Array): Float32Array[] {
  return tf.tidy(() => {
    const layer = make()
    const inputs = shapes.map((shape, i) => tf.tensor(values[i]!, shape))
    const size = tf.tidy(() => layer(...inputs).size)
    const kept = tf.tensor1d(weights.subarray(0, size))
    const gradients = tf.grads((...x) => tf.sum(tf.mul(tf.reshape(layer(...x), [-1]), kept)))(inputs)
    return gradients.map((g) => Float32Array.from(g.dataSync())) as unknown as tf.TensorContainer
  }) as unknown as Float32Array[]
}

const weights = normals(64, 77)

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await startBackend(backend)))

  test.each(layers)('the gradient of $name is the slope of its value', (layer) => {
    const values = layer.shapes.map((shape, i) => normals(tf.util.sizeFromShape(shape), 11 + i))
    const gradients = analytic(layer, values, weights)
    const valueAt = (): number =>
      tf.tidy(() => {
        const inputs = layer.shapes.map((shape, i) => tf.tensor(values[i]!, shape))
        return probe(layer.make(), inputs, weights).dataSync()[0]!
      })
    const step = 1e-2
    for (const [i, input] of values.entries())
      for (let j = 0; j < input.length; j++) {
        const at = input[j]!
        input[j] = at + step
        const above = valueAt()
        input[j] = at - step
        const below = valueAt()
        input[j] = at
        expect(gradients[i]![j]!).toBeCloseTo((above - below) / (2 * step), 2)
      }
  })
})

test('wasm and cpu compute the same gradients', async () => {
  for (const layer of layers) {
    const values = layer.shapes.map((shape, i) => normals(tf.util.sizeFromShape(shape), 31 + i))
    await startBackend('cpu')
    const reference = analytic(layer, values, weights)
    await startBackend('wasm')
    const own = analytic(layer, values, weights)
    for (const [i, gradient] of own.entries())
      for (let j = 0; j < gradient.length; j++)
        expect(Math.abs(gradient[j]! - reference[i]![j]!), layer.name).toBeLessThan(1e-5)
  }
})

test('a block-causal mask shows the tokens of an item to each other and hides later items', () => {
  const mask = tf.tidy(() =>
    blockCausalMask(2, 2)
      .arraySync()[0]!
      .map((row) => row.map((x) => (x === 0 ? 1 : 0))),
  )
  expect(mask).toEqual([
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 1, 1],
    [1, 1, 1, 1],
  ])
})

test.each(['cpu', 'wasm'] as const)('on %s hidden tokens get a probability of exactly 0', async (backend) => {
  await startBackend(backend)
  const changed = tf.tidy(() => {
    const x = tf.tensor2d(normals(4 * 4, 5), [4, 4])
    const later = tf.tensor2d([...normals(12, 5), 1e6, -1e6, 1e6, 3], [4, 4])
    const sequences = uploadSequences(Int32Array.of(4), 1)
    const a = sequenceAttention(x, x, x, sequences, 2)
    const b = sequenceAttention(later, later, later, sequences, 2)
    return tf.max(tf.abs(tf.sub(tf.slice(a, [0, 0], [3, 4]), tf.slice(b, [0, 0], [3, 4])))).dataSync()[0]
  })
  expect(changed).toBe(0)
})

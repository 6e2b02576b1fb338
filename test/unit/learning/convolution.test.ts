// Convolutions by windows are convolutions, and their maxima pass gradients to the largest.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { convolve, largerOf, maxOfRows, squareWindows, textWindows } from '../../../src-main/learning/convolution.ts'

test('Windows of a text end with it; a short one is filled up, a long one’s last comes again', () => {
  const { windows, places } = textWindows(Int32Array.of(5, 6, 7, 8, 9, 0, 0, 0, 1, 2, 3, 0), 4, 3)
  expect(places).toBe(2)
  expect([...windows]).toEqual([5, 6, 7, 6, 7, 8, 9, 0, 0, 9, 0, 0, 1, 2, 3, 1, 2, 3])
})

test('Windows of pictures come cell by cell where they are pooled', () => {
  const plain = squareWindows(1, 3, 4, false)
  expect([plain.height, plain.width, plain.pooled]).toEqual([1, 2, 1])
  expect([...plain.windows]).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10, 1, 2, 3, 5, 6, 7, 9, 10, 11])
  const pooled = squareWindows(2, 5, 4, true)
  expect([pooled.height, pooled.width, pooled.pooled]).toEqual([1, 1, 4])
  const first = [...pooled.windows].filter((_, at) => at % 9 === 0)
  expect(first).toEqual([0, 1, 4, 5, 20, 21, 24, 25])
})

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await startBackend(backend, { threads: 1 })))

  test('A convolution with pooling is conv2d and maxPool', () => {
    tf.tidy(() => {
      const x = tf.reshape(
        tf
          .range(0, 2 * 6 * 7 * 3)
          .mul(1.3)
          .sin(),
        [2, 6, 7, 3],
      ) as tf.Tensor4D
      const weight = tf.reshape(
        tf
          .range(0, 27 * 4)
          .mul(0.7)
          .cos(),
        [27, 4],
      ) as tf.Tensor2D
      const bias = tf.tensor1d([0.1, -0.2, 0.3, 0])
      const { windows, pooled } = squareWindows(2, 6, 7, true)
      const rows = convolve(tf.reshape(x, [-1, 3]) as tf.Tensor2D, tf.tensor1d(windows, 'int32'), { weight, bias })
      const ours = maxOfRows(rows, pooled)
      const stock = tf.maxPool(tf.add(tf.conv2d(x, tf.reshape(weight, [3, 3, 3, 4]) as tf.Tensor4D, 1, 'valid'), bias) as tf.Tensor4D, 2, 2, 'valid') // prettier-ignore
      expect(ours.shape).toEqual([8, 4])
      const expected = stock.dataSync()
      for (const [i, value] of ours.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 4)
    })
  })

  test('The largest of an odd number of rows, and of equal ones one takes the gradient', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, 5, 3, 2, 3, 5], [3, 2])
      const gradient = tf.grad((y: tf.Tensor) => tf.sum(tf.mul(maxOfRows(y as tf.Tensor2D, 3), [[4, 6]])))(x)
      expect([...maxOfRows(x, 3).dataSync()]).toEqual([3, 5])
      expect([...gradient.dataSync()]).toEqual([0, 0, 0, 0, 4, 6])
    })
  })

  test('The larger of two takes the gradient', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([[1, 4]]), tf.tensor2d([[2, 3]])]
      const [da, db] = tf.grads((x, y) => tf.sum(largerOf(x as tf.Tensor2D, y as tf.Tensor2D)))([a, b])
      expect([...largerOf(a, b).dataSync()]).toEqual([2, 4])
      expect([...da!.dataSync(), ...db!.dataSync()]).toEqual([0, 1, 1, 0])
    })
  })
})

// The stock operations that kernels of ours replace, against plain loops in TypeScript, on shapes that are no multiples of what it computes at once, on one thread and on two.
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disposeWasm } from '../../../src-main/learning/backends/wasm.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { difference, normals, startKernels, values } from './kernel-values.ts'

afterAll(disposeWasm)

const sizes = [1, 3, 4, 7, 8, 9, 13, 130]

describe.each([1, 2])('%i threads', (threads) => {
  beforeAll(() => startKernels(threads))

  const products: [m: number, n: number, k: number][] = [
    ...sizes.map((m, i): [number, number, number] => [m, sizes.at(-1 - i)!, sizes[(3 * i) % sizes.length]!]),
    [5, 9, 0],
    [0, 3, 4],
    [70, 65, 600],
    [3, 2100, 20],
    [300, 12, 300],
  ]
  test.each(products)('products of %i x %i over %i, operands transposed or not, with and without a bias', (m, n, k) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const)
      for (const biased of [false, true]) {
        const [a, b, bias] = [normals(m * k, 1), normals(k * n, 2), normals(n, 3)]
        const expected = new Float64Array(m * n)
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++) {
            let sum = biased ? bias[j]! : 0
            for (let l = 0; l < k; l++)
              sum += a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!
            expected[i * n + j] = sum
          }
        const [product] = values(() => [
          tf.fused.matMul({
            a: tf.tensor2d(a, transposeA ? [k, m] : [m, k]),
            b: tf.tensor2d(b, transposeB ? [n, k] : [k, n]),
            transposeA,
            transposeB,
            ...(biased ? { bias: tf.tensor1d(bias) } : {}),
          }),
        ])
        expect(difference(product!, expected)).toBeLessThan(2e-6)
      }
  })

  test('batches of products, one operand shared by all', () => {
    const [a, b, c] = [normals(3 * 5 * 7, 1), normals(3 * 7 * 2, 2), normals(7 * 2, 3)]
    const [batched, shared] = values(() => {
      const x = tf.tensor3d(a, [3, 5, 7])
      return [tf.matMul(x, tf.tensor3d(b, [3, 7, 2])), tf.matMul(x, tf.tensor3d(c, [1, 7, 2]))]
    })
    const [plain, plainShared] = [new Float64Array(30), new Float64Array(30)]
    for (let p = 0; p < 3; p++)
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 2; j++)
          for (let l = 0; l < 7; l++) {
            plain[(p * 5 + i) * 2 + j]! += a[(p * 5 + i) * 7 + l]! * b[(p * 7 + l) * 2 + j]!
            plainShared[(p * 5 + i) * 2 + j]! += a[(p * 5 + i) * 7 + l]! * c[l * 2 + j]!
          }
    expect(difference(batched!, plain)).toBeLessThan(1e-6)
    expect(difference(shared!, plainShared)).toBeLessThan(1e-6)
  })

  test.each([
    [1, 1],
    [5, 3],
    [300, 13],
    [1000, 130],
    [0, 5],
  ])('sums of the columns of %i x %i', (rows, columns) => {
    const x = normals(rows * columns, 4)
    const expected = new Float64Array(columns)
    for (let i = 0; i < x.length; i++) expected[i % columns]! += x[i]!
    const [sums] = values(() => [tf.sum(tf.tensor2d(x, [rows, columns]), 0)])
    expect(difference(sums!, expected)).toBeLessThan(1e-5)
  })

  test.each([
    [1, 1, 1],
    [6, 3, 9],
    [700, 40, 21],
    [5000, 70, 64],
    [0, 4, 3],
  ])('%i rows out of %i of width %i, and their sum by row', (n, rows, width) => {
    const table = normals(rows * width, 5)
    const random = new Random(6)
    const ids = Int32Array.from({ length: n }, () => Math.floor(random.next() * rows))
    const x = normals(n * width, 7)
    const sums = new Float64Array(rows * width)
    const taken = new Float64Array(n * width)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < width; j++) {
        taken[i * width + j] = table[ids[i]! * width + j]!
        sums[ids[i]! * width + j]! += x[i * width + j]!
      }
    const [gathered, summed] = values(() => {
      const index = tf.tensor1d(ids, 'int32')
      const source = tf.tensor2d(x, [n, width])
      return [tf.gather(tf.tensor2d(table, [rows, width]), index), tf.unsortedSegmentSum(source, index, rows)]
    })
    expect(difference(gathered!, taken)).toBe(0)
    expect(difference(summed!, sums)).toBeLessThan(1e-5)
  })

  test('a row outside of the table is refused', () => {
    expect(() => tf.tidy(() => tf.gather(tf.tensor2d(normals(6, 1), [3, 2]), tf.tensor1d([0, 3], 'int32')))).toThrow(
      'Row 3 was asked for; the table has rows 0 to 2.',
    )
  })

  test('slices, splits and joins along any axis', () => {
    const [middle, right, left, joined] = values(() => {
      const x = tf.tensor3d(normals(3 * 4 * 5, 8), [3, 4, 5])
      const [a, b] = tf.split(x, [1, 3], 1)
      return [tf.slice(x, [0, 0, 1], [3, 4, 2]), b!, a!, tf.concat([a!, b!], 1)]
    })
    const x = normals(3 * 4 * 5, 8)
    expect(Array.from(joined!)).toEqual(Array.from(x))
    expect(Array.from(middle!)).toEqual(Array.from(x).filter((_, i) => i % 5 === 1 || i % 5 === 2))
    expect(Array.from(left!)).toEqual(Array.from(x).filter((_, i) => i % 20 < 5))
    expect(Array.from(right!)).toEqual(Array.from(x).filter((_, i) => i % 20 >= 5))
  })
})

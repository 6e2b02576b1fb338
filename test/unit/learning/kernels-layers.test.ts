// The layers that are one kernel of ours, against plain loops in TypeScript, on shapes that are no multiples of what it computes at once, on one
// thread and on two.
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runOwn } from '../../../src-main/learning/backends/own.ts'
import { disposeWasm } from '../../../src-main/learning/backends/wasm.ts'
import { dropoutMask } from '../../../src-main/learning/dropout.ts'
import { difference, normals, startKernels, values } from './kernel-values.ts'

afterAll(disposeWasm)

describe.each([1, 2])('%i threads', (threads) => {
  beforeAll(() => startKernels(threads))

  test.each([
    [1, 1],
    [3, 5],
    [130, 8],
    [300, 66],
    [4000, 64],
  ])('layer norm of %i x %i, forward and backward', (rows, width) => {
    const [x, gain, bias, dy] = [
      normals(rows * width, 1),
      normals(width, 2),
      normals(width, 3),
      normals(rows * width, 4),
    ]
    const [y, dx] = [new Float64Array(rows * width), new Float64Array(rows * width)]
    const [dGain, dBias] = [new Float64Array(width), new Float64Array(width)]
    for (let i = 0; i < rows; i++) {
      const row = Array.from(x.subarray(i * width, (i + 1) * width))
      const mean = row.reduce((a, b) => a + b, 0) / width
      const scale = 1 / Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / width + 1e-5)
      const unit = row.map((v) => (v - mean) * scale)
      const dUnit = unit.map((_, j) => dy[i * width + j]! * gain[j]!)
      const along = dUnit.reduce((a, b, j) => a + b * unit[j]!, 0) / width
      const all = dUnit.reduce((a, b) => a + b, 0) / width
      for (let j = 0; j < width; j++) {
        y[i * width + j] = unit[j]! * gain[j]! + bias[j]!
        dx[i * width + j] = scale * (dUnit[j]! - all - unit[j]! * along)
        dGain[j]! += dy[i * width + j]! * unit[j]!
        dBias[j]! += dy[i * width + j]!
      }
    }
    const results = values(() => {
      const [t, g, b, d] = [
        tf.tensor2d(x, [rows, width]),
        tf.tensor1d(gain),
        tf.tensor1d(bias),
        tf.tensor2d(dy, [rows, width]),
      ]
      const [value, mean, scale] = runOwn('LayerNorm', { x: t, gain: g, bias: b }, { epsilon: 1e-5 })
      return [value!, ...runOwn('LayerNormGradient', { x: t, gain: g, mean: mean!, scale: scale!, dy: d })]
    })
    for (const [i, expected] of [y, dx, dGain, dBias].entries())
      expect(difference(results[i]!, expected)).toBeLessThan(width === 1 ? 1e-3 : 1e-5)
  })

  test.each([
    [1, 0],
    [7, 0.3],
    [4099, 0.1],
    [200_003, 0.5],
  ])('GELU and dropout of %i numbers, rate %f: the bits of dropout.ts', (n, rate) => {
    const x = normals(n, 1).map((v) => 4 * v)
    const residual = normals(n, 2)
    const mask = rate > 0 ? dropoutMask(n, 99, rate) : new Float32Array(n).fill(1)
    const [value, derivative, added, dropped, multiplied] = values(() => {
      const [t, r] = [tf.tensor1d(x), tf.tensor1d(residual)]
      return [
        ...runOwn('GeluDropout', { x: t }, { seed: 99, rate }),
        ...runOwn('AddDropout', { x: t, residual: r }, { seed: 99, rate }),
        ...runOwn('AddDropout', { x: t }, { seed: 99, rate }),
        ...runOwn('Multiply', { a: t, b: r }),
      ]
    })
    const gate = (v: number): number => 1 / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
    const slope = (v: number): number => 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v ** 2)
    expect(
      difference(
        value!,
        x.map((v, i) => mask[i]! * v * gate(v)),
      ),
    ).toBeLessThan(1e-6)
    const exact = x.map((v, i) => mask[i]! * (gate(v) + v * gate(v) * (1 - gate(v)) * slope(v)))
    expect(difference(derivative!, exact)).toBeLessThan(3e-6) // 1 - gate loses digits where the gate is nearly open
    expect(
      difference(
        added!,
        x.map((v, i) => residual[i]! + mask[i]! * v),
      ),
    ).toBeLessThan(1e-6)
    expect(
      difference(
        dropped!,
        x.map((v, i) => mask[i]! * v),
      ),
    ).toBeLessThan(1e-6)
    expect(
      difference(
        multiplied!,
        x.map((v, i) => v * residual[i]!),
      ),
    ).toBe(0)
  })

  test.each([
    { lengths: [1], heads: 1, width: 1, block: 1 },
    { lengths: [5, 1, 9], heads: 2, width: 3, block: 1 },
    { lengths: [12, 0, 6], heads: 2, width: 8, block: 3 },
    { lengths: [20, 33, 8, 17], heads: 4, width: 16, block: 1 },
    { lengths: [30, 50], heads: 2, width: 13, block: 2 },
  ])(
    'attention over sequences of $lengths tokens, $heads heads of $width, $block tokens an item',
    ({ lengths, heads, width, block }) => {
      const starts = lengths.reduce((list, n) => [...list, list.at(-1)! + n], [0])
      const [rows, D] = [starts.at(-1)!, heads * width]
      const [q, k, v, dy] = [1, 2, 3, 4].map((seed) => normals(rows * D, seed)) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      const expected = [0, 1, 2, 3].map(() => new Float64Array(rows * D)) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      const [out, dq, dk, dv] = expected
      const scale = 1 / Math.sqrt(width)
      for (const [s, length] of lengths.entries())
        for (let h = 0; h < heads; h++) {
          const at = (i: number, d: number): number => (starts[s]! + i) * D + h * width + d
          const dot = (a: Float32Array, i: number, b: Float32Array, j: number): number => {
            let sum = 0
            for (let d = 0; d < width; d++) sum += a[at(i, d)]! * b[at(j, d)]!
            return sum
          }
          for (let i = 0; i < length; i++) {
            const seen = Math.min(length, (Math.floor(i / block) + 1) * block)
            const e = Array.from({ length: seen }, (_, j) => Math.exp(scale * dot(q, i, k, j)))
            const p = e.map((x) => x / e.reduce((a, b) => a + b))
            const dp = p.map((_, j) => dot(dy, i, v, j))
            const along = p.reduce((sum, x, j) => sum + x * dp[j]!, 0)
            for (let j = 0; j < seen; j++) {
              const ds = scale * p[j]! * (dp[j]! - along)
              for (let d = 0; d < width; d++) {
                out[at(i, d)]! += p[j]! * v[at(j, d)]!
                dq[at(i, d)]! += ds * k[at(j, d)]!
                dk[at(j, d)]! += ds * q[at(i, d)]!
                dv[at(j, d)]! += p[j]! * dy[at(i, d)]!
              }
            }
          }
        }
      const results = values(() => {
        const [tq, tk, tv, td] = [q, k, v, dy].map((x) => tf.tensor2d(x, [rows, D])) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ]
        const inputs = { q: tq, k: tk, v: tv, starts: tf.tensor1d(starts, 'int32') }
        const [value, weights] = runOwn('Attention', inputs, { heads, block })
        return [value!, ...runOwn('AttentionGradient', { ...inputs, weights: weights!, dy: td }, { heads, block })]
      })
      for (const [i, exact] of expected.entries()) expect(difference(results[i]!, exact)).toBeLessThan(5e-6)
    },
  )

  test.each([
    [1, 1],
    [3, 5],
    [40, 301],
    [130, 64],
  ])('softmax and binary cross-entropy of %i x %i scores', (rows, width) => {
    const z = normals(rows * width, 1).map((v) => 20 * v)
    const weights = normals(rows * width, 2).map(Math.abs)
    const labels = Int32Array.from({ length: rows }, (_, i) => (7 * i) % width)
    const hidden = new Float32Array(z.length)
    for (let i = 0; i < hidden.length; i += 5) if (i % width !== labels[Math.floor(i / width)]!) hidden[i] = -1e9
    const dy = normals(rows, 3)
    const softmax = { loss: new Float64Array(rows), gradient: new Float64Array(z.length) }
    const binary = { loss: new Float64Array(rows), derivative: new Float64Array(z.length) }
    for (let i = 0; i < rows; i++) {
      const open = Array.from({ length: width }, (_, j) => z[i * width + j]! + hidden[i * width + j]!)
      const top = Math.max(...open)
      const sum = open.reduce((total, x) => total + Math.exp(x - top), 0)
      softmax.loss[i] = Math.log(sum) + top - open[labels[i]!]!
      for (let j = 0; j < width; j++) {
        const at = i * width + j
        const [x, w] = [z[at]!, weights[at]!]
        softmax.gradient[at] = dy[i]! * (Math.exp(open[j]! - top) / sum - (j === labels[i] ? 1 : 0))
        binary.loss[i]! += w * (Math.max(x, 0) - x + Math.log1p(Math.exp(-Math.abs(x))))
        binary.derivative[at] = w * (1 / (1 + Math.exp(-x)) - 1)
      }
    }
    const [loss, gradient, binaryLoss, derivative, scaled] = values(() => {
      const shape: [number, number] = [rows, width]
      const [scores, of, factors] = [tf.tensor2d(z, shape), tf.tensor1d(labels, 'int32'), tf.tensor2d(dy, [rows, 1])]
      const inputs = { scores, labels: of, hidden: tf.tensor2d(hidden, shape) }
      const [first, probabilities] = runOwn('SoftmaxLoss', inputs)
      const rest = runOwn('BinaryLoss', { z: scores, weights: tf.tensor2d(weights, shape) }, { label: 1 })
      return [
        first!,
        ...runOwn('SoftmaxLossGradient', { probabilities: probabilities!, labels: of, dy: factors }),
        ...rest,
        ...runOwn('ScaleRows', { x: scores, factors }),
      ]
    })
    expect(difference(loss!, softmax.loss)).toBeLessThan(1e-6)
    expect(difference(gradient!, softmax.gradient)).toBeLessThan(1e-6)
    expect(difference(binaryLoss!, binary.loss)).toBeLessThan(1e-6)
    expect(difference(derivative!, binary.derivative)).toBeLessThan(1e-6)
    expect(
      difference(
        scaled!,
        z.map((x, i) => x * dy[Math.floor(i / width)]!),
      ),
    ).toBe(0)
  })

  test('what is no number stays none, so that a diverged training is noticed', () => {
    const bad = Float32Array.from({ length: 24 }, (_, i) => (i === 9 ? Number.NaN : i / 24))
    const results = values(() => {
      const x = tf.tensor2d(bad, [4, 6])
      const ones = tf.ones([4, 6])
      const starts = tf.tensor1d([0, 4], 'int32')
      return [
        runOwn('GeluDropout', { x }, { seed: 0, rate: 0 })[0]!,
        runOwn('LayerNorm', { x, gain: tf.ones([6]), bias: tf.zeros([6]) }, { epsilon: 1e-5 })[0]!,
        runOwn('Attention', { q: x, k: ones, v: ones, starts }, { heads: 2, block: 1 })[0]!,
        runOwn('SoftmaxLoss', { scores: x, labels: tf.zeros([4], 'int32') })[0]!,
        runOwn('BinaryLoss', { z: x, weights: ones }, { label: 0 })[0]!,
        tf.matMul(x, ones, false, true),
        tf.sum(x, 0),
      ]
    })
    for (const [i, result] of results.entries()) expect(result.some(Number.isNaN), `result ${i}`).toBe(true)
  })
})

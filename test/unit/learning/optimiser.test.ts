import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { disposeWasm } from '../../../src-main/learning/backends/wasm.ts'
import { Adam, clipGlobalNorm, learningRateAt } from '../../../src-main/learning/optimiser.ts'

afterAll(disposeWasm)

describe.each([
  ['the host', 'cpu', 1],
  ['wasm with one thread', 'wasm', 1],
  ['wasm with two', 'wasm', 2],
] as const)('on %s', (_, backend, threads) => {
  beforeAll(async () => void (await startBackend(backend, { threads })))

  test('Adam follows the algorithm of the paper', () => {
    const weights = Float32Array.of(1, -2)
    const adam = new Adam(2)
    adam.update(weights, Float32Array.of(0.5, -0.1), 0.1)
    // the first step is rate * sign(gradient): both corrected moments are the gradient itself
    expect(weights[0]).toBeCloseTo(0.9, 6)
    expect(weights[1]).toBeCloseTo(-1.9, 6)
    adam.update(weights, Float32Array.of(-0.5, -0.1), 0.1)
    // m = .1 * .9 * .5 - .1 * .5 = -.005 -> / (1 - .81) ; v = .001 * .25 * (1 + .999) -> / (1 - .998001)
    expect(weights[0]).toBeCloseTo(0.9 + (0.1 * (0.005 / 0.19)) / 0.5, 5)
    expect(weights[1]).toBeCloseTo(-1.8, 5)
  })

  test('moments of a parameter without gradient decay to exactly 0, not into denormal numbers', () => {
    const weights = Float32Array.of(1)
    const adam = new Adam(1)
    adam.update(weights, Float32Array.of(1e-3), 0.1)
    for (let i = 0; i < 2000; i++) adam.update(weights, Float32Array.of(0), 0.1)
    const settled = weights[0]
    for (let i = 0; i < 100; i++) adam.update(weights, Float32Array.of(0), 0.1)
    expect(weights[0]).toBe(settled)
  })

  test('vectors longer than a stretch follow the same algorithm, and a restored optimiser goes on bit for bit', () => {
    const size = 300_001
    const gradient = (step: number): Float32Array =>
      Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7 + step))
    const [weights, reference] = [new Float32Array(size).fill(1), new Float64Array(size).fill(1)]
    const [m, v] = [new Float64Array(size), new Float64Array(size)]
    const adam = new Adam(size)
    for (let step = 1; step <= 3; step++) {
      const g = gradient(step)
      adam.update(weights, g, 0.01, 0.5)
      for (let i = 0; i < size; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * 0.5 * g[i]!
        v[i] = 0.999 * v[i]! + 0.001 * (0.5 * g[i]!) ** 2
        reference[i]! -= (0.01 * m[i]!) / (1 - 0.9 ** step) / (Math.sqrt(v[i]! / (1 - 0.999 ** step)) + 1e-8)
      }
    }
    let largest = 0
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(weights[i]! - reference[i]!))
    expect(largest).toBeLessThan(1e-4) // where the gradient crosses 0, m is a difference of nearly equal numbers

    const copy = weights.slice()
    const { steps, first, second } = adam.state()
    const restored = new Adam(size)
    restored.restore({ steps, first: first.slice(), second: second.slice() })
    adam.update(weights, gradient(4), 0.01)
    restored.update(copy, gradient(4), 0.01)
    expect(Buffer.compare(Buffer.from(copy.buffer), Buffer.from(weights.buffer))).toBe(0)
    const [one, other] = [adam.state(), restored.state()]
    expect(one.steps).toBe(other.steps)
    expect(Buffer.compare(Buffer.from(one.second.slice().buffer), Buffer.from(other.second.slice().buffer))).toBe(0)
  })
})

test('a gradient is scaled to the limit only when it is longer', () => {
  const gradient = Float32Array.of(3, 4)
  expect(clipGlobalNorm(gradient, 10)).toBe(5)
  expect([...gradient]).toEqual([3, 4])
  expect(clipGlobalNorm(gradient, 1)).toBe(5)
  expect(Math.hypot(...gradient)).toBeCloseTo(1, 6)
  expect(clipGlobalNorm(gradient, 0)).toBeCloseTo(1, 6)
})

test('the learning rate rises linearly, then falls along half a cosine to nothing', () => {
  const schedule = { learningRate: 2, warmUpSteps: 4, steps: 104, decay: 'cosine' as const }
  expect([0, 1, 3].map((step) => learningRateAt(step, schedule))).toEqual([0.5, 1, 2])
  expect(learningRateAt(4, schedule)).toBe(2)
  expect(learningRateAt(54, schedule)).toBeCloseTo(1, 10)
  expect(learningRateAt(104, schedule)).toBeCloseTo(0, 10)
  expect(learningRateAt(90, { ...schedule, decay: 'none' })).toBe(2)
})

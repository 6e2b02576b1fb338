import { expect, test } from 'vitest'
import { Adam, clipGlobalNorm, learningRateAt } from '../../../src-main/learning/optimiser.ts'

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

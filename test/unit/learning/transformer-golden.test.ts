import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { goldenCases, goldenTrainings } from '../../golden/transformer-cases.ts'
import { distanceOf, tolerance, trainingDistances } from '../../golden/transformer-check.ts'

describe.each([
  ['cpu', 'cpu', {}],
  ['wasm with stock kernels', 'wasm', { kernels: 'stock', threads: 1 }],
  ['wasm with our kernels on one thread', 'wasm', { threads: 1 }],
  ['wasm with our kernels on two threads', 'wasm', { threads: 2 }],
] as const)('on %s', (_, backend, options) => {
  beforeAll(async () => void (await startBackend(backend, options)))

  test.each(goldenCases())('loss and gradients are PyTorch’s: $name', async (golded) => {
    const { loss, gradient } = await distanceOf(golded)
    expect(loss).toBeLessThanOrEqual(tolerance.loss)
    expect(gradient).toBeLessThanOrEqual(tolerance.gradient)
  })

  test.each(goldenTrainings())('thirty steps are PyTorch’s: $name', async (golded) => {
    const distances = await trainingDistances(golded)
    expect(distances.length).toBe(30)
    for (const [step, distance] of distances.entries())
      expect(distance, `step ${step + 1}`).toBeLessThanOrEqual(tolerance.training)
  })
})

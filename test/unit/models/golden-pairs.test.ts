// Loss and gradients of DeepFM, Wide & Deep and MVCNN are PyTorch's, from the same weights.
import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import deepFm from '../../golden/deepfm.json' with { type: 'json' }
import mvcnn from '../../golden/mvcnn.json' with { type: 'json' }
import { deepFmCases, mvcnnCases, wideDeepCases } from '../../golden/pair-cases.ts'
import { distanceOf, tolerance } from '../../golden/pair-check.ts'
import wideDeep from '../../golden/wide-deep.json' with { type: 'json' }

const cases = [
  ...deepFmCases().map((of) => ({ model: 'DeepFM', name: of.name, of, values: deepFm })),
  ...wideDeepCases().map((of) => ({ model: 'Wide & Deep', name: of.name, of, values: wideDeep })),
  ...mvcnnCases().map((of) => ({ model: 'MVCNN', name: of.name, of, values: mvcnn })),
]

describe.each([
  ['cpu', 'cpu', {}],
  ['wasm with stock kernels', 'wasm', { kernels: 'stock', threads: 1 }],
  ['wasm with our kernels on one thread', 'wasm', { threads: 1 }],
  ['wasm with our kernels on two threads', 'wasm', { threads: 2 }],
] as const)('on %s', (_, backend, options) => {
  beforeAll(async () => void (await startBackend(backend, options)))

  test.each(cases)('$model: $name', async ({ of, values }) => {
    const { loss, gradient } = await distanceOf(of, values)
    expect(loss).toBeLessThanOrEqual(tolerance.loss)
    expect(gradient).toBeLessThanOrEqual(tolerance.gradient)
  })
})

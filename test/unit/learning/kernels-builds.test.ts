// What a machine gets that lacks something: a heap that cannot be shared, a processor or engine without the relaxed instructions, none with SIMD.
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { compileKernels, instantiate } from '../../../src-main/learning/backends/kernels/module.ts'
import { normals } from './kernel-values.ts'

afterEach(() => void vi.restoreAllMocks())

test('over a heap of its own it computes on one thread, whatever is asked for', async () => {
  const { device } = await startBackend('wasm', { shared: false, threads: 2 })
  expect(device).toBe('WebAssembly with SIMD, one thread, own kernels')
  const [m, n, k] = [200, 40, 70]
  const [a, b] = [normals(m * k, 1), normals(k * n, 2)]
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])).dataSync())
  let sum = 0
  for (let l = 0; l < k; l++) sum += a[7 * k + l]! * b[l * n + 5]!
  expect(product[7 * n + 5]).toBeCloseTo(sum, 4)
})

/** A product of 5 x 9 over 300 by one of the builds. */
function product(shared: boolean): Float32Array {
  const compiled = compileKernels(shared)!
  const memory = new WebAssembly.Memory({ initial: 64, ...(shared ? { maximum: 65536, shared } : {}) })
  const kernels = instantiate(compiled.module, memory)
  const [m, n, k] = [5, 9, 300]
  const [a, b, c, scratch] = [64, 16384, 65536, 131072]
  new Float32Array(memory.buffer, a, m * k).set(normals(m * k, 1))
  new Float32Array(memory.buffer, b, k * n).set(normals(k * n, 2))
  kernels.gemm(a, k, 0, b, n, 0, c, n, 0, m, 0, n, k, 0, 0, scratch)
  return new Float32Array(memory.buffer, c, m * n).slice()
}

test.each([true, false])('without the relaxed instructions only last digits change (heap shared: %s)', (shared) => {
  const relaxed = product(shared)
  expect(compileKernels(shared)?.relaxed).toBe(true)
  const { validate } = WebAssembly
  let asked = 0
  vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => asked++ % 2 === 1 && validate(bytes))
  const plain = product(shared)
  expect(compileKernels(shared)?.relaxed).toBe(false)
  for (const [i, value] of plain.entries()) expect(Math.abs(value - relaxed[i]!)).toBeLessThan(1e-4)
})

test('without SIMD there are none', () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
  expect(compileKernels(true)).toBeNull()
})

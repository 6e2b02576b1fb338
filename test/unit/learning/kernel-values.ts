/** What the tests of the kernels share: made-up numbers, results read back, and how far they are from what a plain loop computes. */
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { hasOwnOperations } from '../../../src-main/learning/backends/own.ts'
import { Random } from '../../../src-main/learning/random.ts'

export function normals(n: number, seed: number): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: n }, () => random.normal())
}

/** Largest difference, relative to the size of the numbers. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  let size = 1
  for (let i = 0; i < b.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
    size = Math.max(size, Math.abs(b[i]!))
  }
  expect(Number.isNaN(largest)).toBe(false)
  return largest / size
}

/** Runs in a tidy and reads the results. */
export function values(run: () => tf.Tensor[]): Float32Array[] {
  const results = tf.tidy(() => run().map((x) => tf.keep(x)))
  const read = results.map((x) => Float32Array.from(x.dataSync()))
  tf.dispose(results)
  return read
}

export async function startKernels(threads: number): Promise<void> {
  const { device } = await startBackend('wasm', { threads })
  expect(device).toBe(`WebAssembly with SIMD, ${threads === 1 ? 'one thread' : '2 threads'}, own kernels`)
  expect(hasOwnOperations()).toBe(true)
}

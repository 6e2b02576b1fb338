import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { activeBackend, probeBackends, startBackend } from '../../../src-main/learning/backends/index.ts'

test('a backend that starts is the one that computes', async () => {
  expect((await startBackend('cpu')).id).toBe('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect((await startBackend('wasm')).id).toBe('wasm')
  expect(tf.getBackend()).toBe('wasm')
  expect(['tensorflow', 'wasm']).toContain((await startBackend('auto')).id)
})

test('a backend that is not there says why and what to do', async () => {
  await expect(startBackend('webgpu')).rejects.toThrow(
    'WebGPU is not built into this version yet. Choose wasm, which runs on every processor, or tensorflow where it is installed.',
  )
})

test('the probe measures what starts, gives reasons for the rest, and leaves the running backend running', async () => {
  await startBackend('wasm')
  const infos = await probeBackends()
  expect(infos.map(({ id }) => id)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu'])
  for (const { available, gflops, reason, device } of infos) {
    if (available) expect(gflops).toBeGreaterThan(0)
    else expect(reason).toMatch(/\.$/)
    expect(device !== '').toBe(available)
  }
  expect(activeBackend()?.id).toBe('wasm')
  expect(tf.getBackend()).toBe('wasm')
})

test.each(['cpu', 'wasm'] as const)('on %s segment sums and batched products equal plain loops', async (backend) => {
  await startBackend(backend)
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])
    expect(tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2], 'int32'), 4).arraySync()).toEqual([
      [3, 4],
      [0, 0],
      [6, 8],
      [0, 0],
    ])
    const a = tf.reshape(tf.range(0, 12), [2, 2, 3])
    const b = tf.reshape(tf.range(0, 12), [2, 3, 2])
    const expected = [
      [
        [10, 13],
        [28, 40],
      ],
      [
        [172, 193],
        [244, 274],
      ],
    ]
    expect(tf.matMul(a, b).arraySync()).toEqual(expected)
    expect(tf.matMul(tf.transpose(a, [0, 2, 1]), b, true).arraySync()).toEqual(expected)
    expect(tf.gather(x, tf.tensor1d([2, 2, 0], 'int32')).arraySync()).toEqual([
      [5, 6],
      [5, 6],
      [1, 2],
    ])
    const y = tf.clone(x)
    x.dispose()
    expect(y.arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
  })
})

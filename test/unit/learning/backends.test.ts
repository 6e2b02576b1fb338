import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { activeBackend, startBackend, startOne } from '../../../src-main/learning/backends/index.ts'
import { probeBackend } from '../../../src-main/learning/backends/probe.ts'

test('a backend that starts is the one that computes', async () => {
  expect((await startBackend('cpu')).id).toBe('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect((await startBackend('wasm')).id).toBe('wasm')
  expect(tf.getBackend()).toBe('wasm')
  const { id, notes } = await startBackend('auto')
  expect(['tensorflow', 'webgpu', 'wasm']).toContain(id)
  expect(notes).toEqual([])
})

test.each(['cpu', 'wasm'] as const)('the probe measures %s', async (id) => {
  const info = await probeBackend(id)
  expect(info).toMatchObject({ id, available: true, reason: null })
  expect(info.gflops).toBeGreaterThan(0.01)
  expect(info.samplesPerSecond).toBeGreaterThan(0.1)
  expect(info.memoryBytes).toBeGreaterThan(2 ** 29)
  expect(info.device).not.toBe('')
  expect(activeBackend()?.id).toBe(id)
})

test('a backend that computes wrongly is refused when it starts, with what is wrong and what to do', async () => {
  await startOne('cpu')
  const right = tf.getKernel('Exp', 'cpu')
  tf.unregisterKernel('Exp', 'cpu')
  tf.registerKernel({ ...right, kernelFunc: tf.getKernel('Sigmoid', 'cpu').kernelFunc }) // right shape, wrong numbers
  try {
    await startOne('wasm')
    await expect(startOne('cpu')).rejects.toThrow(
      /^cpu starts, but computes wrongly: in its self-test the loss is [\d.]+ instead of [\d.]+, the gradient's norm [\d.]+ instead of [\d.]+\. Reinstall Crossreel\.$/,
    )
    expect(activeBackend()).toBeNull()
  } finally {
    tf.unregisterKernel('Exp', 'cpu')
    tf.registerKernel(right)
  }
  expect((await startOne('cpu')).id).toBe('cpu')
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

test('TensorFlow’s package, wherever it lies, leaves the operations of the other backends as they are', async ({
  skip,
}) => {
  await startOne('cpu')
  const ours = tf.getKernel('UnsortedSegmentSum', 'cpu').kernelFunc
  try {
    await startOne('tensorflow')
  } catch (error) {
    return skip(String(error))
  }
  expect(tf.getKernel('UnsortedSegmentSum', 'cpu').kernelFunc).toBe(ours)
  expect((await startOne('cpu')).id).toBe('cpu')
})

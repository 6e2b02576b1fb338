// A small training over all kernels: the same to the last bit on one thread and on two, and nothing left behind in the heap.
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { sequenceAttention, uploadSequences } from '../../../src-main/learning/attention.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { disposeWasm, wasmHeapBytes } from '../../../src-main/learning/backends/wasm.ts'
import { Dropout } from '../../../src-main/learning/dropout.ts'
import {
  addDropout,
  gatherRows,
  geluDropout,
  innerProducts,
  layerNorm,
  linear,
} from '../../../src-main/learning/layers.ts'
import { bceWithLogits, softmaxCrossEntropy } from '../../../src-main/learning/losses.ts'
import { Adam, clipGlobalNorm } from '../../../src-main/learning/optimiser.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import type { ParameterTensors } from '../../../src-main/learning/parameters.ts'

afterAll(disposeWasm)

type M = tf.Tensor2D
type V = tf.Tensor1D

interface Size {
  sequences: number
  length: number
  width: number
  items: number
}

const parts = ['query', 'key', 'value', 'out']

function parametersOf({ width: D, items }: Size): Parameters {
  const parameters = new Parameters([
    { name: 'item', shape: [items, D], start: { deviation: 0.5 } },
    ...parts.map((name) => ({ name, shape: [D, D], start: { deviation: 1 / Math.sqrt(D) } })),
    { name: 'hidden', shape: [D, 4 * D], start: { deviation: 1 / Math.sqrt(D) } },
    { name: 'narrow', shape: [4 * D, D], start: { deviation: 0.5 / Math.sqrt(D) } },
    { name: 'bias', shape: [D], start: { constant: 0.1 } },
    { name: 'wideBias', shape: [4 * D], start: { constant: 0.1 } },
    { name: 'gain', shape: [D], start: { constant: 1 } },
  ])
  parameters.initialise(5)
  return parameters
}

/** One layer of a Transformer with both losses, over sequences of items that depend on the step. */
function loss(p: ParameterTensors, size: Size, step: number): tf.Scalar {
  const { sequences, length, items, width } = size
  const n = sequences * length
  const ids = tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => (i * 7 + step * 3 + (i >> 3)) % items),
    'int32',
  )
  const next = tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => (i * 5 + step) % items),
    'int32',
  )
  const ones = tf.fill<tf.Rank.R2>([n, 1], 1 / n)
  const dropout = new Dropout(0.2, 3, step)
  const table = p['item'] as M
  const dense = (x: M, name: string, bias = 'bias'): M => linear(x, p[name] as M, p[bias] as V)
  const norm = (x: M): M => layerNorm(x, p['gain'] as V, p['bias'] as V)

  let x = gatherRows(table, ids)
  const a = norm(x)
  const [q, k, v] = parts.slice(0, 3).map((name) => dense(a, name)) as [M, M, M]
  const lengths = new Int32Array(sequences).fill(length)
  const mixed = sequenceAttention(q, k, v, uploadSequences(lengths, 1), 4)
  x = addDropout(x, dense(mixed, 'out'), dropout)
  x = addDropout(x, dense(geluDropout(dense(norm(x), 'hidden', 'wideBias'), dropout), 'narrow'), dropout)
  const scores = tf.mul<M>(innerProducts(norm(x), table), 1 / width)
  const weights = tf.fill<tf.Rank.R2>([n, items], 1 / (n * items))
  return tf.add(softmaxCrossEntropy(scores, tf.zerosLike(scores), next, ones), bceWithLogits(scores, 0, weights))
}

async function train(
  parameters: Parameters,
  size: Size,
  steps: number,
  after?: (step: number) => void,
): Promise<number[]> {
  const adam = new Adam(parameters.values.length)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const tensors = parameters.tensors()
    const [value, ...gradients] = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads((...t) => loss(parameters.byName(t), size, step))(tensors)
      return [value, ...grads]
    })
    const gradient = new Float32Array(parameters.values.length)
    await parameters.addGradients(gradients, gradient)
    losses.push((await value!.data())[0]!)
    tf.dispose([value!, ...gradients, ...tensors])
    clipGlobalNorm(gradient, 1)
    adam.update(parameters.values, gradient, 0.01)
    after?.(step)
  }
  return losses
}

test('one thread and two give the same weights to the last bit', async () => {
  const size = { sequences: 24, length: 22, width: 64, items: 230 }
  const results: { losses: number[]; values: Float32Array }[] = []
  for (const threads of [1, 2]) {
    await startBackend('wasm', { threads })
    const parameters = parametersOf(size)
    results.push({ losses: await train(parameters, size, 12), values: parameters.values })
  }
  const [one, two] = results
  expect(two!.losses).toEqual(one!.losses)
  expect(Buffer.from(two!.values.buffer).equals(Buffer.from(one!.values.buffer))).toBe(true)
  expect(one!.losses.at(-1)).toBeLessThan(one!.losses[0]! - 0.02)
})

test('stock kernels and ours train alike', async () => {
  const size = { sequences: 3, length: 7, width: 12, items: 19 }
  const curves: number[][] = []
  for (const kernels of ['stock', 'own'] as const) {
    await startBackend('wasm', { kernels, threads: 1 })
    curves.push(await train(parametersOf(size), size, 30))
  }
  for (const [step, value] of curves[0]!.entries()) expect(Math.abs(value - curves[1]![step]!)).toBeLessThan(1e-4)
})

test('500 steps leave no tensor behind, and the heap stops growing', async () => {
  await startBackend('wasm', { threads: 2 })
  const size = { sequences: 2, length: 9, width: 16, items: 21 }
  const counts = new Set<number>()
  let heapAfterWarmUp = 0
  await train(parametersOf(size), size, 500, (step) => {
    counts.add(tf.memory().numTensors)
    if (step === 20) heapAfterWarmUp = wasmHeapBytes()
  })
  expect(counts.size).toBe(1)
  expect(wasmHeapBytes()).toBe(heapAfterWarmUp)
  expect(heapAfterWarmUp).toBeGreaterThan(0)
})

import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import { Dropout } from '../../../src-main/learning/dropout.ts'
import { ModelWeights } from '../../../src-main/learning/model-weights.ts'
import type { Recommender } from '../../../src-main/learning/model.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { layOutSasrec, sasrecSpecs, uploadSasrec } from '../../../src-main/learning/models/sasrec-forward.ts'
import { SasrecLearner } from '../../../src-main/learning/models/sasrec-learner.ts'
import { readSasrec } from '../../../src-main/learning/models/sasrec-schema.ts'
import { sasrec } from '../../../src-main/learning/models/sasrec.ts'
import { OwnItems } from '../../../src-main/learning/sampling.ts'
import { sasrecCases, sasrecData } from '../../golden/sasrec-cases.ts'
import type { SasrecCase } from '../../golden/sasrec-cases.ts'
import golden from '../../golden/sasrec.json' with { type: 'json' }
import { interactions, syntheticData } from './synthetic.ts'

const signal = new AbortController().signal

async function lossAndGradient({ settings, batch, weights }: SasrecCase): Promise<[number, Float32Array]> {
  const [block] = batch.targets
  const host = layOutSasrec(sasrecData.items, batch.streams, block!, new OwnItems(sasrecData.train))
  const total = block!.weight.reduce((a, b) => a + b, 0)
  const { parameters } = weights
  const dense = parameters.tensors()
  const { value, grads } = tf.tidy(() => {
    const lossOf = uploadSasrec(settings, host, total, Dropout.none)
    return tf.valueAndGrads((...t) => lossOf(parameters.byName(t)))(dense)
  })
  const flat = new Float32Array(parameters.values.length)
  await parameters.addGradients(grads, flat)
  const loss = (await value.data())[0]!
  tf.dispose([value, ...grads, ...dense])
  return [loss, flat]
}

describe.each([
  ['cpu', {}],
  ['wasm', { threads: 1 }],
] as const)('on %s', (backend, options) => {
  beforeAll(async () => void (await startBackend(backend, options)))

  test.each(sasrecCases)('loss and gradients are PyTorch’s: $name', async (golded) => {
    const expected = golden.find(({ name }) => name === golded.name)
    const bytes = Uint8Array.from(atob(expected!.gradient), (character) => character.charCodeAt(0))
    const reference = new Float32Array(bytes.buffer)
    const [loss, gradient] = await lossAndGradient(golded)
    expect(Math.abs(loss - expected!.loss)).toBeLessThanOrEqual(2e-6)
    expect(gradient.length).toBe(reference.length)
    let [difference, size] = [0, 0]
    for (const [i, g] of reference.entries()) {
      difference += (gradient[i]! - g) ** 2
      size += g ** 2
    }
    expect(Math.sqrt(difference / size)).toBeLessThanOrEqual(1e-5)
  })
})

async function fitted(data: TrainingData, config: Record<string, number>): Promise<Recommender> {
  const model = sasrec.create({
    width: 16,
    heads: 2,
    layers: 1,
    history: 30,
    learningRate: 0.01,
    dropout: 0.2,
    ...config,
  })
  await model.fit(data, {
    seed: 3,
    signal,
    onEvent: () => undefined,
    validate: (candidate) => validationNdcg(candidate, data, signal),
  })
  return model
}

/** Everybody walks through the catalogue in the same direction: what comes next follows from the last item alone. */
function walks(users: number, items: number, length: number): TrainingData {
  const parts = [0, 1, 2].map(() => ({
    indptr: [0],
    item: [] as number[],
    rating: [] as number[],
    time: [] as number[],
  }))
  for (let u = 0; u < users; u++) {
    for (let n = 0; n < length + 2; n++) {
      const part = parts[n < length ? 0 : n - length + 1]!
      part.item.push((u * 7 + n) % items)
      part.rating.push(5)
      part.time.push(n)
    }
    for (const part of parts) part.indptr.push(part.item.length)
  }
  const [train, validation, test] = parts.map(interactions)
  const plain = syntheticData({ users, items, dims: [] })
  return { ...plain, train: train!, validation: validation!, test: test! }
}

test('it learns an order that popularity cannot know', async () => {
  const data = walks(40, 30, 12)
  const model = await fitted(data, { epochs: 25 })
  const mean = async (of: Recommender): Promise<number> => {
    const { domains } = await evaluate(of, data, 'test', { signal })
    return domains.reduce((sum, { mean }) => sum + mean['ndcg@10']! / domains.length, 0)
  }
  const popular = popularity.create({})
  await popular.fit(data, { seed: 1, signal, onEvent: () => undefined, validate: () => Promise.resolve(0) })
  expect(await mean(model)).toBeGreaterThan(0.8)
  expect(await mean(popular)).toBeLessThan(0.7)
  model.dispose()
})

test('saved and loaded, it scores the same; vectors and scores agree', async () => {
  const data = syntheticData({ dims: [] })
  const model = await fitted(data, { epochs: 2 })
  const users = Uint32Array.of(0, 5, 9)
  const domain = data.domains[1]!
  const before = await model.score(users, data.train, domain)
  const again = sasrec.create({ width: 16, heads: 2, layers: 1, history: 30 })
  await again.load(await model.save(), data)
  expect(await again.score(users, data.train, domain)).toEqual(before)
  const scoring = await again.scoring!(data.train, domain)
  if (scoring.kind !== 'vectors') throw new Error(`The scoring is ${scoring.kind}.`)
  const h = await scoring.users(users)
  const n = domain.end - domain.start
  for (let b = 0; b < users.length; b++)
    for (let i = 0; i < n; i++) {
      let dot = 0
      for (let k = 0; k < scoring.width; k++) dot += h[b * scoring.width + k]! * scoring.items[i * scoring.width + k]!
      expect(dot).toBeCloseTo(before[b * n + i]!, 4)
    }
  model.dispose()
  again.dispose()
})

test('a target sees nothing of its own place and later', () => {
  const settings = readSasrec({ width: 8, heads: 2, layers: 2, history: 6, dropout: 0, historyDropout: 0, batch: 64 })
  const base = syntheticData({ users: 1, items: 24, dims: [] })
  const lossOf = (items: number[], target: number): number => {
    const rating = items.map((_, row) => (row === target ? 5 : 1))
    const train = interactions({ indptr: [0, items.length], item: items, rating, time: items.map((_, row) => row) })
    const own = new ModelWeights(sasrecSpecs(settings, base.items))
    own.parameters.values.forEach((_, i, values) => void (values[i] = 0.3 * Math.sin(2.3 * i + 1)))
    const [step] = new SasrecLearner(settings, own, { ...base, train }, 1).epoch(1)
    return tf.tidy(() => {
      const p = own.parameters.byName(own.parameters.tensors())
      return step!.prepare(0, 0).upload()(p).dataSync()[0]!
    })
  }
  const items = Array.from({ length: 16 }, (_, i) => (5 * i) % 24)
  for (const target of [0, 1, 5, 9, 15]) {
    const before = lossOf(items, target)
    const later = items.map((item, row) => (row > target ? items[target + 16 - row]! : item))
    expect(lossOf(later, target)).toBeCloseTo(before, 5)
    if (target > 0) {
      const past = items.map((item, row) => (row === target - 1 ? 23 : item))
      expect(lossOf(past, target)).not.toBeCloseTo(before, 5)
    }
  }
})

test('a width that the heads do not divide is refused with the remedy', () => {
  expect(() => sasrec.create({ width: 10, heads: 4 })).toThrow(
    'SASRec: the width 10 cannot be divided among 4 heads. Choose a width that is a multiple of 4.',
  )
})

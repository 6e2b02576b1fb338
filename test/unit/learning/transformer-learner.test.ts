import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import { TransformerLearner } from '../../../src-main/learning/models/transformer-learner.ts'
import { freezeFeatures } from '../../../src-main/learning/models/transformer-features.ts'
import { uploadAllItems } from '../../../src-main/learning/models/transformer-inputs.ts'
import { TransformerRecommender } from '../../../src-main/learning/models/transformer-recommender.ts'
import { readSettings } from '../../../src-main/learning/models/transformer-settings.ts'
import { transformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import { startWeights, transformerWeights } from '../../../src-main/learning/models/transformer-start.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { StepGradient } from '../../../src-main/learning/step-gradient.ts'
import { interactions, syntheticData } from './synthetic.ts'

const tiny: ModelConfig = {
  width: 8,
  layers: 2,
  heads: 2,
  shared: 8,
  history: 6,
  dropout: 0,
  historyDropout: 0,
  idPenalty: 0,
  batch: 64,
  minRating: 3.5,
  candidates: 'domain',
}

beforeAll(async () => void (await startBackend('cpu')))

/** Weights large enough that what is seen makes a difference. */
function learnerOf(config: ModelConfig, data: TrainingData, memory?: number): TransformerLearner {
  const shape = transformerShape(readSettings({ ...tiny, ...config }), data)
  const weights = transformerWeights(shape)
  const random = new Random(2)
  for (let i = 0; i < weights.parameters.values.length; i++) weights.parameters.values[i] = 0.5 * random.normal()
  const features = freezeFeatures(shape, data, 1)
  const items = uploadAllItems(features)
  return new TransformerLearner({ shape, domains: data.domains, seed: 1, weights, features, items }, data, memory)
}

/** The loss of the one step there is. */
function lossOf(learner: TransformerLearner): number {
  const [step, ...more] = learner.epoch(1)
  expect(more).toEqual([])
  return tf.tidy(() => {
    const p = learner.parameters.byName(learner.parameters.tensors())
    let loss = 0
    for (let part = 0; part < step!.parts; part++) loss += step!.prepare(part, 0).upload()(p).dataSync()[0]!
    return loss
  })
}

/** One user; only the event at `target` is rated high enough to be a target. */
function timeline(items: number[], target: number): Interactions {
  return interactions({
    indptr: [0, items.length],
    item: items,
    rating: items.map((_, row) => (row === target ? 5 : 1 + (row % 3))),
    time: items.map((_, row) => row),
  })
}

const base = syntheticData({ users: 1, items: 24 })
const random = new Random(9)
const items = Array.from({ length: 40 }, () => random.integer(9) + 12 * random.integer(2)) // never 9..11 or 21..23

describe.each([
  { crossDomain: 'sharing', fusion: 'sum' },
  { crossDomain: 'none', fusion: 'tokens' },
  { crossDomain: 'merged', fusion: 'sum' },
  { crossDomain: 'sharing', fusion: 'sum', tower: 'perceptrons' },
] as ModelConfig[])('with %o', (config) => {
  test.each([0, 1, 5, 17, 39])('the target at row %i sees nothing of its own place and later', (target) => {
    const before = lossOf(learnerOf(config, { ...base, train: timeline(items, target) }))
    const changed = items.map((item, row) => (row > target ? items[target + 40 - row]! : item)) // the same items in reverse
    const after = timeline(changed, target)
    for (let row = target + 1; row < 40; row++) after.rating[row] = 3
    after.rating[target] = 4 // still a target; its stars must not show
    expect(lossOf(learnerOf(config, { ...base, train: after }))).toBeCloseTo(before, 6)
    if (target > 0) {
      const past = timeline(items, target)
      past.rating[target - 1]! += 1
      const own = items[target]! < 12 === items[target - 1]! < 12
      if (own || config['crossDomain'] !== 'none')
        expect(lossOf(learnerOf(config, { ...base, train: past }))).not.toBeCloseTo(before, 6)
    }
  })

  test.each([0, 1, 5])('training and scoring see the same: row %i', async (target) => {
    const data = { ...base, train: timeline(items, target) }
    const learner = learnerOf(config, data)
    const model = new TransformerRecommender(readSettings({ ...tiny, ...config }))
    const json = { model: 'transformer', seed: 1, dataHash: data.hash }
    await model.load({ arrays: learner.parameters.arrays(), json }, data)
    const domain = data.domains.find(({ start, end }) => items[target]! >= start && items[target]! < end)!
    const history = timeline(items.slice(0, target), -1)
    const scores = await model.score(Uint32Array.of(0), history, domain)
    const candidates = scores.filter((_, i) => domain.start + i === items[target] || !items.includes(domain.start + i))
    const log = Math.log(candidates.reduce((sum, s) => sum + Math.exp(s), 0))
    expect(log - scores[items[target]! - domain.start]!).toBeCloseTo(lossOf(learner), 4)
    model.dispose()
  })
})

test('the softmax over both domains sets a target against the items of both', async () => {
  const data = { ...base, train: timeline(items, 5) }
  const learner = learnerOf({ candidates: 'all' }, data)
  const model = new TransformerRecommender(readSettings({ ...tiny, candidates: 'all' }))
  const json = { model: 'transformer', seed: 1, dataHash: data.hash }
  await model.load({ arrays: learner.parameters.arrays(), json }, data)
  const history = timeline(items.slice(0, 5), -1)
  const scores: number[] = []
  for (const domain of data.domains) scores.push(...(await model.score(Uint32Array.of(0), history, domain)))
  const candidates = scores.filter((_, item) => item === items[5] || !items.includes(item))
  const log = Math.log(candidates.reduce((sum, s) => sum + Math.exp(s), 0))
  expect(log - scores[items[5]!]!).toBeCloseTo(lossOf(learner), 4)
  model.dispose()
})

test('direct scores begin with the sum of both states', () => {
  const data = syntheticData({ users: 4, items: 12, events: 6 })
  const shape = transformerShape(readSettings({ ...tiny, width: 64 }), data)
  const weights = transformerWeights(shape)
  startWeights(shape, weights, data, 1)
  const shared = weights.values('user.shared.weight') // [2 D, D]
  for (let row = 0; row < 128; row++)
    for (let column = 0; column < 64; column++) {
      const expected = row % 64 === column ? Math.SQRT1_2 : 0
      expect(Math.abs(shared[row * 64 + column]! - expected)).toBeLessThan(0.05)
    }
})

test('a step computed in parts has the loss and the gradient of the whole', async () => {
  const data = syntheticData({ users: 12, items: 24, events: 14 })
  const run = async (memory?: number): Promise<{ parts: number; loss: number; gradient: Float32Array }> => {
    const learner = learnerOf({}, data, memory)
    const [step] = learner.epoch(1)
    const gradient = new StepGradient(learner)
    const loss = await gradient.compute(step!, 0, null, () => Promise.resolve())
    return { parts: step!.parts, loss, gradient: gradient.vector }
  }
  const whole = await run()
  const cut = await run(50_000)
  expect(whole.parts).toBe(1)
  expect(cut.parts).toBeGreaterThan(2)
  expect(cut.loss).toBeCloseTo(whole.loss, 5)
  for (let i = 0; i < whole.gradient.length; i++) expect(cut.gradient[i]).toBeCloseTo(whole.gradient[i]!, 4)
})

test('without a target there is a sentence', () => {
  expect(() => learnerOf({}, { ...base, train: timeline(items, -1) })).toThrow(
    "No training rating is 3.5 stars or better, so there is nothing to predict. Lower 'Targets from'.",
  )
})

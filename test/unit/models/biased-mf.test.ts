import { expect, test } from 'vitest'
import type { Checkpoint } from '../../../src-main/learning/checkpoint.ts'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import type { FitContext, FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { biasedMf } from '../../../src-main/learning/models/biased-mf.ts'
import { MfSamples } from '../../../src-main/learning/models/biased-mf-samples.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { interactions, trainingData } from '../evaluation/small-data.ts'

/** Two tastes, of users and items alike, and stars that follow them. Two domains. */
function tastes(users = 80, items = 60): TrainingData {
  const random = new Random(2)
  const parts: number[][][] = [[], [], []]
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      const likes = i % 2 === u % 2
      if (random.next() >= (likes ? 0.5 : 0.1)) continue
      const part = random.next()
      parts[part < 0.7 ? 0 : part < 0.85 ? 1 : 2]!.push([u, i, likes ? 4.5 : 2, i])
    }
  const [train, validation, test] = parts.map((p) => interactions(users, p))
  const held = { validation: validation!, test: test! }
  return trainingData({ users, items, boundary: items / 2, positive: 4, train: train!, ...held })
}

const signal = new AbortController().signal
const settings = { dim: 8, epochs: 30, learningRate: 0.1 }

function context(data: TrainingData, more: Partial<FitContext> = {}): FitContext {
  return { seed: 3, signal, onEvent: () => {}, validate: (model) => validationNdcg(model, data, signal), ...more }
}

async function testNdcg(model: Recommender, data: TrainingData): Promise<number> {
  const { domains } = await evaluate(model, data, 'test', { signal })
  return domains.reduce((sum, d) => sum + d.mean['ndcg@10']!, 0) / domains.length
}

const everybody = (data: TrainingData): Uint32Array => Uint32Array.from({ length: data.users }, (_, u) => u)

test('it finds the two tastes, popularity does not; a saved and loaded model scores the same, the same seed fits the same', async () => {
  const data = tastes()
  const bar = popularity.create({})
  await bar.fit(data, context(data))
  const model = biasedMf.create(settings)
  const summary = await model.fit(data, context(data))
  expect(await testNdcg(model, data)).toBeGreaterThan((await testNdcg(bar, data)) + 0.1)
  const size = { users: data.users, items: data.items, events: data.train.item.length, featureDims: [] }
  expect(summary.parameters).toBe(biasedMf.estimate(settings, size).parameters)

  const scores = await model.score(everybody(data), data.train, data.domains[1]!)
  const loaded = biasedMf.create(settings)
  await loaded.load(await model.save(), data)
  expect(await loaded.score(everybody(data), data.train, data.domains[1]!)).toEqual(scores)
  const again = biasedMf.create(settings)
  await again.fit(data, context(data))
  expect(await again.score(everybody(data), data.train, data.domains[1]!)).toEqual(scores)
})

test('where stars are learned, a score is the predicted stars', async () => {
  const data = tastes()
  const model = biasedMf.create({ ...settings, objective: 'stars', regularisation: 0.01 })
  const losses: number[] = []
  const onEvent = (e: FitEvent): void => void (e.type === 'epoch' && losses.push(e.loss))
  await model.fit(data, context(data, { onEvent, validate: async () => losses.length })) // the last epoch is the best
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 4)
  const width = data.domains[0]!.end
  const scores = await model.score(everybody(data), data.train, data.domains[0]!)
  let [squared, n] = [0, 0]
  for (let u = 0; u < data.users; u++)
    for (let e = data.test.indptr[u]!; e < data.test.indptr[u + 1]!; e++) {
      const item = data.test.item[e]!
      if (item >= width) continue
      squared += (scores[u * width + item]! - data.test.rating[e]!) ** 2
      n++
    }
  expect(Math.sqrt(squared / n)).toBeLessThan(0.6)
})

test('a run that was cut off goes on with the same curve and the same weights', async () => {
  const data = tastes()
  const curve: [number, number][] = []
  const heard = (e: FitEvent): void => void (e.type === 'epoch' && curve.push([e.epoch, e.loss]))
  const whole = biasedMf.create(settings)
  await whole.fit(data, context(data, { onEvent: heard }))

  let kept: Checkpoint | null = null
  const checkpoints = {
    read: async () => kept,
    write: async (checkpoint: Checkpoint) => void (kept = structuredClone(checkpoint)),
  }
  const stop = new AbortController()
  const rest: [number, number][] = []
  const until = (e: FitEvent): void => {
    if (e.type === 'epoch') rest.push([e.epoch, e.loss])
    if (e.type === 'epoch' && e.epoch === 11) stop.abort()
  }
  const cut = biasedMf.create(settings).fit(data, context(data, { checkpoints, signal: stop.signal, onEvent: until }))
  await expect(cut).rejects.toMatchObject({ name: 'AbortError' })
  const resumed = biasedMf.create(settings)
  const onEvent = (e: FitEvent): void => void (e.type === 'epoch' && rest.push([e.epoch, e.loss]))
  await resumed.fit(data, context(data, { checkpoints, onEvent }))
  expect(rest).toEqual(curve)
  expect(await resumed.save()).toEqual(await whole.save())
})

test('it stops within a second of the signal, and says when it diverges', async () => {
  const data = tastes(600, 800)
  const stop = new AbortController()
  let aborted = 0
  setTimeout(() => {
    aborted = performance.now()
    stop.abort()
  }, 200)
  const fit = biasedMf.create({ dim: 256, negatives: 20 }).fit(data, context(data, { signal: stop.signal }))
  await expect(fit).rejects.toMatchObject({ name: 'AbortError' })
  expect(performance.now() - aborted).toBeLessThan(1000)
  const wild = biasedMf.create({ ...settings, objective: 'stars', learningRate: 1 })
  await expect(wild.fit(tastes(), context(tastes()))).rejects.toThrow(/Training diverged.*learning rate/)
})

test('negatives are unseen, of the positive’s domain, and the same whenever they are drawn', () => {
  const data = tastes()
  const samples = new MfSamples(data, { seed: 5, threshold: 4, negatives: 6 })
  const own = new Set<string>()
  for (let u = 0; u < data.users; u++)
    for (let e = data.train.indptr[u]!; e < data.train.indptr[u + 1]!; e++) own.add(`${u} ${data.train.item[e]}`)
  const [chosen] = samples.epoch(1)
  const drawn = samples.negatives(chosen!, 0)
  chosen!.forEach((event, k) => {
    for (const item of drawn.subarray(6 * k, 6 * k + 6)) {
      expect(own.has(`${samples.users[event]} ${item}`)).toBe(false)
      expect(item < data.items / 2).toBe(samples.items[event]! < data.items / 2)
    }
  })
  expect(samples.negatives(chosen!, 0)).toEqual(drawn)
  expect(samples.negatives(chosen!, 1)).not.toEqual(drawn)
  expect([...samples.stars].every((stars) => stars >= 4)).toBe(true)
  expect(() => new MfSamples(data, { seed: 5, threshold: 5.5, negatives: 1 })).toThrow("Lower 'Positives from'")
})

test('a user who has rated everything of a domain gives no negatives', () => {
  const train = interactions(2, [[0, 0, 5, 0], [0, 1, 5, 1], [1, 0, 5, 0]]) // prettier-ignore
  const samples = new MfSamples(trainingData({ users: 2, items: 2, train }), { seed: 1, threshold: 0, negatives: 2 })
  const events = Uint32Array.of(0, 1, 2)
  expect([...samples.negatives(events, 0)]).toEqual([0, 0, 1, 1, 1, 1])
})

test.each([
  [{ objective: 'pairs' }, 'one of: implicit, stars'],
  [{ dim: 0 }, 'Give a whole number from 1'],
  [{ negatives: 2.5 }, 'Give a whole number'],
])('it refuses %j', (config, sentence) => {
  expect(() => biasedMf.create(config)).toThrow(sentence)
})

import { expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import type { FitContext, FitEvent, ModelDefinition, Recommender } from '../../../src-main/learning/model.ts'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { ials } from '../../../src-main/learning/models/ials.ts'
import { itemKnn } from '../../../src-main/learning/models/item-knn.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { rp3beta } from '../../../src-main/learning/models/rp3beta.ts'
import { userKnn } from '../../../src-main/learning/models/user-knn.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { interactions, trainingData } from '../evaluation/small-data.ts'

const neighbourhoods = [itemKnn, userKnn, rp3beta]
const definitions = [popularity, ease, ials, ...neighbourhoods]

/** Two tastes: even users like even items, odd users odd ones; a little noise. Two domains. */
function tastes(users = 60, items = 40, seed = 1): TrainingData {
  const random = new Random(seed)
  const parts: number[][][] = [[], [], []]
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      const likes = i % 2 === u % 2
      if (random.next() >= (likes ? 0.5 : 0.06)) continue
      const part = random.next()
      parts[part < 0.7 ? 0 : part < 0.85 ? 1 : 2]!.push([u, i, likes ? 4.5 : 2, i])
    }
  const [train, validation, test] = parts.map((p) => interactions(users, p))
  return trainingData({
    users,
    items,
    boundary: items / 2,
    positive: 4,
    train: train!,
    validation: validation!,
    test: test!,
  })
}

function context(data: TrainingData, events: FitEvent[] = [], signal = new AbortController().signal): FitContext {
  return {
    seed: 3,
    signal,
    onEvent: (e) => events.push(e),
    validate: (model) => validationNdcg(model, data, signal),
  }
}

async function fitted(definition: ModelDefinition, data: TrainingData, config: ModelConfig = {}): Promise<Recommender> {
  const model = definition.create(config)
  await model.fit(data, context(data))
  return model
}

async function scoresOf(model: Recommender, data: TrainingData): Promise<Float32Array[]> {
  const users = Uint32Array.from({ length: data.users }, (_, u) => u)
  return Promise.all(data.domains.map((domain) => model.score(users, data.train, domain)))
}

const testNdcg = async (model: Recommender, data: TrainingData): Promise<number> => {
  const { domains } = await evaluate(model, data, 'test', { signal: new AbortController().signal })
  return domains.reduce((sum, d) => sum + d.mean['ndcg@10']!, 0) / domains.length
}

test('personal models find the two tastes, popularity does not', async () => {
  const data = tastes()
  const pop = await testNdcg(await fitted(popularity, data), data)
  expect(await testNdcg(await fitted(ease, data, { lambda: 20 }), data)).toBeGreaterThan(pop + 0.1)
  expect(await testNdcg(await fitted(ials, data, { dim: 8, epochs: 8 }), data)).toBeGreaterThan(pop + 0.1)
  for (const model of neighbourhoods)
    expect(await testNdcg(await fitted(model, data, { neighbours: 15 }), data), model.label).toBeGreaterThan(pop + 0.1)
})

test.each(definitions)(
  '$label: a saved and loaded model scores the same, and the same seed fits the same',
  async (definition) => {
    const data = tastes()
    const config: ModelConfig = definition.id === 'ials' ? { dim: 6, epochs: 3 } : {}
    const model = await fitted(definition, data, config)
    const loaded = definition.create(config)
    await loaded.load(await model.save(), data)
    const expected = await scoresOf(model, data)
    expect(await scoresOf(loaded, data)).toEqual(expected)
    expect(await scoresOf(await fitted(definition, data, config), data)).toEqual(expected)
    expect(expected.some((s) => s.some((v) => v !== 0))).toBe(true)
  },
)

test.each(definitions)('$label: a snapshot of other data is refused with a remedy', async (definition) => {
  const model = await fitted(definition, tastes(), definition.id === 'ials' ? { dim: 6, epochs: 1 } : {})
  const snapshot = await model.save()
  await expect(definition.create({}).load(snapshot, tastes(60, 44))).rejects.toThrow('Train it again')
})

test.each(definitions)('$label: reports what it does and a summary', async (definition) => {
  const data = tastes()
  const events: FitEvent[] = []
  const model = definition.create({})
  const summary = await model.fit(data, context(data, events))
  expect(summary.bestValidation).toBeCloseTo(await validationNdcg(model, data, new AbortController().signal), 12)
  const size = { users: 60, items: 40, events: data.train.item.length, featureDims: [] }
  const { parameters, memoryBytes, flopsPerEpoch } = definition.estimate({}, size)
  // lists may turn out shorter than k, and events below the threshold are no input
  if (definition.family === 'neighbourhood') expect(summary.parameters).toBeLessThanOrEqual(parameters!)
  else expect(summary.parameters).toBe(parameters)
  expect(memoryBytes > 0 && flopsPerEpoch > 0).toBe(true)
  expect(events.some((e) => e.type === 'phase')).toBe(true)
  for (const e of events)
    if (e.type === 'phase' && e.fraction !== null) expect(e.fraction >= 0 && e.fraction <= 1).toBe(true)
})

test('the objective of iALS falls with every epoch', async () => {
  const data = tastes()
  const events: FitEvent[] = []
  await ials.create({ dim: 8 }).fit(data, context(data, events))
  const losses = events.flatMap((e) => (e.type === 'epoch' ? [e.loss] : []))
  expect(losses.length).toBe(16)
  losses.forEach((loss, i) => i > 0 && expect(loss).toBeLessThanOrEqual(losses[i - 1]! * (1 + 1e-12)))
})

test('Popularity counts positives of training only', async () => {
  const train = interactions(3, [[0, 0, 5, 0], [1, 0, 2, 0], [1, 1, 4, 1], [2, 1, 5, 0]]) // prettier-ignore
  const data = trainingData({ users: 3, items: 3, positive: 4, train, validation: interactions(3, [[0, 2, 5, 9]]) })
  const model = await fitted(popularity, data)
  expect((await scoresOf(model, data))[0]!.slice(0, 3)).toEqual(Float32Array.of(1, 2, 0))
})

test('EASE: input is what is rated from min(minRating, positives threshold) on', async () => {
  const train = interactions(2, [[0, 0, 3, 0], [0, 1, 3, 1], [1, 2, 5, 0], [1, 0, 5, 1]]) // prettier-ignore
  const data = trainingData({ users: 2, items: 3, positive: 4, train, validation: interactions(2, [[0, 2, 5, 9]]) })
  const fromEverything = await fitted(ease, { ...data, positive: 0 })
  const fromFour = await fitted(ease, data, { minRating: 5 })
  const user0 = async (m: Recommender): Promise<Float32Array> => m.score(Uint32Array.of(0), train, data.domains[0]!)
  expect((await user0(fromEverything))[1]).toBeGreaterThan(0)
  expect(await user0(fromFour)).toEqual(new Float32Array(3)) // his two ratings are below 4
})

test.each([ease, ...neighbourhoods])(
  '$label with the scope of the target domain ignores the other domain, with both it does not',
  async (definition) => {
    const data = tastes()
    const onlyB = {
      ...data,
      train: { ...data.train, rating: data.train.rating.map((r, e) => (data.train.item[e]! < 20 ? 0 : r)) },
    }
    const b = data.domains[1]!
    const users = Uint32Array.from({ length: data.users }, (_, u) => u)
    const scores = async (scope: string, d: TrainingData): Promise<Float32Array> =>
      (await fitted(definition, d, { scope })).score(users, d.train, b)
    const alone = await scores('target', data)
    expect(alone).toEqual(await scores('target', onlyB))
    expect(await scores('both', data)).not.toEqual(await scores('both', onlyB))
  },
)

test('EASE says what it would need and refuses before it allocates', async () => {
  const train = interactions(1, [[0, 0, 5, 0]])
  const data = trainingData({ users: 1, items: 40_000, train, validation: train })
  await expect(ease.create({}).fit(data, context(data))).rejects.toThrow(/12\.9 GB for 40,000 items.*Raise the k-core/)
})

test.each(neighbourhoods)('$label says what it would need and refuses before it allocates', async (definition) => {
  // so many ratings and lists that neither would fit; the arrays are made up of nothing
  const train = { ...interactions(1, []), item: { length: 3e8 } as unknown as Uint32Array }
  const data = trainingData({ users: 1, items: 200_000, train })
  await expect(definition.create({ neighbours: 5000 }).fit(data, context(data))).rejects.toThrow(
    /would need \d+\.\d GB for .* ratings and .* lists of .* neighbours; the limit is 4 GB\..*raise the k-core/,
  )
})

test.each(neighbourhoods)('$label: a user who was not there is served from his history alone', async (definition) => {
  const data = tastes()
  const model = await fitted(definition, data, { neighbours: 15 })
  // user 60 was not there: his history is that of user 0
  const users = 61
  const events: number[][] = []
  for (let u = 0; u < users; u++) {
    const from = u === 60 ? 0 : u
    for (let e = data.train.indptr[from]!; e < data.train.indptr[from + 1]!; e++)
      events.push([u, data.train.item[e]!, data.train.rating[e]!, data.train.time[e]!])
  }
  const scores = await model.score(Uint32Array.of(60), interactions(users, events), data.domains[0]!)
  const even = scores.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0)
  const odd = scores.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0)
  expect(even).toBeGreaterThan(2 * odd)
})

test.each<{ id: string; definition: ModelDefinition; config: ModelConfig; sentence: string }>([
  { id: 'ease', definition: ease, config: { lambda: 0 }, sentence: 'Give a number from 1' },
  { id: 'ease', definition: ease, config: { scope: 'source' }, sentence: 'one of: both, target' },
  { id: 'item-knn', definition: itemKnn, config: { values: 'counts' }, sentence: 'one of: binary, stars' },
  { id: 'rp3beta', definition: rp3beta, config: { alpha: -1 }, sentence: 'Give a number from 0' },
  { id: 'user-knn', definition: userKnn, config: { neighbours: 0 }, sentence: 'Give a whole number' },
  { id: 'ials', definition: ials, config: { dim: 2.5 }, sentence: 'Give a whole number' },
  { id: 'ials', definition: ials, config: { epochs: '16' }, sentence: 'Give a whole number' },
])('$id refuses $config', ({ definition, config, sentence }) => {
  expect(() => definition.create(config)).toThrow(sentence)
})

test.each<{ id: string; definition: ModelDefinition; config: ModelConfig; users: number; items: number }>([
  { id: 'ease', definition: ease, config: {}, users: 200, items: 2400 },
  { id: 'ials', definition: ials, config: { dim: 128, epochs: 100 }, users: 200, items: 300 },
  { id: 'item-knn', definition: itemKnn, config: { neighbours: 2000 }, users: 700, items: 2000 },
  { id: 'user-knn', definition: userKnn, config: { neighbours: 2000 }, users: 4000, items: 500 },
])('$id stops within a second of the signal', async ({ definition, config, users, items }) => {
  const data = tastes(users, items)
  const controller = new AbortController()
  let aborted = 0
  const abort = (): void => {
    aborted = performance.now()
    controller.abort()
  }
  setTimeout(abort, 300)
  await expect(definition.create(config).fit(data, context(data, [], controller.signal))).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(performance.now() - aborted).toBeLessThan(1000)
})

test.each(definitions)('$label: every hyper-parameter is explained, every preset is valid', (definition) => {
  for (const h of definition.hyperParameters) expect(h.help.length, h.key).toBeGreaterThan(20)
  expect(definition.presets.some((p) => p.id === 'desktop')).toBe(true)
  for (const p of definition.presets) expect(() => definition.create(p.config)).not.toThrow()
})

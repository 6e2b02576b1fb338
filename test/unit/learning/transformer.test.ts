import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import type { FitContext, FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { ablationRuns, transformer } from '../../../src-main/learning/models/transformer.ts'
import { freezeFeatures } from '../../../src-main/learning/models/transformer-features.ts'
import { readSettings } from '../../../src-main/learning/models/transformer-settings.ts'
import { transformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import { allRows } from '../../../src-main/learning/row-upload.ts'
import { syntheticData } from './synthetic.ts'

const tiny: ModelConfig = {
  width: 8,
  layers: 1,
  heads: 2,
  shared: 8,
  history: 8,
  batch: 8,
  epochs: 3,
  learningRate: 0.003,
  warmUpSteps: 4,
  negatives: 8,
}
const data = syntheticData({ users: 24, items: 40, events: 20 })

function context(seed = 1, more: Partial<FitContext> = {}): FitContext & { events: FitEvent[] } {
  const events: FitEvent[] = []
  return {
    seed,
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
    validate: async () => 0.1,
    events,
    ...more,
  }
}

async function fitted(config: ModelConfig, on: TrainingData = data): Promise<Recommender> {
  const model = transformer.create({ ...tiny, ...config })
  await model.fit(on, context())
  return model
}

const everyone = Uint32Array.from({ length: data.users }, (_, u) => u)

beforeAll(async () => void (await startBackend('wasm')))

const variants: ModelConfig[] = [
  { fusion: 'sum', loss: 'softmax', crossDomain: 'sharing' },
  { fusion: 'tokens', loss: 'bce', crossDomain: 'sharing' },
  { fusion: 'sum', loss: 'softmax', crossDomain: 'none' },
  { fusion: 'tokens', loss: 'softmax', crossDomain: 'merged' },
  { fusion: 'sum', loss: 'bce', crossDomain: 'merged', ids: 'separate', negativeDistribution: 'popularity' },
  { text: false, image: false },
  { loss: 'bpr', crossDomain: 'sharing', clip: 1 },
  { loss: 'sampledSoftmax', fusion: 'tokens', negativeDistribution: 'popularity' },
  { contrastive: 0.3, loss: 'sampledSoftmax' },
  { contrastive: 0.3, shuffleFeatures: true },
  { noiseFeatures: true },
  { tower: 'perceptrons', candidates: 'domain' },
  { tower: 'perceptrons', candidates: 'all', crossDomain: 'none', shared: 12 },
  { tower: 'direct', loss: 'bce', fusion: 'tokens', ids: 'separate' },
]

describe.each(variants)('with %o', (config) => {
  test('it learns, scores both domains, and a loaded copy scores the same', async () => {
    const model = transformer.create({ ...tiny, ...config })
    const watched = context()
    const summary = await model.fit(data, watched)
    const losses = watched.events.filter((e) => e.type === 'epoch').map(({ loss }) => loss)
    expect(losses.at(-1)).toBeLessThan(losses[0]!)
    expect(summary).toMatchObject({ epochs: 3, bestEpoch: 1, stopped: 'finished', backend: 'wasm' })
    const copy = transformer.create({ ...tiny, ...config })
    const snapshot = await model.save()
    await copy.load({ arrays: snapshot.arrays, json: JSON.parse(JSON.stringify(snapshot.json)) }, data)
    for (const domain of data.domains) {
      const scores = await model.score(everyone, data.train, domain)
      expect(scores.length).toBe(data.users * (domain.end - domain.start))
      expect(scores.every(Number.isFinite)).toBe(true)
      expect(await copy.score(everyone, data.train, domain)).toEqual(scores)
    }
    model.dispose()
    copy.dispose()
  })
})

test('one domain alone works', async () => {
  const single = syntheticData({ users: 20, items: 30, boundary: 30 })
  const model = await fitted({}, single)
  expect((await model.score(Uint32Array.of(3), single.train, single.domains[0]!)).length).toBe(30)
  model.dispose()
})

test('any feature table is a modality, and two of one name are refused', async () => {
  const dims = ['text', 'image', 'audio'].map((name, m) => ({ name, dim: 3 + m }))
  const rich = syntheticData({ users: 12, items: 20, events: 12, dims })
  for (const fusion of ['sum', 'tokens']) {
    const model = await fitted({ fusion, contrastive: 0.2 }, rich)
    const { arrays, json } = await model.save()
    expect(arrays['audio.projection']!.shape).toEqual([5 + 2, 8])
    expect(json['modalities']).toEqual(dims)
    model.dispose()
  }
  const [text] = rich.features
  await expect(fitted({}, { ...rich, features: [text!, text!] })).rejects.toThrow(
    "Two feature tables are called 'text'. Give each modality a name of its own.",
  )
})

test('noise takes the place of features, the same for the same seed, and what is missing stays so', () => {
  const shape = transformerShape(readSettings({ ...tiny, noiseFeatures: true }), data)
  const textOf = (of: typeof shape, seed: number): Float32Array => allRows(freezeFeatures(of, data, seed)[0]!)
  const text = textOf(shape, 1)
  expect(textOf(shape, 1)).toEqual(text)
  expect(textOf(shape, 2)).not.toEqual(text)
  const real = textOf(transformerShape(readSettings(tiny), data), 1)
  const marks = (rows: Float32Array): number[] => [...rows].filter((_, i) => i % 7 >= 5) // five columns, then the two marks
  expect(marks(text)).toEqual(marks(real))
  let along = 0
  for (let i = 0; i < real.length; i++) if (i % 7 < 5) along += real[i]! * text[i]!
  const present = data.features[0]!.present.reduce((a, b) => a + b, 0)
  expect(Math.abs(along / present)).toBeLessThan(0.2) // rows of length 1: the mean cosine of unrelated ones
})

test('a catalogue embedded in blocks is the catalogue embedded at once', async () => {
  const large = syntheticData({ users: 6, items: 4500, events: 12 })
  const model = transformer.create({ ...tiny, loss: 'bce', fusion: 'tokens', epochs: 1 })
  await model.fit(large, context())
  const full = transformer.create({ ...tiny, loss: 'softmax', fusion: 'tokens' }) // keeps all features on the device
  await full.load(await model.save(), large)
  const [a, b] = await Promise.all(
    [model, full].map((m) => m.score(Uint32Array.of(0, 5), large.train, large.domains[1]!)),
  )
  for (let i = 0; i < a!.length; i++) expect(a![i]).toBeCloseTo(b![i]!, 5)
  model.dispose()
  full.dispose()
})

test('the same seed gives the same curve and weights, another seed does not', async () => {
  const run = async (seed: number): Promise<[number[], Float32Array]> => {
    const model = transformer.create({ ...tiny, loss: 'bce', dropout: 0.2 })
    const watched = context(seed)
    await model.fit(data, watched)
    const scores = await model.score(everyone, data.train, data.domains[0]!)
    model.dispose()
    return [watched.events.filter((e) => e.type === 'step').map(({ loss }) => loss), scores]
  }
  const first = await run(5)
  expect(await run(5)).toEqual(first)
  expect((await run(6))[0]).not.toEqual(first[0])
})

test('a user’s scores do not depend on the company they are computed in', async () => {
  const model = await fitted({})
  const domain = data.domains[1]!
  const size = domain.end - domain.start
  const together = await model.score(everyone, data.train, domain)
  const copy = transformer.create(tiny)
  await copy.load(await model.save(), data)
  for (const user of [0, 7, 23]) {
    const alone = await copy.score(Uint32Array.of(user), data.train, domain)
    for (let i = 0; i < size; i++) expect(alone[i]).toBeCloseTo(together[user * size + i]!, 4)
  }
  model.dispose()
  copy.dispose()
})

test('scores follow the history that is given: only its last events count', async () => {
  const model = await fitted({ history: 3, crossDomain: 'merged' })
  const domain = data.domains[0]!
  const last = tailOf(data.train, 6)
  const whole = await model.score(everyone, data.train, domain)
  const short = await model.score(everyone, last, domain)
  const shorter = await model.score(everyone, tailOf(data.train, 2), domain)
  for (let i = 0; i < whole.length; i++) expect(short[i]).toBeCloseTo(whole[i]!, 4)
  expect(Math.max(...whole.map((x, i) => Math.abs(x - shorter[i]!)))).toBeGreaterThan(1e-3)
  model.dispose()
})

test('an empty history is scored, too', async () => {
  const model = await fitted({})
  const scores = await model.score(Uint32Array.of(0, 1), tailOf(data.train, 0), data.domains[0]!)
  const size = data.domains[0]!.end
  expect([...scores.subarray(0, size)]).toEqual([...scores.subarray(size)])
  model.dispose()
})

test('training takes nothing from held-out events', async () => {
  const fit = async (on: TrainingData): Promise<Float32Array> => {
    const model = await fitted({}, on)
    const scores = await model.score(everyone, data.train, data.domains[0]!)
    model.dispose()
    return scores
  }
  const empty = tailOf(data.train, 0)
  expect(await fit({ ...data, validation: empty, test: empty })).toEqual(await fit(data))
})

test('"without cross-domain" does not react to the other domain, sharing does', async () => {
  const swapped = { ...data.train, item: data.train.item.slice() }
  const { start } = data.domains[1]!
  const size = data.items - start
  for (const [i, item] of swapped.item.entries())
    if (item >= start) swapped.item[i] = start + ((item - start + 5) % size)
  for (const [crossDomain, reacts] of [
    ['none', false],
    ['sharing', true],
    ['merged', true],
  ] as const) {
    const model = await fitted({ crossDomain })
    const before = await model.score(everyone, data.train, data.domains[0]!)
    const after = await model.score(everyone, swapped, data.domains[0]!)
    const most = Math.max(...before.map((x, i) => Math.abs(x - after[i]!)))
    if (reacts) expect(most).toBeGreaterThan(1e-3)
    else expect(most).toBeLessThan(1e-5)
    model.dispose()
  }
})

test('the merged control has as many parameters as sharing, within 3 %', () => {
  const size = { users: 600, items: 3000, events: 70_000, featureDims: [192, 160] }
  for (const { config } of transformer.presets) {
    const sharing = transformer.estimate({ ...config, crossDomain: 'sharing' }, size).parameters!
    const merged = transformer.estimate({ ...config, crossDomain: 'merged' }, size).parameters!
    expect(Math.abs(merged - sharing) / sharing).toBeLessThan(0.03)
  }
})

test('the estimate counts the parameters that a fit then has', async () => {
  const model = transformer.create({ ...tiny, epochs: 1 })
  const { parameters } = await model.fit(data, context())
  const size = { users: data.users, items: data.items, events: data.train.item.length, featureDims: [5, 4] }
  expect(transformer.estimate(tiny, size).parameters).toBe(parameters)
  model.dispose()
})

test('200 steps and their validations leave no tensor behind', async () => {
  const before = tf.memory().numTensors
  const model = transformer.create({ ...tiny, batch: 2, epochs: 14, patience: 14, dropout: 0.1 })
  const counts: number[] = []
  let steps = 0
  await model.fit(
    data,
    context(1, {
      onEvent: (event) => void (steps += event.type === 'step' ? 1 : 0),
      validate: async (m) => {
        await m.score(everyone, data.train, data.domains[0]!)
        counts.push(tf.memory().numTensors)
        return 0.1
      },
    }),
  )
  expect(steps).toBeGreaterThanOrEqual(200)
  expect(new Set(counts).size).toBe(1)
  model.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('cancelling ends the fit within a second', async () => {
  const controller = new AbortController()
  const model = transformer.create({ ...tiny, epochs: 500, patience: 100 })
  setTimeout(() => controller.abort(), 150)
  const begun = performance.now()
  const fit = model.fit(data, context(1, { signal: controller.signal }))
  await expect(fit).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(performance.now() - begun).toBeLessThan(1150)
  model.dispose()
})

test.each([
  [
    { width: 10, heads: 4 },
    'Transformer: the width 10 cannot be divided among 4 heads. Choose a width that is a multiple of 4.',
  ],
  [{ text: 'yes' }, 'Transformer: text is "yes". Give true or false.'],
])('%o is refused', (config, sentence) => {
  expect(() => transformer.create(config)).toThrow(sentence)
})

test('features that are not finite are refused with table, item and column', async () => {
  const [text, image] = data.features
  const rows = image!.rows.slice()
  rows[4 * 4 + 2] = Number.NaN
  const model = transformer.create(tiny)
  await expect(model.fit({ ...data, features: [text!, { ...image!, rows }] }, context())).rejects.toThrow(
    'The image features of item 4 hold NaN in column 2. Encode them again.',
  )
  model.dispose()
})

test('weights of another data set are refused', async () => {
  const model = await fitted({})
  const other = syntheticData({ users: 24, items: 41, events: 20 })
  await expect(transformer.create(tiny).load(await model.save(), other)).rejects.toThrow(/another data set or split/)
  await expect(transformer.create({ ...tiny, width: 4 }).load(await model.save(), data)).rejects.toThrow(/'item.id'/)
  model.dispose()
})

test('every preset is a valid configuration and every row says what it is', () => {
  for (const { config } of transformer.presets) expect(() => transformer.create(config)).not.toThrow()
  for (const row of transformer.hyperParameters) expect(row.help.length).toBeGreaterThan(10)
  const keys = transformer.hyperParameters.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('the ablation set takes one thing away at a time', () => {
  fc.assert(
    fc.property(fc.constantFrom('sharing', 'none', 'merged'), fc.boolean(), (crossDomain, text) => {
      const runs = ablationRuns({ ...tiny, crossDomain, text })
      const whole = runs[0]!.config
      expect(runs.map(({ label }) => label)).toEqual([
        'Full model',
        'Without cross-domain',
        'Merged, without sharing',
        'Without text',
        'Without images',
        'Without text and images',
        'Shuffled features',
        'Noise features',
      ])
      const differing = runs.map(({ config }) => Object.keys(config).filter((key) => config[key] !== whole[key]))
      expect(differing).toEqual([
        [],
        ['crossDomain'],
        ['crossDomain'],
        ['text'],
        ['image'],
        ['text', 'image'],
        ['shuffleFeatures'],
        ['noiseFeatures'],
      ])
    }),
    { numRuns: 6 },
  )
})

/** Each user's last `keep` events. */
function tailOf(events: Interactions, keep: number): Interactions {
  const rows: number[] = []
  const indptr = [0]
  for (let user = 0; user + 1 < events.indptr.length; user++) {
    const end = events.indptr[user + 1]!
    for (let row = Math.max(events.indptr[user]!, end - keep); row < end; row++) rows.push(row)
    indptr.push(rows.length)
  }
  return {
    indptr: Uint32Array.from(indptr),
    item: Uint32Array.from(rows, (row) => events.item[row]!),
    rating: Float32Array.from(rows, (row) => events.rating[row]!),
    time: Float64Array.from(rows, (row) => events.time[row]!),
  }
}

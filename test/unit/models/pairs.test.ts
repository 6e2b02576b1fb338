// DeepFM, Wide & Deep and MVCNN: their pairs, their scores, and their life as recommenders.
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { Checkpoint } from '../../../src-main/learning/checkpoint.ts'
import { domainOf } from '../../../src-main/learning/data.ts'
import type { ItemViews, TrainingData } from '../../../src-main/learning/data.ts'
import { Dropout } from '../../../src-main/learning/dropout.ts'
import type { FitContext, Recommender } from '../../../src-main/learning/model.ts'
import { deepfm } from '../../../src-main/learning/models/deepfm.ts'
import { mvcnn } from '../../../src-main/learning/models/mvcnn.ts'
import { PairSource } from '../../../src-main/learning/models/pair-batch.ts'
import { pairLogits } from '../../../src-main/learning/models/pair-forward.ts'
import { PairLearner } from '../../../src-main/learning/models/pair-learner.ts'
import { PairScores } from '../../../src-main/learning/models/pair-scores.ts'
import { wideDeep } from '../../../src-main/learning/models/wide-deep.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { deepFmCases, mvcnnCases, wideDeepCases } from '../../golden/pair-cases.ts'
import { syntheticData } from '../learning/synthetic.ts'

beforeAll(async () => void (await startBackend('wasm', { threads: 1 })))

const size = { users: 12, items: 30, boundary: 16 }

/** Words and colours that follow from an item's index; every fifth has no poster. */
function views(items: number): ItemViews {
  const [length, height, width] = [6, 20, 18]
  const hasPoster = Uint8Array.from({ length: items }, (_, i) => (i % 5 === 0 ? 0 : 1))
  return {
    tokens: Int32Array.from({ length: items * length }, (_, at) => (at % length < 3 ? 1 + ((at * 7) % 11) : 0)),
    length,
    vocabulary: 11,
    pixels: Uint8Array.from({ length: items * height * width * 3 }, (_, at) => (at * 31) % 256),
    height,
    width,
    hasPoster,
    hash: 'views',
  }
}

const data: TrainingData = {
  ...syntheticData({ ...size, events: 14, dims: [], seed: 4 }),
  facts: {
    genreNames: ['Comedy', 'Drama', 'War'],
    genres: Uint32Array.from({ length: size.items }, (_, i) => 1 + (i % 7)),
    year: Int16Array.from({ length: size.items }, (_, i) => 1970 + i),
  },
  views: views(size.items),
}
const everyone = Uint32Array.from({ length: data.users }, (_, u) => u)

const options = { negatives: 3, distribution: 'uniform' as const, minRating: 0, userBalance: 0.5 }

describe('pairs', () => {
  test('Negatives are of the positive’s domain and never the user’s own; rows name what they should', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('uniform' as const, 'popularity' as const), (seed, distribution) => {
        const source = new PairSource(data, { ...options, distribution })
        const [rows] = source.shuffled(17, new Random(seed))
        const batch = source.batch(rows!, null, new Random(seed + 1))
        const [user, item] = [batch.userRows.map((r) => batch.users[r]!), batch.itemRows.map((r) => batch.items[r]!)]
        expect(new Set(batch.items).size).toBe(batch.items.length)
        for (const [n, row] of rows!.entries()) {
          const { indptr } = data.train
          expect(row).toBeGreaterThanOrEqual(indptr[user[n]!]!)
          expect(row).toBeLessThan(indptr[user[n]! + 1]!)
          expect(item[n]).toBe(data.train.item[row])
          const own = new Set(data.train.item.subarray(indptr[user[n]!], indptr[user[n]! + 1]))
          for (let j = 0; j < 3; j++) {
            const at = rows!.length + n * 3 + j
            expect(user[at]).toBe(user[n])
            expect(batch.negativeWeights[n * 3 + j]).toBe(batch.positiveWeights[n])
            expect(own.has(item[at]!)).toBe(false)
            expect(domainOf(data, item[at]!)).toBe(domainOf(data, item[n]!))
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('A user who has rated everything has negatives of weight 0', () => {
    const all = { indptr: Uint32Array.of(0, 3), item: Uint32Array.of(0, 1, 2), rating: Float32Array.of(5, 5, 5), time: new Float64Array(3) } // prettier-ignore
    const full: TrainingData = { ...data, users: 1, items: 3, domains: [{ name: 'A', start: 0, end: 3 }], train: all }
    const source = new PairSource(full, options)
    expect([...source.batch(source.positives, null, new Random(1)).negativeWeights]).toEqual(new Array(9).fill(0))
  })

  test('User balance: 0 counts positives, 1 counts users; the mean over positives is 1', () => {
    for (const userBalance of [0, 0.5, 1]) {
      const source = new PairSource(data, { ...options, userBalance })
      expect(source.weightOf(source.positives)).toBeCloseTo(source.positives.length, 6)
    }
    const source = new PairSource(data, { ...options, userBalance: 1 })
    const ofUser = (u: number): number => source.weightOf(source.positives.filter((row) => row >= data.train.indptr[u]! && row < data.train.indptr[u + 1]!)) // prettier-ignore
    expect(ofUser(0)).toBeCloseTo(ofUser(1), 6)
  })

  test('No event with so many stars: a sentence with its remedy', () => {
    const low: TrainingData = { ...data, train: { ...data.train, rating: data.train.rating.map(() => 1) } }
    expect(() => new PairSource(low, { ...options, minRating: 4 })).toThrow("Lower 'Positives from'")
  })

  test('Steps by items: every positive once an epoch, negatives among the step’s items, steps alike when asked again', () => {
    const [{ model, settings }] = mvcnnCases() as [ReturnType<typeof mvcnnCases>[0]]
    const learner = new PairLearner(model, { ...settings, negatives: 2 }, data, 1, 8)
    const [first, again, other] = [learner.epoch(1), learner.epoch(1), learner.epoch(2)]
    const positives = new PairSource(data, settings).positives.length
    expect(first.reduce((sum, { samples }) => sum + samples, 0)).toBe(positives)
    expect(other.length).toBe(first.length)
    const itemsOf = (steps: typeof first): string[] => steps.map((s, k) => String(s.prepare(0, k).rows.at(-1)))
    expect(itemsOf(again)).toEqual(itemsOf(first))
    expect(itemsOf(other)).not.toEqual(itemsOf(first))
    for (const step of first) expect(step.prepare(0, 0).rows.at(-1)!.length).toBeLessThanOrEqual(10)
  })
})

test.each([...deepFmCases(), ...wideDeepCases(), ...mvcnnCases()])(
  'All scores at once are those of single pairs: $name',
  async ({ model, specs }) => {
    const { tensors, named } = model.weights.upload()
    const shape = Object.fromEntries(specs.map((spec) => [spec.name, spec.shape]))
    const [users, items] = [shape['user.embedding']![0]!, shape['item.linear']![0]!]
    const ids = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)
    const rows = { users: [] as number[], items: [] as number[] }
    for (let u = 0; u < users; u++) for (let i = 2; i < items; i++) (rows.users.push(u), rows.items.push(i))
    const single = tf.tidy(() => {
      const sides = { users: model.users(ids(users))(named), items: model.items(ids(items))(named, Dropout.none) }
      const pairs = { users: tf.tensor1d(rows.users, 'int32'), items: tf.tensor1d(rows.items, 'int32') }
      return pairLogits(named, model.widths.length, sides, pairs, Dropout.none).dataSync()
    })
    const before = tf.memory().numTensors
    const scores = new PairScores({ ...model, itemsAtOnce: 5 }, named)
    const domain = { name: 'A' as const, start: 2, end: items }
    const asked = Uint32Array.from(ids(users))
    const all = await scores.score(asked, data.train, domain)
    expect(all.length).toBe(single.length)
    for (const [k, z] of all.entries()) expect(z).toBeCloseTo(single[k]!, 4)
    const scoring = await scores.scoring(data.train, domain)
    expect(scoring.kind === 'given' && (await scoring.users(asked.subarray(1, 2)))).toEqual(all.slice(items - 2, 2 * (items - 2))) // prettier-ignore
    scores.close()
    model.dispose?.()
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before)
    tf.dispose(tensors)
  },
)

const small: ModelConfig = { dim: 6, width: 8, layers: 2, epochs: 3, batch: 32, minRating: 0, patience: 3 }
const networks: ModelConfig = { ...small, tokenDim: 4, filters: 3, channels: 2, itemsAStep: 8 }

describe.each([
  ['DeepFM', deepfm, small],
  ['Wide & Deep', wideDeep, small],
  ['MVCNN', mvcnn, networks],
] as const)('%s', (_, definition, config) => {
  const context = (changes: Partial<FitContext> = {}): FitContext => ({
    seed: 3,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    validate: async (m) => (await scoresOf(m)).reduce((a, b) => a + b * b, 0),
    ...changes,
  })
  const scoresOf = (model: Recommender): Promise<Float32Array> => model.score(everyone, data.train, data.domains[1]!)

  test('learns what its users like, and the same again from the same seed', async () => {
    const losses: number[] = []
    const long = { ...config, epochs: 20, patience: 20, learningRate: 0.02, l2: 0, dropout: 0 }
    const [model, again] = [definition.create(long), definition.create(long)]
    await model.fit(data, context({ onEvent: (e) => void (e.type === 'epoch' && losses.push(e.loss)) }))
    await again.fit(data, context())
    expect(losses.at(-1)).toBeLessThan(0.85 * losses[0]!)
    expect(await scoresOf(again)).toEqual(await scoresOf(model))
    model.dispose()
    again.dispose()
  })

  test('goes on from a checkpoint bit for bit, and from a saved file', async () => {
    const whole = definition.create(config)
    await whole.fit(data, context())
    let kept: Checkpoint | null = null
    const controller = new AbortController()
    const cut = definition.create(config)
    const store = { read: async () => kept, write: async (c: Checkpoint) => void (kept = structuredClone(c)) }
    const stop = (): void => controller.abort()
    await expect(
      cut.fit(data, context({ checkpoints: store, signal: controller.signal, onEvent: (e) => void (e.type === 'step' && e.step === 4 && stop()) })), // prettier-ignore
    ).rejects.toThrow('aborted')
    await cut.fit(data, context({ checkpoints: store }))
    expect(await scoresOf(cut)).toEqual(await scoresOf(whole))
    const loaded = definition.create(config)
    await loaded.load(await whole.save(), data)
    expect(await scoresOf(loaded)).toEqual(await scoresOf(whole))
    for (const model of [whole, cut, loaded]) model.dispose()
  })

  test('leaves nothing on the device', async () => {
    const before = tf.memory().numTensors
    const model = definition.create(config)
    await model.fit(data, context())
    await scoresOf(model)
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('works without facts of the items, and says what it costs', async () => {
    const bare = { ...data }
    delete bare.facts
    const model = definition.create(config)
    const { parameters } = await model.fit(bare, context())
    model.dispose()
    const cost = definition.estimate(config, { users: data.users, items: data.items, events: data.train.item.length, featureDims: [] }) // prettier-ignore
    expect(cost.flopsPerEpoch).toBeGreaterThan(1e4)
    expect(cost.parameters!).toBeGreaterThan(parameters! / 4)
  })
})

test('MVCNN without views, or with nothing to read, is refused', async () => {
  const bare = { ...data }
  delete bare.views
  const context = { seed: 1, signal: new AbortController().signal, onEvent: () => undefined, validate: async () => 0 }
  await expect(mvcnn.create(networks).fit(bare, context)).rejects.toThrow('brings none of them')
  const blind = mvcnn.create({ ...networks, text: false, image: false, ids: false })
  await expect(blind.fit(data, context)).rejects.toThrow('nothing left to read')
})

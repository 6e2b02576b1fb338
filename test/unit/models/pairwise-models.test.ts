// BPR, LightGCN and VBPR through their whole life on made-up data.
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { Checkpoint, CheckpointStore } from '../../../src-main/learning/checkpoint.ts'
import type { FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { bpr } from '../../../src-main/learning/models/bpr.ts'
import { lightgcn } from '../../../src-main/learning/models/lightgcn.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { vbpr } from '../../../src-main/learning/models/vbpr.ts'
import { syntheticData } from '../learning/synthetic.ts'

const data = syntheticData({ users: 120, items: 60, events: 20 })
const signal = new AbortController().signal
const small: ModelConfig = { dim: 8, batch: 128, epochs: 3, patience: 3, learningRate: 0.02, validateEvery: 1 }
const everyone = Uint32Array.from({ length: data.users }, (_, u) => u)

beforeAll(async () => void (await startBackend('wasm')))

interface Run {
  config?: ModelConfig
  store?: CheckpointStore
  atStep?: number
}

/** Keeps the last checkpoint as a file would. */
class MemoryStore implements CheckpointStore {
  kept: Checkpoint | null = null
  async read(): Promise<Checkpoint | null> {
    return structuredClone(this.kept)
  }
  async write(checkpoint: Checkpoint): Promise<void> {
    this.kept = structuredClone(checkpoint)
  }
}

const scoresOf = async (model: Recommender): Promise<Float32Array[]> =>
  Promise.all(data.domains.map((domain) => model.score(everyone, data.train, domain)))

describe.each([bpr, lightgcn, vbpr])('$label', (definition) => {
  async function fitted({ config, store, atStep }: Run = {}): Promise<{ model: Recommender; losses: number[] }> {
    const controller = new AbortController()
    const model = definition.create({ ...small, ...config })
    const losses: number[] = []
    await model.fit(data, {
      seed: 5,
      signal: controller.signal,
      onEvent: (event: FitEvent) => {
        if (event.type !== 'step') return
        losses.push(event.loss)
        if (event.step === atStep) controller.abort()
      },
      validate: async (m) => (await scoresOf(m)).flatMap((s) => [...s]).reduce((a, b) => a + b * b, 0),
      ...(store ? { checkpoints: store } : {}),
    })
    return { model, losses }
  }

  test('learns more than popularity says', async () => {
    const model = definition.create({ ...small, dim: 16, epochs: 40, patience: 40, minRating: 0 })
    const summary = await model.fit(data, {
      seed: 1,
      signal,
      onEvent: () => {},
      validate: (m) => validationNdcg(m, data, signal),
    })
    const plain = popularity.create({})
    await plain.fit(data, { seed: 1, signal, onEvent: () => {}, validate: async () => 0 })
    expect(summary.bestValidation).toBeGreaterThan(1.1 * (await validationNdcg(plain, data, signal)))
    expect(summary.parameters).toBe(
      Object.values((await model.save()).arrays).reduce((sum, array) => sum + array.data.length, 0),
    )
  })

  test('one seed gives one model; cancelled at any step and resumed, it is the same', async () => {
    const whole = await fitted()
    const again = await fitted()
    expect(again.losses).toEqual(whole.losses)
    const weights = (await whole.model.save()).arrays
    expect((await again.model.save()).arrays).toEqual(weights)
    for (let atStep = 1; atStep < whole.losses.length; atStep += 4) {
      const store = new MemoryStore()
      await expect(fitted({ store, atStep })).rejects.toMatchObject({ name: 'AbortError' })
      const resumed = await fitted({ store })
      expect((await resumed.model.save()).arrays).toEqual(weights)
      expect(resumed.losses).toEqual(whole.losses.slice(atStep))
    }
  })

  test('its scoring gives the scores, a saved model gives them again, and those of other data are refused', async () => {
    const { model } = await fitted()
    const scores = await scoresOf(model)
    for (const [d, domain] of data.domains.entries()) {
      const scoring = await model.scoring?.(data.train, domain)
      if (scoring?.kind !== 'vectors') throw new Error('not vectors')
      const { width, items, bias } = scoring
      const users = await scoring.users(everyone)
      const size = domain.end - domain.start
      for (let b = 0; b < everyone.length; b++)
        for (let i = 0; i < size; i++) {
          let sum = bias?.[i] ?? 0
          for (let c = 0; c < width; c++) sum += users[b * width + c]! * items[i * width + c]!
          expect(scores[d]![b * size + i]).toBeCloseTo(sum, 5)
        }
    }
    const snapshot = await model.save()
    const loaded = definition.create(small)
    await loaded.load(snapshot, data)
    expect(await scoresOf(loaded)).toEqual(scores)
    await expect(loaded.load(snapshot, { ...data, hash: 'other' })).rejects.toThrow('another data set or split')
    await expect(definition.create({ ...small, dim: 9 }).load(snapshot, data)).rejects.toThrow('do not fit')
  })

  test('a user without a training positive is scored as the average user', async () => {
    const rating = data.train.rating.map((r, e) => (e < data.train.indptr[1]! ? 1 : r))
    const cold = { ...data, train: { ...data.train, rating } }
    const model = definition.create({ ...small, epochs: 1 })
    await model.fit(cold, { seed: 1, signal, onEvent: () => {}, validate: async () => 0 })
    const domain = data.domains[0]!
    const size = domain.end
    const scores = await model.score(everyone, cold.train, domain)
    for (let i = 0; i < size; i++) {
      let mean = 0
      for (let u = 1; u < data.users; u++) mean += scores[u * size + i]! / (data.users - 1)
      expect(scores[i]).toBeCloseTo(mean, 5)
    }
  })

  test('before it is fitted it says so', async () => {
    await expect(definition.create({}).save()).rejects.toThrow(
      `${definition.label} has no weights yet: fit it or load a file first.`,
    )
  })

  test('its estimate grows with the data and with its width', () => {
    const size = { users: 600, items: 3000, events: 70_000, featureDims: [200, 200] }
    const plain = definition.estimate({}, size)
    expect(definition.estimate({ dim: 256 }, size).flopsPerEpoch).toBeGreaterThan(plain.flopsPerEpoch)
    expect(definition.estimate({}, { ...size, events: 700_000 }).flopsPerEpoch).toBeGreaterThan(2 * plain.flopsPerEpoch)
    expect(definition.estimate({}, { ...size, items: 30_000 }).memoryBytes).toBeGreaterThan(plain.memoryBytes)
  })
})

describe('VBPR', () => {
  const fit = (config: ModelConfig, features = data.features): Promise<unknown> =>
    vbpr
      .create({ ...small, ...config, epochs: 1 })
      .fit({ ...data, features }, { seed: 1, signal, onEvent: () => {}, validate: async () => 0 })

  test('refuses a run without the features it wants', async () => {
    await expect(fit({}, [])).rejects.toThrow(
      'VBPR needs item features, and this run has none. Add posters or plots to the data set, choose other features, or take BPR.',
    )
    const [text] = data.features
    await expect(fit({ features: 'image' }, [text!])).rejects.toThrow('VBPR needs image features')
    await expect(fit({ features: 'text' }, [text!])).resolves.toBeDefined()
  })

  test('features that are not finite are refused with their place', async () => {
    const [text, image] = data.features
    const rows = text!.rows.slice()
    rows[text!.dim * 2 + 1] = Number.NaN
    await expect(fit({}, [{ ...text!, rows }, image!])).rejects.toThrow(
      'The text features of item 2 hold NaN in column 1. Encode them again.',
    )
  })
})

test('BPR and LightGCN compute on the host, VBPR on the backend', async () => {
  const backends: string[] = []
  for (const definition of [bpr, lightgcn, vbpr]) {
    const model = definition.create({ ...small, epochs: 1 })
    const { backend } = await model.fit(data, { seed: 1, signal, onEvent: () => {}, validate: async () => 0 })
    backends.push(backend)
  }
  expect(backends).toEqual(['typed arrays', 'typed arrays', 'wasm'])
})

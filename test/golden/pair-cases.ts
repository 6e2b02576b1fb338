/**
 * The cases that golden values are made for of DeepFM, Wide & Deep and MVCNN, without dropout, on a tiny data set. Weights come from a formula that
 * pair_values.py repeats; batches and what is known of the items are handed to it as plain arrays.
 * Run: npx node test/golden/pair-cases.ts   (writes pair-inputs.json), then python3 test/golden/deepfm.py, wide-deep.py and mvcnn.py
 */
import type { ModelConfig } from '../../src-preload/contract.ts'
import type { ItemViews, TrainingData } from '../../src-main/learning/data.ts'
import { deepFmModel, deepFmSchema } from '../../src-main/learning/models/deepfm.ts'
import { mvcnnModel } from '../../src-main/learning/models/mvcnn.ts'
import { readMvcnnSettings } from '../../src-main/learning/models/mvcnn-schema.ts'
import { PairSource } from '../../src-main/learning/models/pair-batch.ts'
import type { PairBatch } from '../../src-main/learning/models/pair-batch.ts'
import type { PairModel } from '../../src-main/learning/models/pair-model.ts'
import { readPairSettings } from '../../src-main/learning/models/pair-settings.ts'
import type { PairSettings } from '../../src-main/learning/models/pair-settings.ts'
import { readWideDeepSettings, wideDeepModel } from '../../src-main/learning/models/wide-deep.ts'
import type { ParameterSpec } from '../../src-main/learning/parameters.ts'
import { Random } from '../../src-main/learning/random.ts'
import { syntheticData } from '../unit/learning/synthetic.ts'

export interface PairCase {
  name: string
  model: PairModel
  settings: PairSettings
  batch: PairBatch
  /** All parameters, those of the flat vector first. */
  specs: ParameterSpec[]
  plain: object
}

const ITEMS = 12
const facts = {
  genreNames: ['Comedy', 'Drama', 'War'],
  genres: Uint32Array.from({ length: ITEMS }, (_, i) => (i * 5 + 3) % 8), // 0: none of them
  year: Int16Array.from({ length: ITEMS }, (_, i) => (i % 5 === 4 ? 0 : 1981 + 3 * i)),
}

/** Item 3 has neither text nor poster, items 1, 4, 7 and 10 have no poster, item 5 has a single word. */
function tinyViews(): ItemViews {
  const [length, vocabulary, height, width] = [7, 9, 19, 18]
  const random = new Random(8)
  const hasPoster = Uint8Array.from({ length: ITEMS }, (_, i) => (i % 3 === 1 || i === 3 ? 0 : 1))
  const tokens = new Int32Array(ITEMS * length)
  for (let i = 0; i < ITEMS; i++) {
    const words = i === 3 ? 0 : i === 5 ? 1 : 2 + random.integer(length - 1)
    for (let t = 0; t < words; t++) tokens[i * length + t] = 1 + random.integer(vocabulary)
  }
  const pixels = Uint8Array.from({ length: ITEMS * height * width * 3 }, (_, at) =>
    hasPoster[Math.floor(at / (height * width * 3))] === 1 ? random.integer(256) : 0,
  )
  return { tokens, length, vocabulary, pixels, height, width, hasPoster, hash: 'tiny' }
}

const data: TrainingData = { ...syntheticData({ users: 5, items: ITEMS, boundary: 7, events: 9, dims: [], seed: 5 }), facts } // prettier-ignore
const withoutFacts: TrainingData = syntheticData({ users: 5, items: ITEMS, boundary: ITEMS, events: 9, dims: [], seed: 6 }) // prettier-ignore
const withViews: TrainingData = { ...data, views: tinyViews() }

const small = { dim: 3, width: 4, layers: 2, dropout: 0, negatives: 2, minRating: 3.5, userBalance: 0.5, l2: 0.02 }

export function deepFmCases(): PairCase[] {
  const make = (name: string, config: ModelConfig, of: TrainingData): PairCase => {
    const settings = readPairSettings(deepFmSchema, { ...small, ...config })
    return pairCase(name, deepFmModel(settings, of), settings, of)
  }
  return [
    make('all fields', {}, data),
    make('one layer, no L2', { layers: 1, l2: 0 }, data),
    make('three halving layers', { layers: 3, width: 8, tower: 'halving' }, data),
    make('user and item alone', {}, withoutFacts),
  ]
}

export function wideDeepCases(): PairCase[] {
  const make = (name: string, config: ModelConfig, of: TrainingData): PairCase => {
    const settings = readWideDeepSettings({ ...small, learningRate: 0.001, wideRate: 0.003, ...config })
    return pairCase(name, wideDeepModel(settings, of), settings, of, { factor: settings.wideRate / settings.learningRate }) // prettier-ignore
  }
  return [
    make('all fields', {}, data),
    make('one layer, no L2', { layers: 1, l2: 0 }, data),
    make('user and item alone', {}, withoutFacts),
  ]
}

export function mvcnnCases(): PairCase[] {
  const make = (name: string, config: ModelConfig): PairCase => {
    const settings = readMvcnnSettings({ ...small, tokenDim: 3, filters: 2, channels: 2, ...config })
    const { text, image, ids } = settings
    return pairCase(name, mvcnnModel(settings, withViews), settings, withViews, { text, image, ids })
  }
  return [
    make('text, image and ids', {}),
    make('text and image', { ids: false }),
    make('text', { image: false, ids: false, l2: 0 }),
    make('image', { text: false }),
    make('ids', { text: false, image: false }),
  ]
}

function pairCase(
  name: string,
  model: PairModel,
  settings: PairSettings,
  of: TrainingData,
  more: object = {},
): PairCase {
  const source = new PairSource(of, settings)
  const batch = source.batch(source.positives, null, new Random(3))
  const specs = [...model.weights.parameters.specs, ...model.weights.tables.map(({ spec }) => spec)]
  let k = 0
  for (const spec of specs) {
    const values = model.weights.values(spec.name)
    for (let i = 0; i < values.length; i++) values[i] = 0.35 * Math.sin(1.7 * k++ + 0.4)
  }
  const plain = {
    name,
    widths: model.widths,
    l2: settings.l2,
    negatives: settings.negatives,
    minRating: Math.min(settings.minRating, of.positive),
    specs: specs.map((spec) => [spec.name, spec.shape]),
    users: Array.from(batch.userRows, (row) => batch.users[row]),
    items: Array.from(batch.itemRows, (row) => batch.items[row]),
    positiveWeights: Array.from(batch.positiveWeights),
    negativeWeights: Array.from(batch.negativeWeights),
    domains: of.domains.map(({ start, end }) => [start, end]),
    train: { indptr: Array.from(of.train.indptr), item: Array.from(of.train.item), rating: Array.from(of.train.rating) }, // prettier-ignore
    facts: of.facts && { names: of.facts.genreNames.length, genres: Array.from(of.facts.genres), year: Array.from(of.facts.year) }, // prettier-ignore
    ...more,
  }
  return { name, model, settings, batch, specs, plain }
}

// Node's modules are loaded here alone: pages compute the cases too
if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  const { join } = await import('node:path')
  const { tokens, length, pixels, height, width, hasPoster } = tinyViews()
  const views = { tokens: Array.from(tokens), length, pixels: Array.from(pixels), height, width, hasPoster: Array.from(hasPoster) } // prettier-ignore
  const plain = (cases: PairCase[]): object[] => cases.map((each) => each.plain)
  const all = { deepfm: plain(deepFmCases()), wideDeep: plain(wideDeepCases()), mvcnn: plain(mvcnnCases()), views }
  writeFileSync(join(import.meta.dirname, 'pair-inputs.json'), JSON.stringify(all))
}

/**
 * The cases that the Transformer's golden values are made for: every fusion, loss and treatment of the other domain, without dropout, on a tiny
 * data set; and some of them trained for thirty steps. Weights come from a formula that transformer.py repeats; batches are handed to it as
 * plain arrays. Run: npx node test/golden/transformer-cases.ts   (writes transformer-inputs.json), then python3 test/golden/transformer.py
 */
import type { ModelConfig } from '../../src-preload/contract.ts'
import { makeBatch, userWeights } from '../../src-main/learning/batches.ts'
import type { Batch } from '../../src-main/learning/batches.ts'
import type { TrainingData } from '../../src-main/learning/data.ts'
import { freezeFeatures } from '../../src-main/learning/models/transformer-features.ts'
import type { FrozenFeatures } from '../../src-main/learning/models/transformer-features.ts'
import { readSettings } from '../../src-main/learning/models/transformer-settings.ts'
import { parameterSpecs, transformerShape } from '../../src-main/learning/models/transformer-shape.ts'
import type { TransformerShape } from '../../src-main/learning/models/transformer-shape.ts'
import type { ModelWeights } from '../../src-main/learning/model-weights.ts'
import { transformerWeights } from '../../src-main/learning/models/transformer-start.ts'
import { Random } from '../../src-main/learning/random.ts'
import { allRows } from '../../src-main/learning/row-upload.ts'
import { NegativeSampler, OwnItems } from '../../src-main/learning/sampling.ts'
import { cutWindows } from '../../src-main/learning/windows.ts'
import { syntheticData } from '../unit/learning/synthetic.ts'

export interface GoldenCase {
  name: string
  data: TrainingData
  shape: TransformerShape
  /** The steps of an epoch: one, or two that take turns for thirty steps. */
  batches: Batch[]
  weights: ModelWeights
  features: FrozenFeatures[]
}

const textAndImage = [
  { name: 'text', dim: 3 },
  { name: 'image', dim: 2 },
]
const dataWith = (dims: typeof textAndImage): TrainingData =>
  syntheticData({ users: 4, items: 13, boundary: 7, events: 10, dims, seed: 5 })

export const goldenData = dataWith(textAndImage)
const withAudio = dataWith([...textAndImage, { name: 'audio', dim: 2 }])

export function goldenCases(): GoldenCase[] {
  const cases: GoldenCase[] = []
  for (const fusion of ['sum', 'tokens'])
    for (const loss of ['softmax', 'bce'])
      for (const crossDomain of ['sharing', 'none', 'merged'])
        cases.push(goldenCase({ fusion, loss, crossDomain, ids: fusion === 'sum' ? 'tied' : 'separate' }))
  return [
    ...cases,
    goldenCase({ loss: 'bpr' }),
    goldenCase({ loss: 'bpr', fusion: 'tokens', crossDomain: 'merged', ids: 'separate' }),
    goldenCase({ loss: 'sampledSoftmax' }),
    goldenCase({ loss: 'sampledSoftmax', negativeDistribution: 'popularity' }),
    goldenCase({ feedForward: 2 }),
    goldenCase({ contrastive: 0.5 }),
    goldenCase({ contrastive: 0.5, loss: 'bce', fusion: 'tokens' }),
    goldenCase({ contrastive: 0.5, temperature: 0.3, fusion: 'tokens' }, withAudio),
    goldenCase({ idPenalty: 0.02 }),
    goldenCase({ idPenalty: 0.02, loss: 'bce', ids: 'separate' }),
    goldenCase({ tower: 'direct' }),
    goldenCase({ tower: 'direct', fusion: 'tokens', ids: 'separate', crossDomain: 'none' }),
    goldenCase({ tower: 'direct', loss: 'bce', crossDomain: 'merged' }),
    goldenCase({ tower: 'direct', candidates: 'all' }),
    goldenCase({ candidates: 'all', crossDomain: 'none' }),
  ]
}

/** Thirty steps of Adam at 0.01 with a gradient limit of 1, two batches in turn; one with other constants of Adam. */
export function goldenTrainings(): GoldenCase[] {
  return [
    goldenCase({ loss: 'softmax' }, goldenData, 2),
    goldenCase({ loss: 'bce', fusion: 'tokens', ids: 'separate' }, goldenData, 2),
    goldenCase({ loss: 'bpr', crossDomain: 'merged' }, goldenData, 2),
    goldenCase({ loss: 'sampledSoftmax', contrastive: 0.2 }, withAudio, 2),
    goldenCase({ tower: 'direct', candidates: 'all' }, goldenData, 2),
    goldenCase({ loss: 'bce', feedForward: 3, beta1: 0.8, beta2: 0.99, epsilon: 0.001 }, goldenData, 2),
  ]
}

function goldenCase(config: ModelConfig, data: TrainingData = goldenData, steps = 1): GoldenCase {
  const small: ModelConfig = {
    ...{ width: 4, heads: 2, layers: 2, shared: 4, history: 4, negatives: 3 },
    ...{ tower: 'perceptrons', candidates: 'domain' },
    ...{ dropout: 0, historyDropout: 0, idPenalty: 0, averaging: 0, minRating: 3.5 },
  }
  const settings = readSettings({ ...small, ...config })
  const shape = transformerShape(settings, data)
  const isTarget = Uint8Array.from(data.train.rating, (rating) => (rating >= 3.5 ? 1 : 0))
  const windows = cutWindows(data.train, isTarget, shape.layout)
  const each = Math.ceil(windows.length / steps)
  const userWeight = userWeights(windows, data.users, 0.5)
  const batches = Array.from({ length: steps }, (_, step) => {
    const negatives = {
      samplers: data.domains.map((d) => new NegativeSampler(d, settings.negativeDistribution, data.train)),
      own: new OwnItems(data.train),
      count: settings.negatives,
      random: (domain: number) => new Random(3 + domain + 10 * step),
    }
    const own = windows.slice(step * each, (step + 1) * each)
    const source = settings.loss === 'softmax' ? null : negatives
    return makeBatch(data, shape.layout, own, shape.use, userWeight, source)
  })
  const weights = transformerWeights(shape)
  let k = 0
  for (const { name } of parameterSpecs(shape)) {
    const values = weights.values(name)
    for (let i = 0; i < values.length; i++) values[i] = 0.6 * Math.sin(1.7 * k++ + 0.4)
  }
  const name = Object.entries(config).map(([key, value]) => `${key} ${value}`)
  if (shape.modalities.length > 2) name.push('with audio')
  if (steps > 1) name.push('thirty steps')
  return { name: name.join(', '), data, shape, batches, weights, features: freezeFeatures(shape, data, 1) }
}

function plain({ name, data, shape, batches, features }: GoldenCase): object {
  const { layers, heads, tower, candidates, loss, contrastive, temperature, idPenalty, negativeDistribution, adam } =
    shape.settings
  const counts = new Array<number>(goldenData.items).fill(0)
  for (const item of data.train.item) counts[item]! += 1
  return {
    name,
    layers,
    heads,
    tower,
    candidates,
    loss,
    contrastive,
    temperature,
    idPenalty,
    negativeDistribution,
    adam,
    counts,
    tokens: shape.tokens,
    specs: parameterSpecs(shape).map((spec) => [spec.name, spec.shape]),
    features: features.map((table) => ({ name: table.name, width: table.width, rows: Array.from(allRows(table)) })),
    domains: data.domains.map(({ start, end }) => [start, end]),
    batches: batches.map(({ streams, targets }) => ({
      streams: {
        sequences: streams.sequences,
        length: streams.length,
        lengths: Array.from(streams.lengths),
        item: Array.from(streams.item),
        bucket: Array.from(streams.bucket),
        domain: Array.from(streams.domain),
      },
      targets: targets.map(({ domain, item, user, weight, states, negatives }) => ({
        domain,
        item: Array.from(item),
        own: Array.from(user, (u) => Array.from(new OwnItems(data.train).of(u))),
        weight: Array.from(weight),
        states: states.map((rows) => Array.from(rows)),
        negatives: negatives && { item: Array.from(negatives.item), weight: Array.from(negatives.weight) },
      })),
    })),
  }
}

// Node's modules are loaded here alone: pages compute the cases too
if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  const { join } = await import('node:path')
  const path = join(import.meta.dirname, 'transformer-inputs.json')
  writeFileSync(path, JSON.stringify({ cases: goldenCases().map(plain), trainings: goldenTrainings().map(plain) }))
}

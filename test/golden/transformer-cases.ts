/**
 * The cases that the Transformer's golden values are made for: every fusion, loss and treatment of the other domain, without dropout, on a tiny
 * data set. Weights come from a formula that transformer.py repeats; the batch is handed to it as plain arrays.
 * Run: npx node test/golden/transformer-cases.ts   (writes transformer-inputs.json), then python3 test/golden/transformer.py
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeBatch, userWeights } from '../../src-main/learning/batches.ts'
import type { Batch } from '../../src-main/learning/batches.ts'
import { freezeFeatures } from '../../src-main/learning/models/transformer-features.ts'
import { readSettings } from '../../src-main/learning/models/transformer-settings.ts'
import { parameterSpecs, transformerShape } from '../../src-main/learning/models/transformer-shape.ts'
import type { TransformerShape } from '../../src-main/learning/models/transformer-shape.ts'
import { Parameters } from '../../src-main/learning/parameters.ts'
import { Random } from '../../src-main/learning/random.ts'
import { NegativeSampler, OwnItems } from '../../src-main/learning/sampling.ts'
import { cutWindows } from '../../src-main/learning/windows.ts'
import { syntheticData } from '../unit/learning/synthetic.ts'

export interface GoldenCase {
  name: string
  shape: TransformerShape
  batch: Batch
  parameters: Parameters
  features: ReturnType<typeof freezeFeatures>
}

export const goldenData = syntheticData({
  users: 4,
  items: 13,
  boundary: 7,
  events: 10,
  dims: [
    { name: 'text', dim: 3 },
    { name: 'image', dim: 2 },
  ],
  seed: 5,
})

export function goldenCases(): GoldenCase[] {
  const cases: GoldenCase[] = []
  for (const fusion of ['sum', 'tokens'])
    for (const loss of ['softmax', 'bce'])
      for (const crossDomain of ['sharing', 'none', 'merged'])
        cases.push(goldenCase(fusion, loss, crossDomain, fusion === 'sum' ? 'tied' : 'separate'))
  return cases
}

function goldenCase(fusion: string, loss: string, crossDomain: string, ids: string): GoldenCase {
  const settings = readSettings({
    fusion,
    loss,
    crossDomain,
    ids,
    width: 4,
    heads: 2,
    layers: 2,
    shared: 4,
    history: 4,
    negatives: 3,
    dropout: 0,
    minRating: 3.5,
  })
  const shape = transformerShape(settings, goldenData)
  const isTarget = Uint8Array.from(goldenData.train.rating, (rating) => (rating >= 3.5 ? 1 : 0))
  const windows = cutWindows(goldenData.train, isTarget, shape.layout)
  const negatives =
    loss === 'bce'
      ? {
          samplers: goldenData.domains.map((d) => new NegativeSampler(d, 'uniform', goldenData.train)),
          own: new OwnItems(goldenData.train),
          count: settings.negatives,
        }
      : null
  const weights = userWeights(windows, goldenData.users, 0.5)
  const batch = makeBatch(goldenData, shape.layout, windows, shape.use, weights, negatives, new Random(3))
  const parameters = new Parameters(parameterSpecs(shape))
  for (let k = 0; k < parameters.values.length; k++) parameters.values[k] = 0.6 * Math.sin(1.7 * k + 0.4)
  const features = freezeFeatures(shape, goldenData, 1)
  return { name: [fusion, loss, crossDomain, ids].join(' '), shape, batch, parameters, features }
}

function plain({ name, shape, batch, parameters, features }: GoldenCase): object {
  const { streams, targets } = batch
  const { layers, heads } = shape.settings
  return {
    name,
    layers,
    heads,
    tokens: shape.tokens,
    specs: parameters.specs.map((spec) => [spec.name, spec.shape]),
    features: features.map(({ name, width, rows }) => ({ name, width, rows: Array.from(rows) })),
    domains: goldenData.domains.map(({ start, end }) => [start, end]),
    streams: {
      sequences: streams.sequences,
      length: streams.length,
      item: Array.from(streams.item),
      bucket: Array.from(streams.bucket),
      domain: Array.from(streams.domain),
    },
    targets: targets.map(({ domain, item, user, weight, states, negatives }) => ({
      domain,
      item: Array.from(item),
      own: Array.from(user, (u) => Array.from(new OwnItems(goldenData.train).of(u))),
      weight: Array.from(weight),
      states: states.map((rows) => Array.from(rows)),
      negatives: negatives && { item: Array.from(negatives.item), weight: Array.from(negatives.weight) },
    })),
  }
}

if (import.meta.main) {
  const path = join(import.meta.dirname, 'transformer-inputs.json')
  writeFileSync(path, JSON.stringify(goldenCases().map(plain)))
}

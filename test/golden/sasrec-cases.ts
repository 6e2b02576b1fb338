/**
 * The cases that SASRec's golden values are made for: one and two heads, one and three layers, whole timelines and windows of them, without dropout,
 * on a tiny data set. Weights come from a formula that sasrec.py repeats; batches are handed to it as plain arrays.
 * Run: npx node test/golden/sasrec-cases.ts   (writes sasrec-inputs.json), then /usr/bin/python3 test/golden/sasrec.py
 */
import { makeBatch, userWeights } from '../../src-main/learning/batches.ts'
import type { Batch } from '../../src-main/learning/batches.ts'
import { ModelWeights } from '../../src-main/learning/model-weights.ts'
import { sasrecLayout, sasrecSpecs } from '../../src-main/learning/models/sasrec-forward.ts'
import { readSasrec } from '../../src-main/learning/models/sasrec-schema.ts'
import type { SasrecSettings } from '../../src-main/learning/models/sasrec-schema.ts'
import { targetEvents } from '../../src-main/learning/models/transformer-start.ts'
import { OwnItems } from '../../src-main/learning/sampling.ts'
import { cutWindows } from '../../src-main/learning/windows.ts'
import { syntheticData } from '../unit/learning/synthetic.ts'

export const sasrecData = {
  ...syntheticData({ users: 5, items: 13, boundary: 7, events: 10, dims: [], seed: 5 }),
  domains: [{ name: 'A' as const, start: 0, end: 13 }],
}

export interface SasrecCase {
  name: string
  settings: SasrecSettings
  batch: Batch
  weights: ModelWeights
}

export const sasrecCases: SasrecCase[] = [
  sasrecCase('two layers, two heads', { layers: 2, heads: 2, history: 12 }),
  sasrecCase('one layer, one head, short windows', { layers: 1, heads: 1, history: 4 }),
  sasrecCase('three layers, every rating a target, users alike', {
    layers: 3,
    heads: 2,
    history: 6,
    minRating: 0,
    userBalance: 1,
  }),
]

function sasrecCase(name: string, config: Record<string, number>): SasrecCase {
  const settings = readSasrec({ width: 4, dropout: 0, ...config })
  const layout = sasrecLayout(settings)
  const windows = cutWindows(sasrecData.train, targetEvents(sasrecData, settings.minRating), layout)
  const userWeight = userWeights(windows, sasrecData.users, settings.userBalance)
  const batch = makeBatch(sasrecData, layout, windows, 'all', userWeight, null)
  const weights = new ModelWeights(sasrecSpecs(settings, sasrecData.items))
  const { values } = weights.parameters
  for (let k = 0; k < values.length; k++) values[k] = 0.6 * Math.sin(1.7 * k + 0.4)
  return { name, settings, batch, weights }
}

function plain({ name, settings, batch, weights }: SasrecCase): object {
  const { streams, targets } = batch
  const own = new OwnItems(sasrecData.train)
  return {
    name,
    layers: settings.layers,
    heads: settings.heads,
    specs: weights.parameters.specs.map((spec) => [spec.name, spec.shape]),
    sequences: streams.sequences,
    length: streams.length,
    item: Array.from(streams.item),
    targets: targets.map(({ item, user, weight, states }) => ({
      item: Array.from(item),
      own: Array.from(user, (u) => Array.from(own.of(u))),
      weight: Array.from(weight),
      states: Array.from(states[0] ?? []),
    })),
  }
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  const { join } = await import('node:path')
  writeFileSync(join(import.meta.dirname, 'sasrec-inputs.json'), JSON.stringify(sasrecCases.map(plain)))
}

/** The steps of our learner as plain arrays, for a peer that is to compute the same: parameters at their start, frozen features, batch after batch. */
import type { TrainingData } from '../../../src-main/learning/data.ts'
import { makeBatch, planEpoch, userWeights } from '../../../src-main/learning/batches.ts'
import type { Batch } from '../../../src-main/learning/batches.ts'
import { freezeFeatures } from '../../../src-main/learning/models/transformer-features.ts'
import { readSettings } from '../../../src-main/learning/models/transformer-settings.ts'
import { parameterSpecs, transformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import type { TransformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import { startWeights, targetEvents, transformerWeights } from '../../../src-main/learning/models/transformer-start.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { allRows } from '../../../src-main/learning/row-upload.ts'
import { NegativeSampler, OwnItems } from '../../../src-main/learning/sampling.ts'
import { cutWindows } from '../../../src-main/learning/windows.ts'
import type { Tensor } from '../../../src-main/workspace/safetensors.ts'
import type { Workload } from './workload.ts'

type Arrays = Record<string, Tensor>

export const SEED = 1

/** What a peer needs once. */
export interface Problem {
  shape: TransformerShape
  arrays: Arrays
  /** What is no array, as JSON. */
  about: object
}

export function problemOf({ config }: Workload, data: TrainingData): Problem {
  const shape = transformerShape(readSettings(config), data)
  const weights = transformerWeights(shape)
  startWeights(shape, weights, data, SEED)
  const arrays: Arrays = {}
  for (const { name, shape: dims } of parameterSpecs(shape))
    arrays[name] = { shape: dims, data: Float32Array.from(weights.values(name)) }
  for (const table of freezeFeatures(shape, data, SEED))
    arrays[`features.${table.name}`] = { shape: [table.rows, table.width], data: allRows(table) }
  const { layers, heads, loss, contrastive, dropout, learningRate, clip } = shape.settings
  const about = {
    ...{ layers, heads, loss, contrastive, dropout, learningRate, clip, tokens: shape.tokens },
    parameters: parameterSpecs(shape).map(({ name }) => name),
    tables: weights.tables.map(({ name }) => name),
    modalities: shape.modalities.map(({ name }) => name),
    domains: data.domains.map(({ start, end }) => [start, end]),
  }
  return { shape, arrays, about }
}

/** One step as a peer gets it. `weight` scales its gradient, `total` divides its loss. */
export interface PeerBatch {
  arrays: Arrays
  about: { weight: number; total: number; windows: number; targets: number; events: number; padded: number }
}

/** The steps of the first epochs in our learner's order, without end. */
export function* peerBatches(shape: TransformerShape, data: TrainingData): Generator<PeerBatch> {
  const { settings, layout, use } = shape
  const windows = cutWindows(data.train, targetEvents(data, settings.minRating), layout)
  const weights = userWeights(windows, data.users, settings.userBalance)
  const own = new OwnItems(data.train)
  const samplers = data.domains.map((d) => new NegativeSampler(d, settings.negativeDistribution, data.train))
  const targets = windows.reduce((sum, window) => sum + window.targets, 0)
  let number = 0
  for (let epoch = 1; ; epoch++) {
    const steps = planEpoch(windows, settings.batch, Random.stream(SEED, `batches/${epoch}`))
    for (const step of steps) {
      const random = (domain: number): Random => Random.stream(SEED, `negatives/${number}/${domain}`)
      const source = settings.loss === 'softmax' ? null : { samplers, own, count: settings.negatives, random }
      const batch = makeBatch(data, layout, step, use, weights, source)
      const total = step.reduce((sum, window) => sum + window.targets * weights[window.user]!, 0)
      yield plain(batch, own, { total, weight: (total * steps.length) / targets, windows: step.length })
      number++
    }
  }
}

function plain(
  { streams, targets }: Batch,
  own: OwnItems,
  about: Pick<PeerBatch['about'], 'total' | 'weight' | 'windows'>,
): PeerBatch {
  const { sequences: N, length: T } = streams
  const arrays: Arrays = {
    lengths: { shape: [N], data: streams.lengths },
    item: { shape: [N, T], data: streams.item },
    bucket: { shape: [N, T], data: streams.bucket },
    domain: { shape: [N, T], data: streams.domain },
  }
  for (const { domain, item, user, weight, states, negatives } of targets) {
    const name = (part: string): string => `targets${domain}.${part}`
    const n = item.length
    arrays[name('item')] = { shape: [n], data: item }
    arrays[name('weight')] = { shape: [n], data: weight }
    for (const [k, rows] of states.entries()) arrays[name(`states${k}`)] = { shape: [n], data: rows }
    if (negatives) {
      arrays[name('negatives')] = { shape: [negatives.item.length], data: negatives.item }
      arrays[name('pairs')] = { shape: [n, negatives.item.length], data: negatives.weight }
    } else {
      // (row, item) of what is no candidate: a user's own items but for the target itself
      const hidden = Array.from(user, (u, row) => Array.from(own.of(u), (i) => [row, i] as const))
        .flat()
        .filter(([row, i]) => i !== item[row])
      arrays[name('hidden')] = { shape: [hidden.length, 2], data: Int32Array.from(hidden.flat()) }
    }
  }
  return {
    arrays,
    about: {
      ...about,
      targets: targets.reduce((sum, { item }) => sum + item.length, 0),
      events: streams.lengths.reduce((sum, events) => sum + events, 0),
      padded: N * T,
    },
  }
}

/**
 * What is trained in the benchmark: histories with the statistics of a MovieLens release (how busy users are, how popular movies), features of the
 * usual widths, and a Transformer over them. Pure and seeded: every process that asks makes the same.
 */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { FeatureTable, Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { activity, Alias, popularity } from '../look-alike/shape.ts'
import { sizeOf } from '../look-alike/sizes.ts'

export interface Workload {
  config: ModelConfig
  /** Of the look-alike: '2.5m' has 16,254 users and 19,740 movies. */
  scale: string
}

/** What is not measured: the peers do not have it. */
const without: ModelConfig = {
  ...{ historyDropout: 0, idPenalty: 0, averaging: 0 },
  ...{ tower: 'perceptrons', candidates: 'domain' },
}

const common: ModelConfig = {
  ...without,
  fusion: 'sum',
  loss: 'bce',
  history: 20,
  negatives: 128,
  dropout: 0.1,
  learningRate: 0.001,
  warmUpSteps: 0,
  decay: 'none',
}

const sizes: Record<string, Workload> = {
  small: { config: { ...common, width: 64, layers: 2, heads: 4, shared: 64, batch: 256 }, scale: '2.5m' },
  /** The desktop preset: softmax over the whole catalogue, all features on the device. */
  desktop: { config: { ...without, warmUpSteps: 0, decay: 'none' }, scale: '250k' },
  paper: {
    config: { ...common, width: 512, layers: 6, heads: 8, shared: 256, batch: 64, learningRate: 0.0001 },
    scale: '2.5m',
  },
}

/** @param changes hyper-parameters that differ from the size's @throws Error naming the sizes there are */
export function workloadOf(size: string, changes: ModelConfig = {}): Workload {
  const found = sizes[size]
  if (!found) throw new Error(`There is no size '${size}'. Give one of: ${Object.keys(sizes).join(', ')}.`)
  return { ...found, config: { ...found.config, ...changes } }
}

/** Text and image features, as a small BERT and ResNet-50 give them. */
export const featureWidths = [
  { name: 'text', dim: 384 },
  { name: 'image', dim: 2048 },
]

/** @param modalities none for work that looks at ids alone */
export function madeUpData(scale: string, modalities = featureWidths): TrainingData {
  const random = new Random(1)
  const size = sizeOf(scale)
  const boundary = (size.movies + 1) >> 1
  const train = histories(activity(size, random), popularity(size, random), random)
  const none = { item: new Uint32Array(), rating: new Float32Array(), time: new Float64Array() }
  const heldOut = { indptr: new Uint32Array(size.users + 1), ...none }
  return {
    users: size.users,
    items: size.movies,
    domains: [
      { name: 'A', start: 0, end: boundary },
      { name: 'B', start: boundary, end: size.movies },
    ],
    train,
    validation: heldOut,
    test: heldOut,
    positive: 4,
    historyAtTest: 'train',
    cutoffs: [10],
    features: modalities.map(({ name, dim }) => madeUpTable(name, dim, size.movies, random)),
    hash: `bench-${scale}`,
  }
}

/** How often each half-star is given, .5 to 5, in per cent; in MovieLens 25M. */
const STARS = [1.6, 3.1, 1.6, 6.6, 5.1, 19.6, 12.7, 26.6, 8.8, 14.3]

/** @param counts events of each user, no movie twice @param weights how likely each movie is to be rated */
function histories(counts: Uint32Array, weights: Float64Array, random: Random): Interactions {
  const movies = new Alias(weights)
  const half = (weights.length + 1) >> 1
  const stars = new Alias(Float64Array.from(STARS))
  const events = counts.reduce((sum, n) => sum + n, 0)
  const indptr = new Uint32Array(counts.length + 1)
  const [item, rating] = [new Uint32Array(events), new Float32Array(events)]
  const time = new Float64Array(events)
  const lastSeenBy = new Int32Array(weights.length).fill(-1)
  let at = 0
  for (const [user, count] of counts.entries()) {
    for (let n = 0; n < count; n++, at++) {
      let movie = movies.draw(random)
      // who has rated nearly everything popular takes what comes next
      for (let tries = 0; lastSeenBy[movie] === user; tries++)
        movie = tries < 20 ? movies.draw(random) : (movie + 1) % weights.length
      lastSeenBy[movie] = user
      item[at] = (movie % 2) * half + (movie >> 1) // low numbers are the popular ones: the domains take turns
      rating[at] = (stars.draw(random) + 1) / 2
      time[at] = 1e9 + at
    }
    indptr[user + 1] = at
  }
  return { indptr, item, rating, time }
}

function madeUpTable(name: string, dim: number, items: number, random: Random): FeatureTable {
  const rows = new Float32Array(items * dim)
  for (let i = 0; i < rows.length; i++) rows[i] = random.next() - 0.5
  return { name, dim, rows, present: new Uint8Array(items).fill(1), hash: name }
}

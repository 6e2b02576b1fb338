/**
 * What a backend's training speed is measured on: a Transformer of the desktop preset's size on made-up histories. Estimates compare a run with it
 * by counted operations, so its data are described as a run's are.
 */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { FeatureTable, Interactions, TrainingData } from '../data.ts'
import { targetEvents } from '../models/transformer-start.ts'
import { Random } from '../random.ts'

export const measuredConfig: ModelConfig = { batch: 16 }

const USERS = 96
const ITEMS = 800
const EVENTS = 60 // of a user
const DIM = 64

/** As the cost estimate is told of a split. */
export const measuredSize = { users: USERS, items: ITEMS, events: USERS * EVENTS, featureDims: [DIM, DIM] }

/** Two domains of equal size, some movies far more popular than others. */
export function measuredData(): TrainingData {
  const random = new Random(7)
  const n = USERS * EVENTS
  const train: Interactions = {
    indptr: Uint32Array.from({ length: USERS + 1 }, (_, u) => u * EVENTS),
    item: Uint32Array.from({ length: n }, () => Math.floor(ITEMS * random.next() ** 2)),
    rating: Float32Array.from({ length: n }, () => 1 + random.integer(9) / 2),
    time: Float64Array.from({ length: n }, (_, i) => i),
  }
  // popular movies lie in both domains: an odd multiplier moves every index to another place
  for (const [i, item] of train.item.entries()) train.item[i] = (item * 301) % ITEMS
  const nothing: Interactions = {
    indptr: new Uint32Array(USERS + 1),
    item: new Uint32Array(),
    rating: new Float32Array(),
    time: new Float64Array(),
  }
  return {
    users: USERS,
    items: ITEMS,
    domains: [
      { name: 'A', start: 0, end: ITEMS / 2 },
      { name: 'B', start: ITEMS / 2, end: ITEMS },
    ],
    train,
    validation: nothing,
    test: nothing,
    positive: 4,
    historyAtTest: 'train',
    cutoffs: [10],
    features: ['text', 'image'].map((name) => table(name, random)),
    hash: 'measured',
  }
}

/** Targets in one epoch of it. */
export function measuredTargets(): number {
  return targetEvents(measuredData(), 3.5).reduce((sum, is) => sum + is, 0)
}

function table(name: string, random: Random): FeatureTable {
  const rows = Float32Array.from({ length: ITEMS * DIM }, () => random.next() - 0.5)
  return { name, dim: DIM, rows, present: new Uint8Array(ITEMS).fill(1), hash: name }
}

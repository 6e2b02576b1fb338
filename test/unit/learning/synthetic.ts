/**
 * A made-up TrainingData with structure to be learned: users and items have hidden factors, features are noisy linear views of the item
 * factors, and what a user rates next follows both. Small and seeded, for tests of the engine; the product's sample is another thing.
 */
import type { FeatureTable, Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import { Random } from '../../../src-main/learning/random.ts'

export interface SyntheticOptions {
  users?: number
  items?: number
  boundary?: number
  /** Events of a user on average; every user has at least six. */
  events?: number
  dims?: { name: string; dim: number }[]
  seed?: number
}

const FACTORS = 6

export function syntheticData({
  users = 24,
  items = 40,
  boundary = Math.ceil(items / 2),
  events = 20,
  dims = [
    { name: 'text', dim: 5 },
    { name: 'image', dim: 4 },
  ],
  seed = 1,
}: SyntheticOptions = {}): TrainingData {
  const random = new Random(seed)
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal())
  const itemFactors = normals(items * FACTORS)
  const popularity = normals(items)
  const features = dims.map(({ name, dim }) => table(name, dim, items, itemFactors, random))
  const parts = { train: columns(), validation: columns(), test: columns() }
  for (let u = 0; u < users; u++) {
    const taste = normals(FACTORS)
    const count = Math.min(items - 2, 6 + Math.floor(-Math.log(1 - random.next()) * (events - 6)))
    const liking = Float32Array.from({ length: items }, (_, i) => {
      let dot = popularity[i]!
      for (let f = 0; f < FACTORS; f++) dot += taste[f]! * itemFactors[i * FACTORS + f]!
      return dot
    })
    // Gumbel-top-k: a draw without replacement in proportion to exp(liking)
    const order = Array.from(liking, (l, i) => ({ i, key: l - Math.log(-Math.log(random.next() + 1e-9)) }))
      .sort((a, b) => b.key - a.key)
      .slice(0, count)
      .map(({ i }) => i)
    random.shuffle(order)
    for (const [n, i] of order.entries()) {
      const stars = Math.min(5, Math.max(0.5, Math.round(2 * (3.4 + 0.3 * liking[i]! + 0.4 * random.normal())) / 2))
      const part = n < count * 0.8 ? parts.train : n < count * 0.9 ? parts.validation : parts.test
      part.item.push(i)
      part.rating.push(stars)
      part.time.push(1e9 + u * 1e5 + n)
    }
    for (const part of Object.values(parts)) part.indptr.push(part.item.length)
  }
  return {
    users,
    items,
    domains:
      boundary < items
        ? [
            { name: 'A', start: 0, end: boundary },
            { name: 'B', start: boundary, end: items },
          ]
        : [{ name: 'A', start: 0, end: items }],
    train: interactions(parts.train),
    validation: interactions(parts.validation),
    test: interactions(parts.test),
    positive: 4,
    historyAtTest: 'train+validation',
    cutoffs: [10],
    features,
    hash: `synthetic-${seed}-${users}-${items}`,
  }
}

interface Columns {
  indptr: number[]
  item: number[]
  rating: number[]
  time: number[]
}

function columns(): Columns {
  return { indptr: [0], item: [], rating: [], time: [] }
}

export function interactions({ indptr, item, rating, time }: Columns): Interactions {
  return {
    indptr: Uint32Array.from(indptr),
    item: Uint32Array.from(item),
    rating: Float32Array.from(rating),
    time: Float64Array.from(time),
  }
}

/** A noisy linear view of the factors; every seventh item misses the modality. */
function table(name: string, dim: number, items: number, factors: Float32Array, random: Random): FeatureTable {
  const view = Float32Array.from({ length: FACTORS * dim }, () => random.normal())
  const present = Uint8Array.from({ length: items }, (_, i) => (i % 7 === 3 ? 0 : 1))
  const rows = new Float32Array(items * dim)
  for (let i = 0; i < items; i++) {
    if (!present[i]) continue
    for (let j = 0; j < dim; j++) {
      let value = 0.3 * random.normal()
      for (let f = 0; f < FACTORS; f++) value += factors[i * FACTORS + f]! * view[f * dim + j]!
      rows[i * dim + j] = value
    }
  }
  return { name, dim, rows, present, hash: `${name}-${items}-${dim}` }
}

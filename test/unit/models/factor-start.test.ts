import { expect, test } from 'vitest'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import { FACTOR_DEVIATION, factorCost, itemFactors } from '../../../src-main/learning/models/factor-start.ts'
import { interactions, syntheticData } from '../learning/synthetic.ts'

const width = 4
const data = syntheticData({ users: 60, items: 40 })
const both = [{ start: 0, end: data.items }]

function factors(
  train: TrainingData['train'],
  { ranges = both, seed = 1, signal = new AbortController().signal } = {},
): Promise<Float32Array> {
  return itemFactors({ ...data, train }, { width, minRating: 3.5, ranges }, { seed, signal, onEvent: () => undefined })
}

/** Which items a user liked: user u those of group u mod 2, where items 0, 2, 4, ... are one group and 1, 3, 5, ... the other. */
function twoGroups(): TrainingData['train'] {
  const rows = { indptr: [0], item: [] as number[], rating: [] as number[], time: [] as number[] }
  for (let user = 0; user < data.users; user++) {
    for (let item = user % 2; item < data.items; item += 2) rows.item.push(item)
    rows.indptr.push(rows.item.length)
  }
  return interactions({ ...rows, rating: rows.item.map(() => 4), time: rows.item.map((_, n) => n) })
}

function cosine(f: Float32Array, i: number, j: number): number {
  const [a, b] = [i, j].map((item) => f.subarray(item * width, (item + 1) * width))
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, k) => sum + value * y[k]!, 0)
  return dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!)) // two items were asked for
}

test('movies that the same users liked lie close', async () => {
  const found = await factors(twoGroups())
  expect(cosine(found, 0, 2)).toBeGreaterThan(0.9)
  expect(Math.abs(cosine(found, 0, 1))).toBeLessThan(0.3)
})

test('their root mean square is the same whatever the data', async () => {
  const found = await factors(data.train)
  expect(Math.sqrt(found.reduce((sum, f) => sum + f * f, 0) / found.length)).toBeCloseTo(FACTOR_DEVIATION, 6)
})

test('ranges apart know nothing of each other', async () => {
  const { start } = data.domains[1]! // it has two
  const changed = {
    ...data.train,
    rating: data.train.rating.map((stars, e) => (data.train.item[e]! < start ? stars : 5)),
  }
  const angles = async (train: TrainingData['train'], ranges: typeof both): Promise<number[]> => {
    const found = await factors(train, { ranges })
    return Array.from({ length: start - 1 }, (_, i) => Math.round(1e5 * cosine(found, i, i + 1)))
  }
  expect(await angles(changed, data.domains)).toEqual(await angles(data.train, data.domains))
  expect(await angles(changed, both)).not.toEqual(await angles(data.train, both))
})

test('the same seed gives the same numbers, another one others', async () => {
  expect(await factors(data.train)).toEqual(await factors(data.train))
  expect(await factors(data.train, { seed: 2 })).not.toEqual(await factors(data.train))
})

test('it can be stopped', async () => {
  await expect(factors(data.train, { signal: AbortSignal.abort() })).rejects.toThrow('abort')
})

test('what they cost is what the 16 epochs of implicit ALS cost', () => {
  const { flops, memoryBytes } = factorCost(2, { users: 3, items: 5, events: 10 })
  expect(flops).toBeCloseTo(16 * (2 * 10 * 4 + 8 * (8 / 3 + 8)), 6)
  expect(memoryBytes).toBe(8 * 8 * 2 + 16 * 10)
})

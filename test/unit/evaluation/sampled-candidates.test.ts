// Ranking against sampled negatives, and ranking of users of whom only a fold-in is known.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import { ndcg } from '../../../src-main/evaluation/metrics.ts'
import { Ranking } from '../../../src-main/evaluation/ranking.ts'
import { SampledCandidates } from '../../../src-main/evaluation/sampled-candidates.ts'
import type { Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { fixedScores, interactions, trainingData } from './small-data.ts'

const { signal } = new AbortController()
const none = 0xffffffff

/** 40 users, 60 items in two domains, every part filled at random. */
function data(change: Partial<TrainingData> = {}): TrainingData {
  const random = new Random(3)
  const parts: number[][][] = [[], [], []]
  for (let u = 0; u < 40; u++)
    for (let i = 0; i < 60; i++)
      if (random.next() < 0.3) parts[random.integer(3)]!.push([u, i, 1 + random.integer(5), i])
  const [train, validation, held] = parts.map((events) => interactions(40, events))
  const made = trainingData({ users: 40, items: 60, boundary: 30, train: train!, validation: validation!, test: held!, positive: 3, cutoffs: [5, 30] }) // prettier-ignore
  return { ...made, ...change }
}
const itemsOf = ({ indptr, item }: Interactions, u: number): number[] => [...item.subarray(indptr[u], indptr[u + 1])]
const relevantOf = ({ test: { indptr, item, rating } }: TrainingData, u: number): number[] =>
  [...item.subarray(indptr[u], indptr[u + 1])].filter((_, e) => rating[indptr[u]! + e]! >= 3)

test('a user is ranked against the relevant held-out items and so many unseen ones, the same for every model', async () => {
  const sampled = data({ sampled: { negatives: 6, seed: 4 } })
  const lists = async (scores: number[][]) => (await evaluate(fixedScores(scores), sampled, 'test', { signal })).domains
  const up = await lists(Array.from({ length: 40 }, () => Array.from({ length: 60 }, (_, i) => i)))
  const down = await lists(Array.from({ length: 40 }, () => Array.from({ length: 60 }, (_, i) => -i)))
  for (const [d, domain] of up.entries())
    domain.listed.forEach((user, row) => {
      const own = [...domain.topItems.subarray(row * 30, (row + 1) * 30)].filter((i) => i !== none)
      const relevant = relevantOf(sampled, user).filter((i) => i < 30 === (d === 0))
      const negatives = own.filter((i) => !relevant.includes(i))
      expect(own).toEqual(own.toSorted((a, b) => b - a)) // by these scores
      expect(own).toHaveLength(relevant.length + 6)
      for (const i of negatives)
        for (const part of [sampled.train, sampled.validation, sampled.test])
          expect(itemsOf(part, user)).not.toContain(i)
      const again = down[d]!
      const other = [...again.topItems.subarray(row * 30, (row + 1) * 30)].filter((i) => i !== none)
      expect(other).toEqual(own.toReversed())
    })
})

test('numbers are larger than against all items, and as many negatives as there are give the full ranking', async () => {
  const model = popularity.create({})
  const full = data()
  await model.fit(full, { seed: 1, signal, onEvent: () => {}, validate: () => Promise.resolve(0) })
  const value = async (change: Partial<TrainingData>): Promise<Record<string, number>> =>
    (await evaluate(model, data(change), 'test', { signal })).domains[0]!.mean
  const few = await value({ sampled: { negatives: 3, seed: 1 } })
  const all = await value({})
  expect(few['ndcg@5']! / all['ndcg@5']!).toBeGreaterThan(1.5)
  // held-out items below the threshold are no candidates: with every rating relevant there are none
  const many = await value({ positive: 0, sampled: { negatives: 1000, seed: 1 } })
  expect(many).toEqual(await value({ positive: 0 }))
})

test('the draw follows the seed, the user, the domain and the part; it is without replacement and even', () => {
  const range = { name: 'A', start: 0, end: 20 } as const
  const drawn = (users: number[], seed: number, part: 'validation' | 'test' = 'test', name: 'A' | 'B' = 'A') => {
    const lists = { indptr: new Uint32Array(users.length + 1), positions: new Uint32Array() }
    const candidates = new SampledCandidates({ negatives: 5, seed }, { ...range, name }, part)
    const { indptr, positions } = candidates.others(Uint32Array.from(users), lists, lists, lists)
    return users.map((_, b) => {
      const others = new Set(positions.subarray(indptr[b], indptr[b + 1]))
      return Array.from({ length: 20 }, (_, i) => i).filter((i) => !others.has(i))
    })
  }
  expect(drawn([7], 1)).toEqual([drawn([3, 7], 1)[1]])
  for (const [other] of [drawn([8], 1), drawn([7], 2), drawn([7], 1, 'validation'), drawn([7], 1, 'test', 'B')])
    expect(other).not.toEqual(drawn([7], 1)[0])
  const times = new Float64Array(20)
  for (const list of drawn(Array.from({ length: 4000 }, (_, u) => u), 1)) {
    expect(list).toHaveLength(5)
    for (const i of list) times[i]!++
  } // prettier-ignore
  // 1000 expected, standard deviation 27
  for (const n of times) expect(Math.abs(n - 1000)).toBeLessThan(120)
})

test('at validation the test part is not looked at', async () => {
  const sampled = data({ sampled: { negatives: 8, seed: 2 } })
  const model = fixedScores(Array.from({ length: 40 }, (_, u) => Array.from({ length: 60 }, (_, i) => (u * 7 + i * 13) % 60))) // prettier-ignore
  const blind = { ...sampled, test: interactions(40, []) }
  expect(await validationNdcg(model, sampled, signal)).toBe(await validationNdcg(model, blind, signal))
})

test('in small blocks, as many as a large domain asks for, the lists are the same', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), (size) => {
      const blocks = new SampledCandidates({ negatives: 1, seed: 1 }, { name: 'A', start: 0, end: size }, 'test').blockSize // prettier-ignore
      expect(blocks).toBeGreaterThanOrEqual(1)
      expect(blocks * size).toBeLessThanOrEqual(Math.max(size, 2 ** 22))
    }),
  )
})

// ───────────── fold-in ─────────────

/** Users 0 to 5 train; 6 is held out for validation, 7 for test. */
function heldOut(): TrainingData {
  const both = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [4, 5, 6], [4, 5, 7], [4, 6, 7]] // prettier-ignore
  const events = both.flatMap((items, u) => items.map((i, t) => [u, i, 5, t]))
  const part = (user: number, items: number[]): Interactions => interactions(8, items.map((i, t) => [user, i, 5, 10 + t])) // prettier-ignore
  return {
    ...trainingData({ users: 8, items: 8, cutoffs: [2], train: interactions(8, events), validation: part(6, [2, 3]), test: part(7, [6]) }),
    foldIn: interactions(8, [[6, 0, 5, 1], [6, 1, 5, 2], [7, 4, 5, 1], [7, 5, 5, 2]]),
  } // prettier-ignore
}

test('what is known of a held-out user is his history at validation and at test, and no candidate', async () => {
  const known = heldOut()
  const seen: Interactions[] = []
  const model = {
    ...fixedScores(Array.from({ length: 8 }, () => [9, 8, 7, 6, 5, 4, 3, 2])),
    score: async (users: Uint32Array, history: Interactions) => {
      seen.push(history)
      return Float32Array.from(Array.from(users, () => [9, 8, 7, 6, 5, 4, 3, 2]).flat())
    },
  }
  const validation = await evaluate(model, known, 'validation', { signal })
  const onTest = await evaluate(model, known, 'test', { signal })
  expect([...validation.domains[0]!.users]).toEqual([6])
  expect([...validation.domains[0]!.topItems]).toEqual([2, 3])
  expect(validation.domains[0]!.mean['ndcg@2']).toBe(ndcg(Uint8Array.of(1, 1), 2, 2))
  const list = onTest.domains[0]!
  expect([...list.users]).toEqual([7])
  expect([...list.topItems.subarray(0, 2)]).toEqual([0, 1])
  for (const history of seen) expect([itemsOf(history, 6), itemsOf(history, 7), itemsOf(history, 0)]).toEqual([[0, 1], [4, 5], [0, 1, 2]]) // prettier-ignore
  expect(new Set(seen).size).toBe(1) // one object: models tell histories apart by it
})

test('EASE ranks for users it was never trained with, and never saw their events', async () => {
  const known = heldOut()
  const model = ease.create({ lambda: 1, minRating: 0 })
  await model.fit(known, { seed: 1, signal, onEvent: () => {}, validate: (m) => validationNdcg(m, known, signal) })
  const { domains } = await evaluate(model, known, 'test', { signal })
  expect([...domains[0]!.topItems.subarray(0, 2)].sort()).toEqual([6, 7]) // what goes with 4 and 5
  const without = ease.create({ lambda: 1, minRating: 0 })
  const { foldIn: _, ...rest } = known
  await without.fit(rest, { seed: 1, signal, onEvent: () => {}, validate: () => Promise.resolve(0) })
  expect((await model.save()).arrays).toEqual((await without.save()).arrays)
})

test('a held-out row in the history given at test is refused', async () => {
  const leaky = heldOut()
  leaky.foldIn!.item[3] = 6 // user 7 is asked for it
  const run = new Ranking(leaky, 'test').rank(fixedScores([]), leaky.domains[0]!, Uint32Array.of(7), { k: 2, midranks: false, turn: () => Promise.resolve() }, () => {}) // prettier-ignore
  await expect(run).rejects.toThrow(/^User index 7 has item index 6 both in the seen history and held out, so the split leaks\./) // prettier-ignore
})

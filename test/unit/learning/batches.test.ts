import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeBatch, planEpoch, userWeights } from '../../../src-main/learning/batches.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { NegativeSampler, OwnItems } from '../../../src-main/learning/sampling.ts'
import { cutWindows } from '../../../src-main/learning/windows.ts'
import type { StreamLayout } from '../../../src-main/learning/streams.ts'
import { syntheticData } from './synthetic.ts'

const data = syntheticData({ users: 30, items: 30, events: 18 })
const boundary = data.domains[1]!.start
const domainOf = (item: number): number => (item < boundary ? 0 : 1)
const layout: StreamLayout = { streams: 2, capacity: 6, streamOf: domainOf, domainOf }
const isTarget = Uint8Array.from(data.train.rating, (r) => (r >= 3.5 ? 1 : 0))
const windows = cutWindows(data.train, isTarget, layout)
const even = userWeights(windows, data.users, 0)

test('an epoch holds every window once, in another order each time and the same order for the same seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, seed) => {
      const steps = planEpoch(windows, size, new Random(seed))
      expect(steps.every((step) => step.length <= size)).toBe(true)
      expect(new Set(steps.flat()).size).toBe(windows.length)
      expect(steps.flat().length).toBe(windows.length)
      expect(planEpoch(windows, size, new Random(seed))).toEqual(steps)
    }),
  )
  const random = new Random(3)
  expect(planEpoch(windows, 4, random)).not.toEqual(planEpoch(windows, 4, random))
})

test('targets go to the block of their domain with the states of both streams or of their own', () => {
  const all = makeBatch(data, layout, windows, 'all', even, null)
  const own = makeBatch(data, layout, windows, 'own', even, null)
  expect(all.targets.reduce((sum, { item }) => sum + item.length, 0)).toBe(isTarget.reduce((sum, x) => sum + x, 0))
  for (const [b, block] of all.targets.entries()) {
    expect([...block.item].every((item) => domainOf(item) === block.domain)).toBe(true)
    expect(block.states.length).toBe(2)
    expect(own.targets[b]!.states).toEqual([block.states[block.domain]])
  }
})

test('targets weigh 1 in the mean, and fully balanced users weigh the same', () => {
  for (const balance of [0, 0.5, 1]) {
    const weights = userWeights(windows, data.users, balance)
    const targets = windows.flatMap(({ user, queries }) => Array.from(queries, () => weights[user]!))
    expect(targets.reduce((sum, w) => sum + w, 0) / targets.length).toBeCloseTo(1, 10)
    const byUser = new Float64Array(data.users)
    for (const { user, queries } of windows) byUser[user]! += queries.length * weights[user]!
    if (balance === 1) for (const w of byUser) if (w > 0) expect(w).toBeCloseTo(Math.max(...byUser), 10)
  }
})

test('negatives are of the target’s domain, and what a user has rated himself does not count', () => {
  const own = new OwnItems(data.train)
  const samplers = data.domains.map((d) => new NegativeSampler(d, 'popularity', data.train))
  const batch = makeBatch(data, layout, windows, 'all', even, {
    samplers,
    own,
    count: 12,
    random: (d) => new Random(d),
  })
  let masked = 0
  for (const { domain, item, negatives } of batch.targets) {
    const users = windows.flatMap((w) =>
      [...w.queries].filter((row) => domainOf(data.train.item[row]!) === domain).map(() => w.user),
    )
    expect([...negatives!.item].every((i) => domainOf(i) === domain)).toBe(true)
    for (let t = 0; t < item.length; t++)
      for (const [j, drawn] of negatives!.item.entries()) {
        const { indptr, item: items } = data.train
        let rated = false
        for (let row = indptr[users[t]!]!; row < indptr[users[t]! + 1]!; row++) if (items[row] === drawn) rated = true
        expect(negatives!.weight[t * 12 + j]).toBe(rated ? 0 : 1)
        masked += rated ? 1 : 0
      }
  }
  expect(masked).toBeGreaterThan(0)
})

test('popular items are drawn more often, uniform draws are even, and every item can be drawn', () => {
  const domain = data.domains[0]!
  const counts = new Float64Array(domain.end)
  for (const item of data.train.item) if (item < domain.end) counts[item]! += 1
  const weights = counts.map((c) => (c + 1) ** 0.75)
  const total = weights.reduce((sum, w) => sum + w, 0)
  for (const [distribution, expected] of [
    ['popularity', weights.map((w) => w / total)],
    ['uniform', weights.map(() => 1 / domain.end)],
  ] as const) {
    const drawn = new Float64Array(domain.end)
    for (const item of new NegativeSampler(domain, distribution, data.train).draw(60_000, new Random(8)))
      drawn[item]! += 1 / 60_000
    for (const [i, share] of expected.entries()) expect(Math.abs(drawn[i]! - share)).toBeLessThan(0.006)
  }
})

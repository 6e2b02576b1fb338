import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DomainRange } from '../../../src-main/learning/data.ts'
import { TripleSampler, unseenCount, unseenItem } from '../../../src-main/learning/models/pairwise-sampler.ts'
import { distinctRows } from '../../../src-main/learning/models/vbpr-batch.ts'
import { interactions, syntheticData } from '../learning/synthetic.ts'

const data = syntheticData({ users: 40, items: 60, events: 20 })
const options = { seed: 7, batch: 64, minRating: 3.5, distribution: 'uniform' } as const
const sampler = new TripleSampler(data, options)
const own = (user: number): Set<number> =>
  new Set(data.train.item.subarray(data.train.indptr[user], data.train.indptr[user + 1]))

test('unseen items are those of the domain that are not the user’s, in their order', () => {
  const cases = fc.record({
    items: fc.uniqueArray(fc.nat(30), { maxLength: 20 }),
    start: fc.nat(12),
    size: fc.integer({ min: 1, max: 15 }),
  })
  fc.assert(
    fc.property(cases, ({ items, start, size }) => {
      const ascending = Uint32Array.from(items).sort()
      const domain: DomainRange = { name: 'A', start, end: start + size }
      const expected = Array.from({ length: size }, (_, i) => start + i).filter((item) => !items.includes(item))
      const count = unseenCount(ascending, domain)
      expect(Array.from({ length: count }, (_, k) => unseenItem(ascending, domain, k))).toEqual(expected)
    }),
  )
})

test('positives are the training events from the threshold on, and never stricter than the protocol', () => {
  const high = (threshold: number): number => data.train.rating.filter((r) => r >= threshold).length
  expect(sampler.users.length).toBe(high(3.5))
  expect(new TripleSampler(data, { ...options, minRating: 5 }).users.length).toBe(high(data.positive))
  for (const [k, user] of sampler.users.entries()) expect(own(user)).toContain(sampler.items[k])
})

test('an epoch visits every positive once, in parts of equal size, in an order of its own', () => {
  const epochs = [1, 2, 1].map((epoch) => sampler.epoch(epoch).map((chosen) => [...chosen]))
  for (const steps of epochs) {
    expect(steps.flat().toSorted((a, b) => a - b)).toEqual([...sampler.users.keys()])
    expect(Math.max(...steps.map((s) => s.length)) - Math.min(...steps.map((s) => s.length))).toBeLessThanOrEqual(1)
    expect(Math.max(...steps.map((s) => s.length))).toBeLessThanOrEqual(64)
  }
  expect(epochs[2]).toEqual(epochs[0])
  expect(epochs[1]).not.toEqual(epochs[0])
  const weights = sampler.epoch(1).map((chosen) => sampler.facts(chosen).weight)
  expect(weights.reduce((a, b) => a + b, 0) / weights.length).toBeCloseTo(1, 12)
})

describe.each(['uniform', 'popularity'] as const)('negatives drawn %s', (distribution) => {
  const drawing = new TripleSampler(data, { ...options, distribution })
  const all = Uint32Array.from(drawing.users.keys())

  test('are unseen, of the positive’s domain, and the same for the same step', () => {
    const { users, positives, negatives } = drawing.draw(all, 3)
    const { end } = data.domains[0]!
    for (const [t, item] of negatives.entries()) {
      expect(own(users[t]!)).not.toContain(item)
      expect(item < end).toBe(positives[t]! < end)
    }
    expect(drawing.draw(all, 3).negatives).toEqual(negatives)
    expect(drawing.draw(all, 4).negatives).not.toEqual(negatives)
  })

  test('come as often as they should', () => {
    // one user who has seen item 0 of five; the others have made item 1 the most popular
    const events = [[0], [1], [1], [1], [1, 2]]
    const train = interactions({
      indptr: [0, 1, 2, 3, 4, 6],
      item: events.flat(),
      rating: events.flat().map(() => 5),
      time: events.flat(),
    })
    const small = new TripleSampler(
      { domains: [{ name: 'A', start: 0, end: 5 }], train, positive: 4 },
      { ...options, distribution },
    )
    const counts = new Float64Array(5)
    const draws = 4000
    for (let step = 0; step < draws; step++) counts[small.draw(Uint32Array.of(0), step).negatives[0]!]! += 1
    const weights = distribution === 'uniform' ? [0, 1, 1, 1, 1] : [0, 5 ** 0.75, 2 ** 0.75, 1, 1]
    const sum = weights.reduce((a, b) => a + b, 0)
    for (const [item, weight] of weights.entries())
      expect(Math.abs(counts[item]! / draws - weight / sum), `item ${item}`).toBeLessThan(0.03) // four standard deviations
  })
})

test('a user who has rated everything gives no triple, and data of such users alone is refused', () => {
  const train = interactions({ indptr: [0, 2, 3], item: [0, 1, 0], rating: [5, 5, 5], time: [1, 2, 3] })
  const domains: DomainRange[] = [{ name: 'A', start: 0, end: 2 }]
  expect([...new TripleSampler({ domains, train, positive: 4 }, options).users]).toEqual([1])
  const full = interactions({ indptr: [0, 2], item: [0, 1], rating: [5, 5], time: [1, 2] })
  expect(() => new TripleSampler({ domains, train: full, positive: 4 }, options)).toThrow(
    "No training rating has 3.5 stars or more beside an item that its user has not rated. Lower 'Positives from', or choose more data.",
  )
})

test('a popular item that is hidden behind seen ones is found without end', () => {
  // the user has seen all items but the least popular one
  const item = [...Array.from({ length: 99 }, (_, i) => i), ...Array.from({ length: 99 * 20 }, (_, i) => i % 99)]
  const indptr = [0, ...Array.from({ length: 21 }, (_, u) => 99 * (u + 1))]
  const train = interactions({ indptr, item, rating: item.map(() => 5), time: item.map((_, i) => i) })
  const domains: DomainRange[] = [{ name: 'A', start: 0, end: 100 }]
  const hard = new TripleSampler({ domains, train, positive: 4 }, { ...options, distribution: 'popularity' })
  expect(
    new Set(
      hard.draw(
        Uint32Array.from({ length: 99 }, (_, k) => k),
        0,
      ).negatives,
    ),
  ).toEqual(new Set([99]))
})

test('distinct rows stand for every list, and are counted', () => {
  const lists = fc.array(fc.array(fc.nat(9), { maxLength: 12 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(lists, (given) => {
      const { rows, places, counts } = distinctRows(
        given.map((list) => Int32Array.from(list)),
        10,
      )
      expect(new Set(rows).size).toBe(rows.length)
      expect(places.map((list) => Array.from(list, (at) => rows[at]))).toEqual(given)
      for (const [at, row] of rows.entries()) expect(given.flat().filter((r) => r === row).length).toBe(counts[at])
    }),
  )
})

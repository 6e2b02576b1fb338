import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitCounts, splitEvents } from '../../../src-main/datasets/splits.ts'
import type { Interactions } from '../../../src-main/learning/data.ts'

/** What RecBole's `_calcu_split_ids(n, [.8, .1, .1])` gives, run in Python: n, train, validation, test. */
const recbole: [number, number, number, number][] = [
  [1, 1, 0, 0],
  [2, 1, 0, 1],
  [3, 1, 1, 1],
  [4, 2, 1, 1],
  [9, 7, 1, 1],
  [10, 8, 1, 1],
  [15, 13, 1, 1],
  [19, 17, 1, 1],
  [20, 16, 2, 2],
  [29, 25, 2, 2],
  [2698, 2160, 269, 269],
]
test.each(recbole)("%i events split as RecBole's rule says", (n, train, validation, test) => {
  expect(splitCounts(n, [0.8, 0.1, 0.1])).toEqual({ train, validation, test })
})

test('an empty part stays empty', () => {
  expect(splitCounts(5, [0.9, 0, 0.1])).toEqual({ train: 4, validation: 0, test: 1 })
})

/** Every user's (item, time) pairs as columns; the rating is a function of the item, to see that rows stay together. */
function eventsOf(users: [number, number][][]): Interactions {
  const flat = users.flat()
  const indptr = new Uint32Array(users.length + 1)
  users.forEach((rows, u) => (indptr[u + 1] = indptr[u]! + rows.length))
  return {
    indptr,
    item: Uint32Array.from(flat, ([item]) => item),
    rating: Float32Array.from(flat, ([item]) => (item % 10) / 2),
    time: Float64Array.from(flat, ([, time]) => time),
  }
}
const timesOf = (part: Interactions, u: number): number[] => [...part.time.subarray(part.indptr[u], part.indptr[u + 1])]
const itemsOf = (part: Interactions, u: number): number[] => [...part.item.subarray(part.indptr[u], part.indptr[u + 1])]

test('every event is in exactly one part, in time order, with its own rating; by time nothing is trained on that is later', () => {
  const user = fc.uniqueArray(fc.tuple(fc.nat(99), fc.nat(5)), {
    minLength: 1,
    maxLength: 30,
    selector: ([item]) => item,
  })
  const splits = fc.constantFrom('user-time' as const, 'user-ratio' as const)
  fc.assert(
    fc.property(fc.array(user, { minLength: 1, maxLength: 5 }), splits, fc.nat(1000), (users, split, splitSeed) => {
      const events = eventsOf(users)
      const ids = Uint32Array.from(users, (_, u) => u + 1)
      const parts = splitEvents(events, ids, { split, ratios: [0.8, 0.1, 0.1], splitSeed })
      const all = [parts.train, parts.validation, parts.test]
      users.forEach((rows, u) => {
        expect(all.flatMap((part) => itemsOf(part, u)).sort()).toEqual(rows.map(([item]) => item).sort())
        for (const part of all) expect(timesOf(part, u)).toEqual(timesOf(part, u).sort((a, b) => a - b))
        if (split === 'user-time') {
          const inOrder = all.flatMap((part) => timesOf(part, u))
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
        }
        const counts = splitCounts(rows.length, [0.8, 0.1, 0.1])
        expect(all.map((part) => itemsOf(part, u).length)).toEqual([counts.train, counts.validation, counts.test])
      })
      for (const part of all) part.item.forEach((item, e) => expect(part.rating[e]).toBe((item % 10) / 2))
    }),
  )
})

test('equal times are broken by the seed, never by item', () => {
  const events = eventsOf([Array.from({ length: 200 }, (_, item) => [item, 7])])
  const test1 = splitEvents(events, Uint32Array.of(1), { split: 'user-time', ratios: [0.8, 0.1, 0.1], splitSeed: 1 })
  const again = splitEvents(events, Uint32Array.of(1), { split: 'user-time', ratios: [0.8, 0.1, 0.1], splitSeed: 1 })
  const other = splitEvents(events, Uint32Array.of(1), { split: 'user-time', ratios: [0.8, 0.1, 0.1], splitSeed: 2 })
  expect(again).toEqual(test1)
  expect(itemsOf(other.test, 0)).not.toEqual(itemsOf(test1.test, 0))
  // Broken by item the held-out mean would be 190 (the last 20) or 10; at random it is 99.5 with a standard error of 13.
  const heldOut = itemsOf(test1.test, 0)
  const mean = heldOut.reduce((a, b) => a + b) / heldOut.length
  expect(Math.abs(mean - 99.5)).toBeLessThan(45)
  const train = itemsOf(test1.train, 0)
  expect(train).not.toEqual(train.toSorted((a, b) => a - b))
})

test("a user's split depends on the seed and the user id, not on the other users", () => {
  const rows: [number, number][] = Array.from({ length: 40 }, (_, item) => [item, item % 3])
  const options: Parameters<typeof splitEvents>[2] = { split: 'user-ratio', ratios: [0.8, 0.1, 0.1], splitSeed: 3 }
  const alone = splitEvents(eventsOf([rows]), Uint32Array.of(17), options)
  const second = splitEvents(eventsOf([rows, rows]), Uint32Array.of(4, 17), options)
  expect(itemsOf(second.test, 1)).toEqual(itemsOf(alone.test, 0))
  expect(itemsOf(second.test, 0)).not.toEqual(itemsOf(alone.test, 0))
})

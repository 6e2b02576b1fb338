import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Split,
  splitCounts,
  splitEvents,
  type SplitRule,
  type Splittable,
} from '../../../src-main/datasets/splitting/splits.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { itemsOf, joint, type Rows, starsOf, timesOf } from './joint.ts'

type Options = Omit<SplitRule, 'foldIn'>
const split = (source: Splittable, options: Options): Split => atOnce(splitEvents(source, { ...options, foldIn: 0.8 }))

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

const rows = fc.uniqueArray(fc.tuple(fc.nat(99), fc.nat(5)), {
  minLength: 1,
  maxLength: 30,
  selector: ([item]) => item,
})
const users = fc.array(rows, { minLength: 1, maxLength: 5 })
const kinds = fc.constantFrom('user-time' as const, 'user-ratio' as const)

test('every event is in exactly one part, in time order, with its own rating; by time nothing is trained on that is later', () => {
  fc.assert(
    fc.property(users, kinds, fc.nat(1000), (all, kind, splitSeed) => {
      const made = split(joint(all), { split: kind, ratios: [0.8, 0.1, 0.1], splitSeed })
      const parts = [made.train, made.validation, made.test]
      all.forEach((own, u) => {
        expect(parts.flatMap((part) => itemsOf(part, u)).sort()).toEqual(own.map(([item]) => item).sort())
        for (const part of parts) expect(timesOf(part, u)).toEqual(timesOf(part, u).sort((a, b) => a - b))
        if (kind === 'user-time') {
          const inOrder = parts.flatMap((part) => timesOf(part, u))
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
        }
        const counts = splitCounts(own.length, [0.8, 0.1, 0.1])
        expect(parts.map((part) => itemsOf(part, u).length)).toEqual([counts.train, counts.validation, counts.test])
      })
      for (const part of parts) part.item.forEach((item, e) => expect(part.rating[e]).toBe(starsOf(item)))
    }),
  )
})

/** The plain way, a list of objects a user: shuffle, sort by time (stable), cut. Numbers of earlier versions were made so. */
function plainly(all: Rows, { split: kind, ratios, splitSeed }: Options): number[][][] {
  return all.map((own, u) => {
    const shuffled = own.map(([item, time]) => ({ item, time, part: 0 }))
    const order = Random.stream(splitSeed, `split of user ${u + 1}`).shuffle(Uint32Array.from(shuffled.keys()))
    const drawn = Array.from(order, (i) => shuffled[i]!)
    const timed = drawn.toSorted((a, b) => a.time - b.time)
    const { train, validation } = splitCounts(own.length, ratios)
    const ranked = kind === 'user-time' ? timed : drawn
    ranked.forEach((event, rank) => (event.part = rank < train ? 0 : rank < train + validation ? 1 : 2))
    return [0, 1, 2].map((part) => timed.filter((event) => event.part === part).map(({ item }) => item))
  })
}

test('the arrays equal the plain way, draw by draw', () => {
  const options = fc.record({
    split: kinds,
    ratios: fc.constantFrom<Options['ratios'][]>([0.8, 0.1, 0.1], [0.6, 0.2, 0.2], [0.5, 0, 0.5]),
    splitSeed: fc.nat(1e6),
  })
  fc.assert(
    fc.property(users, options, (all, how) => {
      const made = split(joint(all), how)
      const parts = [made.train, made.validation, made.test]
      expect(all.map((_, u) => parts.map((part) => itemsOf(part, u)))).toEqual(plainly(all, how))
    }),
    { numRuns: 300 },
  )
})

test('times near the end of their range keep their order', () => {
  const last = 2 ** 32 - 1
  const made = split(joint([[[0, last], [1, 0], [2, last - 1], [3, 1]]]), { split: 'user-time', ratios: [0.5, 0.25, 0.25], splitSeed: 1 }) // prettier-ignore
  expect([itemsOf(made.train, 0), itemsOf(made.validation, 0), itemsOf(made.test, 0)]).toEqual([[1, 3], [2], [0]])
  expect(timesOf(made.test, 0)).toEqual([last])
})

test('equal times are broken by the seed, never by item', () => {
  const source = joint([Array.from({ length: 200 }, (_, item) => [item, 7])])
  const made = (splitSeed: number): Split => split(source, { split: 'user-time', ratios: [0.8, 0.1, 0.1], splitSeed })
  expect(made(1)).toEqual(made(1))
  expect(itemsOf(made(2).test, 0)).not.toEqual(itemsOf(made(1).test, 0))
  // Broken by item the held-out mean would be 190 (the last 20) or 10; at random it is 99.5 with a standard error of 13.
  const heldOut = itemsOf(made(1).test, 0)
  const mean = heldOut.reduce((a, b) => a + b) / heldOut.length
  expect(Math.abs(mean - 99.5)).toBeLessThan(45)
  const train = itemsOf(made(1).train, 0)
  expect(train).not.toEqual(train.toSorted((a, b) => a - b))
})

test("a user's split depends on the seed and the user id, not on the other users", () => {
  const own: Rows[number] = Array.from({ length: 40 }, (_, item) => [item, item % 3])
  const options: Options = { split: 'user-ratio', ratios: [0.8, 0.1, 0.1], splitSeed: 3 }
  const alone = split(joint([own], { ids: Uint32Array.of(17) }), options)
  const second = split(joint([own, own], { ids: Uint32Array.of(4, 17) }), options)
  expect(itemsOf(second.test, 1)).toEqual(itemsOf(alone.test, 0))
  expect(itemsOf(second.test, 0)).not.toEqual(itemsOf(alone.test, 0))
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { halfInA, halfInB, type JointUsers, wholeUser } from '../../../src-main/datasets/splitting/overlap.ts'
import { splitCounts, splitEvents } from '../../../src-main/datasets/splitting/splits.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import { itemsOf, joint, type Rows } from './joint.ts'

/** Movies 0..4 are domain A, 5..9 domain B. */
const boundary = 5
const movie = fc.nat(9)
const rows = fc.uniqueArray(fc.tuple(movie, fc.nat(9)), { minLength: 1, maxLength: 10, selector: ([m]) => m })
const users = fc.array(rows, { minLength: 1, maxLength: 30 })
const share = fc.double({ min: 0, max: 1, noNaN: true })

const isShared = (own: Rows[number]): boolean => own.some(([m]) => m < boundary) && own.some(([m]) => m >= boundary)
const tornRows = ({ row, part }: JointUsers): number[] => [...row].filter((_, u) => part[u] === halfInB)
const usersOf = (all: Rows, overlap: number, seed: number): JointUsers => joint(all, { boundary, overlap, seed }).users

test('the share that stays linked is exact, nobody is lost, halves lie side by side', () => {
  fc.assert(
    fc.property(users, share, fc.nat(99), (all, overlap, seed) => {
      const made = usersOf(all, overlap, seed)
      const shared = all.filter(isShared).length
      const torn = tornRows(made)
      expect(shared - torn.length).toBe(overlap < 1 ? Math.round(overlap * shared) : shared)
      if (overlap < 1) expect(made).toMatchObject({ shared, linked: shared - torn.length })
      for (const u of torn) expect(isShared(all[u]!)).toBe(true)
      expect([...new Set(made.row)]).toEqual([...all.keys()])
      expect([...made.row]).toEqual([...made.row].sort((a, b) => a - b))
      made.part.forEach((part, u) => {
        if (part === halfInA) expect([made.row[u + 1], made.part[u + 1]]).toEqual([made.row[u], halfInB])
      })
    }),
    { numRuns: 300 },
  )
})

test('a smaller share links a subset of a larger one, and the seed decides which', () => {
  fc.assert(
    fc.property(users, share, share, fc.nat(99), (all, one, other, seed) => {
      const more = new Set(tornRows(usersOf(all, Math.min(one, other), seed)))
      for (const u of tornRows(usersOf(all, Math.max(one, other), seed))) expect(more.has(u)).toBe(true)
      expect(usersOf(all, one, seed)).toEqual(usersOf(all, one, seed))
    }),
  )
  const all: Rows = Array.from({ length: 100 }, () => [[0, 1], [9, 2]]) // prettier-ignore
  expect(tornRows(usersOf(all, 0.5, 1))).not.toEqual(tornRows(usersOf(all, 0.5, 2)))
})

test('whether a user is among the first depends on his id, not on his place: with one more user at most one changes sides', () => {
  const all: Rows = Array.from({ length: 40 }, () => [[0, 1], [9, 2]]) // prettier-ignore
  const ids = Uint32Array.from(all, (_, u) => 100 + 3 * u)
  const torn = (count: number): Set<number> =>
    new Set(tornRows(joint(all.slice(0, count), { boundary, overlap: 0.5, ids: ids.slice(0, count) }).users))
  const [before, after] = [torn(39), torn(40)]
  const changed = [...ids.slice(0, 39).keys()].filter((u) => before.has(u) !== after.has(u))
  expect(changed.length).toBeLessThanOrEqual(1)
})

test('each half is split by itself and holds the events of its domain alone', () => {
  fc.assert(
    fc.property(users, share, (all, overlap) => {
      const source = joint(all, { boundary, overlap })
      const made = atOnce(
        splitEvents(source, { split: 'user-time', ratios: [0.8, 0.1, 0.1], splitSeed: 1, foldIn: 0.8 }),
      )
      const parts = [made.train, made.validation, made.test]
      source.users.row.forEach((row, u) => {
        const part = source.users.part[u]
        const expected = all[row]!.map(([m]) => m).filter(
          (m) => part === wholeUser || m < boundary === (part === halfInA),
        )
        expect(parts.flatMap((p) => itemsOf(p, u)).sort()).toEqual(expected.sort())
        const counts = splitCounts(expected.length, [0.8, 0.1, 0.1])
        expect(parts.map((p) => itemsOf(p, u).length)).toEqual([counts.train, counts.validation, counts.test])
      })
    }),
  )
})

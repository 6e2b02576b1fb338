// Splits beyond a share of each user's events: by one event, by one moment for all, by users, by a lost domain.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forTest, forTraining, forValidation, losesA, losesB, losesNone } from '../../../src-main/datasets/splitting/held-users.ts' // prettier-ignore
import { wholeUser } from '../../../src-main/datasets/splitting/overlap.ts'
import { knownCount, leaveLastCounts, splitCounts } from '../../../src-main/datasets/splitting/part-sizes.ts'
import {
  type Split,
  splitEvents,
  type Splittable,
  type SplitRule,
} from '../../../src-main/datasets/splitting/splits.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import golden from '../../golden/splits.json' with { type: 'json' }
import { itemsOf, joint, type Rows, starsOf, timesOf } from './joint.ts'

const rule: SplitRule = { split: 'leave-last-one', ratios: [0.8, 0.1, 0.1], splitSeed: 1, foldIn: 0.8 }
const split = (source: Splittable, change: Partial<SplitRule>): Split =>
  atOnce(splitEvents(source, { ...rule, ...change }))
const partsOf = ({ foldIn, train, validation, test: held }: Split, u: number): number[][] =>
  [foldIn, train, validation, held].map((part) => itemsOf(part, u))
const ratiosOf = ([train = 0, validation = 0, held = 0]: number[]): SplitRule['ratios'] => [train, validation, held]

// ───────────── against Python ─────────────

test.each(golden.counts)("shares of $ratios are RecBole's counts for 1 to 120 events", ({ ratios, of }) => {
  const counts = of.map((_, n) => splitCounts(n + 1, ratiosOf(ratios)))
  expect(counts.map(({ train, validation, test: held }) => [train, validation, held])).toEqual(of)
})

const table: Rows = golden.table.map((rows) => rows.map(([item = 0, time = 0]) => [item, time]))

test('leave-last-one is what Python leaves out', () => {
  const made = split(joint(table), { split: 'leave-last-one' })
  expect(table.map((_, u) => partsOf(made, u).slice(1))).toEqual(golden.leaveLastOne)
})

test.each(golden.globalTime)('one moment for everybody, $ratios, is what Python cuts', ({ ratios, moments, users }) => {
  const made = split(joint(table), { split: 'global-time', ratios: ratiosOf(ratios) })
  expect(made.moments).toEqual({ validation: moments[0], test: moments[1] })
  expect(Array.from(made.users.row, (row, u) => ({ user: row + 1, parts: partsOf(made, u).slice(1) }))).toEqual(users)
  expect(made.leftOut.users).toBe(table.length - users.length)
  const kept = [made.train, made.validation, made.test].reduce((n, { item }) => n + item.length, 0)
  expect(kept + made.leftOut.ratings).toBe(table.flat().length)
})

// ───────────── few rows ─────────────

test('few events: leave-last-one and fold-in keep at least one, and ask only where there are two', () => {
  expect([1, 2, 3, 9].map((n) => Object.values(leaveLastCounts(n)))).toEqual([[1, 0, 0], [1, 0, 1], [1, 1, 1], [7, 1, 1]]) // prettier-ignore
  expect([0, 1, 2, 3, 5, 10].map((n) => knownCount(n, 0.8))).toEqual([0, 1, 1, 2, 4, 8])
  expect([1, 2, 10].map((n) => knownCount(n, 0.1))).toEqual([1, 1, 1])
  expect([1, 2, 10].map((n) => knownCount(n, 0.9))).toEqual([1, 1, 9])
})

test('a table in which all is rated at one time has nothing before the moment', () => {
  const source = joint([[[0, 7], [1, 7]], [[0, 7], [2, 7]]]) // prettier-ignore
  expect(() => split(source, { split: 'global-time', ratios: [0.5, 0.25, 0.25] })).toThrow(/^No rating lies before the first moment .* split by the time of each user\.$/) // prettier-ignore
})

test('ties at the moment are in one part: the later one', () => {
  // 10 events, one held out for each part: the ninth has the time of the seventh and eighth, which come along
  const rows: Rows = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => [item, [1, 2, 3, 4, 5, 6, 8, 8, 8, 9][item]!])]
  expect(partsOf(split(joint(rows), { split: 'global-time' }), 0).slice(1).map((part) => part.length)).toEqual([6, 3, 1]) // prettier-ignore
})

test('a part of no share is empty, and times near the end of their range are told apart', () => {
  const last = 2 ** 32 - 1
  const source = joint([[[0, last], [1, last - 1], [2, 0], [3, last - 65_536]]]) // prettier-ignore
  const made = split(source, { split: 'global-time', ratios: [0.5, 0.25, 0.25] })
  expect(partsOf(made, 0).slice(1)).toEqual([[2, 3], [1], [0]])
  expect(partsOf(split(source, { split: 'global-time', ratios: [0.5, 0.5, 0] }), 0)[3]).toEqual([])
})

// ───────────── properties ─────────────

const rows = fc.uniqueArray(fc.tuple(fc.nat(29), fc.nat(9)), {
  minLength: 1,
  maxLength: 20,
  selector: ([item]) => item,
})
const users = fc.array(rows, { minLength: 1, maxLength: 12 })
const kinds = fc.constantFrom<SplitRule['split']>(
  'leave-last-one',
  'global-time',
  'strong-generalisation',
  'cold-target',
)
const rules = fc.record({
  split: kinds,
  ratios: fc.constantFrom<SplitRule['ratios']>([0.8, 0.1, 0.1], [0.4, 0.3, 0.3]),
  splitSeed: fc.nat(1000),
  foldIn: fc.constantFrom(0.8, 0.5, 0.1),
})

/** Null where the split says that it cannot be made. */
function splitIfPossible(source: Splittable, how: SplitRule): Split | null {
  try {
    return split(source, how)
  } catch (error) {
    expect(String(error)).toMatch(/^ProtocolError: .*\.$/)
    return null
  }
}

test('every event of a user is in exactly one part, in time order, with its own rating', () => {
  let made = 0
  fc.assert(
    fc.property(users, rules, (all, how) => {
      const done = splitIfPossible(joint(all, { boundary: 15 }), how)
      if (!done) return
      made++
      done.users.row.forEach((row, u) => {
        const own = partsOf(done, u)
        expect(own.flat().sort()).toEqual(all[row]!.map(([item]) => item).sort())
        for (const part of [done.foldIn, done.train, done.validation, done.test])
          expect(timesOf(part, u)).toEqual(timesOf(part, u).sort((a, b) => a - b))
        // what is known comes before what is asked for, except where a domain is what is asked for
        const times = [done.foldIn, done.train, done.validation, done.test].flatMap((part) => timesOf(part, u))
        if (how.split !== 'cold-target') expect(times).toEqual(times.toSorted((a, b) => a - b))
      })
      for (const part of [done.foldIn, done.train, done.validation, done.test])
        part.item.forEach((item, e) => expect(part.rating[e]).toBe(starsOf(item)))
    }),
    { numRuns: 400 },
  )
  expect(made).toBeGreaterThan(150)
})

test('strong generalisation: held-out users have no training event, and as many are held out as the counts say', () => {
  fc.assert(
    fc.property(users, rules, (all, how) => {
      const made = split(joint(all), { ...how, split: 'strong-generalisation' })
      const counts = splitCounts(all.length, how.ratios)
      const roles = made.held!.role
      const withRole = (role: number): number => roles.filter((own) => own === role).length
      expect([forTraining, forValidation, forTest].map(withRole)).toEqual([counts.train, counts.validation, counts.test]) // prettier-ignore
      roles.forEach((role, u) => {
        const [known, train, validation, held] = partsOf(made, u).map((part) => part.length)
        const n = all[u]!.length
        if (role === forTraining) return expect([known, train, validation, held]).toEqual([0, n, 0, 0])
        const asked = n - knownCount(n, how.foldIn)
        expect([known, train, validation, held]).toEqual([n - asked, 0, role === forValidation ? asked : 0, role === forTest ? asked : 0]) // prettier-ignore
      })
    }),
  )
})

test('cold target: who loses a domain loses all of it, each domain has users of its own, the others keep everything', () => {
  const many: Rows = Array.from({ length: 60 }, (_, u) =>
    Array.from({ length: 6 }, (_, i) => [(u * 7 + i * 5) % 30, i]),
  )
  many.push([[1, 0], [2, 1]], [[20, 0]]) // prettier-ignore
  const made = split(joint(many, { boundary: 15 }), { split: 'cold-target', ratios: [0.6, 0.2, 0.2] })
  const { role, loses, eligible } = made.held!
  expect(eligible).toBe(60)
  const group = (part: number, domain: number): number =>
    role.filter((r, u) => r === part && loses[u] === domain).length
  expect([forValidation, forTest].map((part) => [losesA, losesB].map((domain) => group(part, domain)))).toEqual([[6, 6], [6, 6]]) // prettier-ignore
  role.forEach((part, u) => {
    const [, train = [], validation = [], held = []] = partsOf(made, u)
    if (part === forTraining) {
      expect(loses[u]).toBe(losesNone)
      return expect(train).toHaveLength(many[u]!.length)
    }
    const asked = part === forTest ? held : validation
    const lost = (item: number): boolean => item < 15 === (loses[u] === losesA)
    expect(asked.every(lost)).toBe(true)
    expect(train.some(lost)).toBe(false)
    expect(asked.length * train.length).toBeGreaterThan(0)
    expect(asked.length + train.length).toBe(many[u]!.length)
  })
})

test('cold target needs users who could lose either domain', () => {
  const source = joint([[[0, 1], [20, 2]], [[1, 1]]], { boundary: 15 }) // prettier-ignore
  expect(() => split(source, { split: 'cold-target' })).toThrow(
    'Of the users with ratings in both domains (1) too few would be for testing (0): each domain needs one who loses it. Raise the test part, lower the k-core, or link more users.',
  )
})

test('a torn user loses no domain: each half has one only', () => {
  const both: Rows = Array.from({ length: 40 }, (_, u) => [[u % 15, 1], [15 + (u % 15), 2], [14 - (u % 15), 3]]) // prettier-ignore
  const source = joint(both, { boundary: 15, overlap: 0.5 })
  const made = split(source, { split: 'cold-target', ratios: [0.5, 0.25, 0.25] })
  expect(made.held!.eligible).toBe(20)
  made.held!.loses.forEach((loses, u) => loses !== losesNone && expect(source.users.part[u]).toBe(wholeUser))
})

test('who is held out follows the seed and the ids; another user moves only whoever stands at the cut', () => {
  const all: Rows = Array.from({ length: 100 }, (_, u) => [[u % 30, 1], [(u + 1) % 30, 2]]) // prettier-ignore
  const ids = Uint32Array.from(all, (_, u) => 10 * u + 5)
  const roles = (source: Splittable, splitSeed: number): Uint8Array =>
    split(source, { split: 'strong-generalisation', splitSeed }).held!.role
  const one = roles(joint(all, { ids }), 1)
  expect(roles(joint(all, { ids }), 1)).toEqual(one)
  expect(roles(joint(all, { ids }), 2)).not.toEqual(one)
  const more = roles(joint([...all, all[0]!], { ids: Uint32Array.of(...ids, 9999) }), 1)
  expect(one.filter((role, u) => role !== more[u]).length).toBeLessThanOrEqual(2)
})

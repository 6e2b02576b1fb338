import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  describeUser,
  mostFirst,
  newestFirst,
  placeOf,
  placesByPrefix,
} from '../../../src-main/datasets/browsing/users.ts'

const ids = fc
  .uniqueArray(fc.oneof(fc.nat(150), fc.nat(99_999), fc.nat(2 ** 32 - 1)), { maxLength: 60 })
  .map((all) => Uint32Array.from(all).sort())

test('found by the beginning of the id, as comparing texts would', () => {
  const search = fc.oneof(fc.nat(200).map(String), fc.constantFrom('', '0', '00', '01', 'x', '1x', '9999999999', '-1'))
  fc.assert(
    fc.property(ids, search, (all, text) => {
      const plain = [...all.keys()].filter((place) => String(all[place]).startsWith(text))
      expect([...placesByPrefix(all, text)]).toEqual(plain)
    }),
    { numRuns: 500 },
  )
})

test('an id has its place', () => {
  fc.assert(
    fc.property(ids, fc.nat(150), (all, id) => {
      expect(placeOf(all, id)).toBe(all.indexOf(id))
      all.forEach((each, place) => expect(placeOf(all, each)).toBe(place))
    }),
  )
})

test('most first, equal counts as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (counts) => {
      const places = Uint32Array.from(counts.keys()).filter((place) => place % 3 !== 0)
      const plain = [...places].sort((a, b) => counts[b]! - counts[a]! || a - b)
      expect([...mostFirst(places, Uint32Array.from(counts))]).toEqual(plain)
    }),
  )
})

test('one user in figures; the newest first', () => {
  const own = { rating2: Uint8Array.of(10, 7, 1), time: Uint32Array.of(50, 20, 50) }
  expect(describeUser(9, own)).toEqual({
    user: 9,
    ratings: 3,
    meanRating: 3,
    firstRatingAt: 20_000,
    lastRatingAt: 50_000,
  })
  expect([...newestFirst(own.time)]).toEqual([0, 2, 1])
  const none = { rating2: new Uint8Array(), time: new Uint32Array() }
  expect(describeUser(9, none)).toEqual({ user: 9, ratings: 0, meanRating: 0, firstRatingAt: 0, lastRatingAt: 0 })
})

// What is known of items becomes fields, crosses and a start at popularity.
import { expect, test } from 'vitest'
import { popularityLogits } from '../../../src-main/learning/models/deep-embeddings.ts'
import { itemFields } from '../../../src-main/learning/models/item-fields.ts'
import { genreCrosses } from '../../../src-main/learning/models/wide-crosses.ts'

const facts = { genreNames: ['Comedy', 'Drama', 'War'], genres: Uint32Array.of(0b011, 0b100, 0), year: Int16Array.of(1994, 2001, 0) } // prettier-ignore
const domains = [
  { name: 'A' as const, start: 0, end: 2 },
  { name: 'B' as const, start: 2, end: 3 },
]

test('Genres share a row, years fall into periods of five, what is unknown is 0', () => {
  const [genres, period, domain] = itemFields({ items: 3, domains, facts })
  expect([...genres!.rows]).toEqual([0.5, 0.5, 0, 0, 0, 1, 0, 0, 0])
  expect(period!.size).toBe(3) // 1990-94, 1995-99, 2000-04
  expect([...period!.rows]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0])
  expect([...domain!.rows]).toEqual([1, 0, 1, 0, 0, 1])
})

test('One domain and no facts: no fields', () => {
  expect(itemFields({ items: 3, domains: domains.slice(0, 1) })).toEqual([])
})

test('A genre is preferred when its share is above that of all positives', () => {
  const train = { indptr: Uint32Array.of(0, 2, 3, 3), item: Uint32Array.of(0, 1, 1), rating: new Float32Array(3), time: new Float64Array(3) } // prettier-ignore
  const crosses = genreCrosses({ users: 3, items: 3, train, facts }, Uint32Array.of(0, 1, 2))
  // of three positives one is comedy and drama, two are war
  expect([...crosses!.preferred]).toEqual([1, 1, 0, 0, 0, 1, 0, 0, 0])
  expect([...crosses!.has]).toEqual([1, 1, 0, 0, 0, 1, 0, 0, 0])
  expect(genreCrosses({ users: 3, items: 3, train }, Uint32Array.of(0))).toBeNull()
})

test('The start says what counts alone say of a positive among drawn negatives', () => {
  const train = { item: Uint32Array.of(0, 0, 0, 1, 2) }
  const [often, seldom, alone] = popularityLogits({ items: 3, domains, train }, Uint32Array.of(0, 1, 2, 3, 4), 4)
  expect(often).toBeCloseTo(Math.log((3.5 / 5) * (2 / 4)), 5)
  expect(seldom).toBeCloseTo(Math.log((1.5 / 5) * (2 / 4)), 5)
  expect(alone).toBeCloseTo(Math.log(1 / 4), 5)
})

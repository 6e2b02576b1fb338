import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FeatureDiversity, GenreDiversity, type ListDiversity } from '../../../src-main/evaluation/diversity.ts'

const whole = { name: 'A', start: 0, end: 40 } as const
const of = (diversity: ListDiversity, items: number[]): number => {
  diversity.begin()
  for (const item of items) diversity.add(item)
  return diversity.value()
}
const facts = (genres: number[]): ConstructorParameters<typeof GenreDiversity>[0] => ({
  genreNames: [],
  genres: Uint32Array.from(genres),
  year: new Int16Array(genres.length),
})

test('the worked examples of the help texts', () => {
  const [comedy, drama, horror] = [1, 2, 4]
  expect(of(new GenreDiversity(facts([comedy, comedy | drama, horror]), whole), [0, 1, 2])).toBeCloseTo(0.8333, 4)
  const table = { name: 'text', dim: 2, rows: Float32Array.of(1, 0, 0, 2, 3, 0), present: new Uint8Array(3).fill(1), hash: '' } // prettier-ignore
  expect(of(new FeatureDiversity(table, whole), [0, 1, 2])).toBeCloseTo(0.6667, 4)
})

test('items of which nothing is known are left out, and fewer than two have no distance', () => {
  const genres = new GenreDiversity(facts([1, 0, 2, 0]), whole)
  expect(of(genres, [0, 1, 2, 3])).toBe(1)
  expect(of(genres, [0, 1, 3])).toBe(0)
  expect(of(genres, [])).toBe(0)
})

test('positions are those of the domain', () => {
  const genres = facts([1, 1, 1, 2])
  expect(of(new GenreDiversity(genres, { name: 'B', start: 2, end: 4 }), [0, 1])).toBe(1)
})

test('between 0 and 1 for genres, the same in any order, 0 among equals', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 2, maxLength: 30 }), (bits) => {
      const diversity = new GenreDiversity(facts(bits), whole)
      const order = bits.map((_, i) => i)
      const value = of(diversity, order)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1)
      expect(of(diversity, order.toReversed())).toBeCloseTo(value, 10)
      expect(of(new GenreDiversity(facts(bits.map(() => bits[0]!)), whole), order)).toBe(0)
    }),
  )
})

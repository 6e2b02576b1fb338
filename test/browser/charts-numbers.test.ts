import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTick, formatValue } from '@/charts/format'
import { minMax } from '@/charts/min-max'
import { fileName } from '@/charts/save-picture'
import { debiasedEma } from '@/charts/smoothing'
import { commonArea, venn } from '@/charts/venn'

describe('moving average', () => {
  test('begins at the first value and averages by the weights', () => {
    // by hand, w = 0.5: (0.5 * 4) / 0.5 = 4; (0.5 * 2 + 0.5 * 0) / 0.75 = 4/3; (0.5 * 1 + 0.5 * 2) / 0.875 = 1.714285...
    expect(debiasedEma([4, 0, 2], 0.5)).toEqual([4, expect.closeTo(4 / 3, 12), expect.closeTo(12 / 7, 12)])
  })
  test('weight 0 changes nothing, a constant stays constant, and no value leaves the range of the raw ones', () => {
    const curve = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(curve, fc.double({ min: 0, max: 0.99, noNaN: true }), (y, weight) => {
        const low = Math.min(...y) - 1e-6
        const high = Math.max(...y) + 1e-6
        expect(debiasedEma(y, 0)).toEqual(y.map((v) => expect.closeTo(v, 6)))
        for (const value of debiasedEma(y, weight)) expect(value >= low && value <= high).toBe(true)
      }),
    )
    for (const value of debiasedEma([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12)
  })
  test('a value that is not finite stays where it is and spoils nothing after it', () => {
    const out = debiasedEma([1, NaN, 1], 0.9)
    expect(out[1]).toBeNaN()
    expect(out[2]).toBeCloseTo(1, 12)
  })
  test('refuses a weight of 1', () => {
    expect(() => debiasedEma([1], 1)).toThrow('must be in [0, 1)')
  })
})

describe('thinning', () => {
  test('keeps ends, lowest and highest value, the order, and the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 4, max: 60 }),
        (y, limit) => {
          const x = y.map((_, i) => i)
          const thin = minMax({ x, y }, limit)
          expect(thin.x.length).toBe(thin.y.length)
          expect(thin.x.length).toBeLessThanOrEqual(Math.max(limit, 4))
          expect(thin.x[0]).toBe(0)
          expect(thin.x.at(-1)).toBe(y.length - 1)
          expect(thin.x).toEqual([...new Set(thin.x)].sort((a, b) => a - b))
          expect(Math.min(...thin.y)).toBe(Math.min(...y))
          expect(Math.max(...thin.y)).toBe(Math.max(...y))
          thin.x.forEach((at, i) => expect(thin.y[i]).toBe(y[at]))
        },
      ),
    )
  })
})

test.each([
  [47, '47'],
  [0, '0'],
  [0.11871, '0.1187'],
  [4.13, '4.130'],
  [0.0001, '1.00e-4'],
  [812_544, '812,544'],
  [NaN, '–'],
])('a value of %d is written %s', (value, text) => {
  expect(formatValue(value)).toBe(text)
})

test.each([
  [0, '0'],
  [0.05, '0.05'],
  [0.0001, '1e-4'],
  [20_000, '20k'],
  [3_000_000, '3M'],
])('a tick of %d is written %s', (value, text) => {
  expect(formatTick(value)).toBe(text)
})

test('a title becomes a file name', () => {
  expect(fileName('Validation NDCG@10, mean of domains A and B', 'svg')).toBe(
    'validation-ndcg-at-10-mean-of-domains-a-and-b.svg',
  )
  expect(fileName('…', 'png')).toBe('chart.png')
})

describe('two circles in proportion to sets', () => {
  test('the whole area, the touch and the containment are where they should be', () => {
    expect(venn({ a: 100, b: 100, both: 100 })).toEqual({ a: 1, b: 1, distance: expect.closeTo(0, 6) })
    expect(venn({ a: 100, b: 25, both: 0 })).toEqual({ a: 1, b: 0.5, distance: 1.5 })
    expect(venn({ a: 0, b: 0, both: 0 })).toEqual({ a: 0, b: 0, distance: 0 })
  })

  test('the area they share is in proportion to the users they share', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    fc.assert(
      fc.property(sizes, ([a, b, share]) => {
        const both = share * Math.min(a, b)
        const { a: ra, b: rb, distance } = venn({ a, b, both })
        const wanted = (Math.PI * both) / Math.max(a, b)
        expect(Math.abs(commonArea(ra, rb, distance) - wanted)).toBeLessThan(1e-6)
      }),
    )
  })
})

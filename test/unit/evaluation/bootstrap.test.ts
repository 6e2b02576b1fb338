import { expect, test } from 'vitest'
import { Bootstrap } from '../../../src-main/evaluation/bootstrap.ts'
import { mean } from '../../../src-main/evaluation/statistics.ts'
import { Random } from '../../../src-main/learning/random.ts'
import golden from '../../golden/statistics.json' with { type: 'json' }

const values = Float64Array.from(golden.bootstrap.values)

test('near a bootstrap of 200,000 resamples, the same for the same seed', () => {
  const bootstrap = new Bootstrap([values], { seed: 3 })
  expect(bootstrap.interval(0).low).toBeCloseTo(golden.bootstrap.low, 2)
  expect(bootstrap.interval(0).high).toBeCloseTo(golden.bootstrap.high, 2)
  expect(new Bootstrap([values], { seed: 3 }).interval(0)).toEqual(bootstrap.interval(0))
  expect(new Bootstrap([values], { seed: 4 }).interval(0)).not.toEqual(bootstrap.interval(0))
})

test('all columns see the same resamples, so a difference is paired', () => {
  const noise = new Random(8)
  const other = values.map((x) => x + 0.5 + 0.1 * noise.normal())
  const bootstrap = new Bootstrap([values, values.map((x) => x + 1), other], { seed: 3 })
  expect(bootstrap.interval(1).low - bootstrap.interval(0).low).toBeCloseTo(1, 12)
  const constant = bootstrap.difference(1, 0)
  expect(constant.low).toBeCloseTo(1, 12)
  expect(constant.high).toBeCloseTo(1, 12)
  const paired = bootstrap.difference(2, 0)
  const alone = new Bootstrap([other.map((x, i) => x - values[i]!)], { seed: 3 }).interval(0)
  expect(paired.low).toBeCloseTo(alone.low, 12)
  expect(paired.high).toBeCloseTo(alone.high, 12)
  expect(bootstrap.difference(0, 2)).toEqual({ low: -paired.high, high: -paired.low })
})

test('the normal interval of many values agrees with resampling just below the limit', () => {
  const wave = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i)))
  const other = (n: number): Float64Array => wave(n).map((x, i) => x * (1 + 0.1 * Math.cos(3 * i)))
  const [below, above] = [1_999, 2_000].map((n) => new Bootstrap([wave(n), other(n)], { seed: 1 }))
  for (const of of [(b: Bootstrap) => b.interval(0), (b: Bootstrap) => b.difference(0, 1)]) {
    expect(of(below!).low).toBeCloseTo(of(above!).low, 3)
    expect(of(below!).high).toBeCloseTo(of(above!).high, 3)
  }
  expect(mean(wave(2_000))).toBeGreaterThan(above!.interval(0).low)
})

test('of nobody and of one user there is an interval of no width', () => {
  expect(new Bootstrap([new Float64Array(0)], { seed: 1 }).interval(0)).toEqual({ low: 0, high: 0 })
  const one = new Bootstrap([Float64Array.of(0.5), Float64Array.of(0.2)], { seed: 1 })
  expect(one.interval(0)).toEqual({ low: 0.5, high: 0.5 })
  expect(one.difference(0, 1)).toEqual({ low: 0.3, high: 0.3 })
})

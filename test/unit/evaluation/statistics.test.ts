import fc from 'fast-check'
import { expect, test } from 'vitest'
import { incompleteBeta, twoSidedNormal, twoSidedT } from '../../../src-main/evaluation/distributions.ts'
import { holm, pairedT, percentile, standardDeviation, wilcoxon } from '../../../src-main/evaluation/statistics.ts'
import golden from '../../golden/statistics.json' with { type: 'json' }

/** Relative to the value: p-values of 1e-19 count too. */
const near = (found: number, expected: number, relative: number): void =>
  expect(
    Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-300),
    `${found} against ${expected}`,
  ).toBeLessThan(relative)

test('distributions equal SciPy', () => {
  for (const [x, a, b, value] of golden.beta) near(incompleteBeta(x!, a!, b!), value!, 1e-11)
  for (const [z, value] of golden.normal) near(twoSidedNormal(z!), value!, 1e-11)
  for (const [t, f, value] of golden.student) near(twoSidedT(t!, f!), value!, 1e-9)
})

test.each(golden.tests.map((t) => ({ n: t.differences.length, ...t })))('tests of $n differences equal SciPy', (t) => {
  const d = Float64Array.from(t.differences)
  near(pairedT(d), t.t, 1e-9)
  near(wilcoxon(d), t.wilcoxon, 1e-9)
  near(standardDeviation(d)!, t.sd, 1e-12)
})

test('Holm’s correction and percentiles equal the references', () => {
  holm(golden.holm.p).forEach((v, i) => expect(v).toBeCloseTo(golden.holm.adjusted[i]!, 12))
  const sorted = Float64Array.from(golden.percentiles.sorted)
  golden.percentiles.shares.forEach((s, i) =>
    expect(percentile(sorted, s)).toBeCloseTo(golden.percentiles.values[i]!, 12),
  )
})

test('tests of nothing and of constants have a p-value', () => {
  expect(pairedT(new Float64Array(0))).toBe(1)
  expect(pairedT(new Float64Array(5))).toBe(1)
  expect(pairedT(new Float64Array(5).fill(0.1))).toBe(0)
  expect(wilcoxon(new Float64Array(9))).toBe(1)
  expect(wilcoxon(Float64Array.of(1))).toBe(1)
  expect(standardDeviation([1])).toBeNull()
})

test('both tests are symmetric in sign', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 120 }), (values) => {
      const d = Float64Array.from(values)
      const negated = d.map((x) => -x)
      expect(wilcoxon(d)).toBeCloseTo(wilcoxon(negated), 12)
      expect(pairedT(d)).toBeCloseTo(pairedT(negated), 12)
    }),
  )
})

test('Holm never lowers a p-value and keeps their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
      const adjusted = holm(p)
      p.forEach((x, i) => {
        expect(adjusted[i]!).toBeGreaterThanOrEqual(x)
        p.forEach((y, j) => x < y && expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!))
      })
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  auc,
  averagePrecision,
  gini,
  hitRate,
  metricInfos,
  ndcg,
  precision,
  recall,
  reciprocalRank,
} from '../../../src-main/evaluation/metrics.ts'
import { metricLabel, parseMetric, userMetricKeys } from '../../../src-main/evaluation/metric-infos.ts'

// The worked example of the help texts: 3 relevant, hits at ranks 1 and 4 of 5.
const hits = Uint8Array.of(1, 0, 0, 1, 0)

test('the worked examples of the help texts are right', () => {
  const example: Record<string, number> = {
    ndcg: ndcg(hits, 3, 5),
    recall: recall(hits, 3, 5),
    precision: precision(hits, 5),
    hitrate: hitRate(hits, 5),
    mrr: reciprocalRank(hits, 5),
    map: averagePrecision(hits, 3, 5),
    auc: auc(Float64Array.of(1, 4), 5),
    gini: gini(Uint32Array.of(0, 8, 0, 0)),
  }
  for (const [id, value] of Object.entries(example)) {
    const printed = /= ([\d.]+)\.$/.exec(metricInfos.find((m) => m.id === id)!.help.replace(/: ([\d.]+)\.$/, '= $1.'))
    expect(Number(printed?.[1]), id).toBeCloseTo(value, 4)
  }
})

test('every metric has a label, a formula and a help text with an example, and its id once', () => {
  expect(new Set(metricInfos.map((m) => m.id)).size).toBe(metricInfos.length)
  for (const m of metricInfos) {
    expect(m.formula, m.id).not.toBe('')
    expect(m.help, m.id).toContain('Example')
  }
})

test('metric keys are parsed and labelled', () => {
  expect(userMetricKeys([10, 20]).filter((k) => /ndcg|auc|gini/.test(k))).toEqual(['ndcg@10', 'ndcg@20', 'auc'])
  expect(parseMetric('ndcg@10')?.cutoff).toBe(10)
  for (const bad of ['ndcg', 'auc@10', 'ndcg@0', 'ndcg@x', 'ndcg@10@2', 'nonsense@10'])
    expect(parseMetric(bad)).toBeNull()
  expect(metricLabel('ndcg@10')).toBe('NDCG@10')
  expect(metricLabel('auc')).toBe('AUC')
})

const lists = fc.record({
  hits: fc.uint8Array({ max: 1, maxLength: 40 }),
  missed: fc.nat(20),
  k: fc.integer({ min: 1, max: 60 }),
})

test('all metrics lie in [0, 1]', () => {
  fc.assert(
    fc.property(lists, ({ hits, missed, k }) => {
      const relevant = Math.max(1, hits.reduce((a, b) => a + b, 0) + missed)
      const values = [
        ndcg(hits, relevant, k),
        recall(hits, relevant, k),
        precision(hits, k),
        hitRate(hits, k),
        reciprocalRank(hits, k),
        averagePrecision(hits, relevant, k),
      ]
      for (const v of values) expect(v >= 0 && v <= 1 + 1e-12).toBe(true)
    }),
  )
})

test('a perfect list has NDCG, MAP and MRR 1, and moving a hit up never lowers NDCG', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (relevant, k) => {
      const perfect = Uint8Array.from({ length: k }, (_, i) => (i < relevant ? 1 : 0))
      expect(ndcg(perfect, relevant, k)).toBeCloseTo(1, 12)
      expect(averagePrecision(perfect, relevant, k)).toBeCloseTo(1, 12)
      expect(reciprocalRank(perfect, k)).toBe(1)
    }),
  )
  fc.assert(
    fc.property(lists, fc.nat(38), ({ hits, missed, k }, at) => {
      fc.pre(at + 1 < hits.length && hits[at] === 0 && hits[at + 1] === 1)
      const relevant = hits.reduce((a, b) => a + b, 0) + missed
      const moved = hits.slice()
      moved[at] = 1
      moved[at + 1] = 0
      expect(ndcg(moved, relevant, k)).toBeGreaterThanOrEqual(ndcg(hits, relevant, k))
    }),
  )
})

test('AUC equals counting all pairs, does not depend on the order, and mirrors when scores are negated', () => {
  const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(scores, scores, (relevant, others) => {
      let pairs = 0
      for (const r of relevant) for (const o of others) pairs += r > o ? 1 : r === o ? 0.5 : 0
      const expected = pairs / (relevant.length * others.length)
      const all = [...others, ...relevant]
      expect(auc(midranks(relevant, all), all.length)).toBeCloseTo(expected, 12)
      expect(auc(midranks(relevant, all).reverse(), all.length)).toBeCloseTo(expected, 12)
      const [negated, allNegated] = [relevant, all].map((s) => s.map((x) => -x))
      expect(auc(midranks(negated!, allNegated!), all.length)).toBeCloseTo(1 - expected, 12)
    }),
  )
  expect(auc(Float64Array.of(1), 1)).toBe(1)
})

/** Ranks from 1, highest score first, ties sharing the mean of theirs. */
function midranks(scores: number[], all: number[]): Float64Array {
  const sorted = all.toSorted((a, b) => b - a)
  return Float64Array.from(scores, (s) => (sorted.indexOf(s) + sorted.lastIndexOf(s)) / 2 + 1)
}

test('the Gini index is 0 for equal counts and (n - 1) / n when one item takes all', () => {
  expect(gini(Uint32Array.of(3, 3, 3, 3))).toBe(0)
  expect(gini(Uint32Array.of(0, 0, 0, 0, 7))).toBeCloseTo(0.8, 12)
  expect(gini(new Uint32Array(4))).toBe(0)
})

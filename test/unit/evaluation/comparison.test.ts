import { expect, test } from 'vitest'
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { compareRuns, type ComparedRun, type ComparisonInput } from '../../../src-main/evaluation/comparison.ts'
import { pairwiseTests } from '../../../src-main/evaluation/paired-differences.ts'
import { holm, mean, pairedT, wilcoxon } from '../../../src-main/evaluation/statistics.ts'
import type { DomainEvaluation, Evaluation } from '../../../src-main/evaluation/types.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { ials } from '../../../src-main/learning/models/ials.ts'
import golden from '../../golden/statistics.json' with { type: 'json' }

function domain(name: 'A' | 'B', users: number[], values: number[]): DomainEvaluation {
  return {
    domain: name,
    users: Uint32Array.from(users),
    perUser: { 'ndcg@10': Float64Array.from(values), 'popularity@10': Float64Array.from(values) },
    mean: { 'ndcg@10': mean(values), 'popularity@10': mean(values), 'coverage@10': 0.25 },
    listed: Uint32Array.from(users),
    topItems: new Uint32Array(0),
    topScores: new Float32Array(0),
    k: 10,
  }
}

/** 200 users; A counts all, B the even ones. `lift` is added to everybody. */
function evaluation(lift: number, seed = 1): Evaluation {
  const random = new Random(seed)
  const users = Array.from({ length: 200 }, (_, u) => u)
  const taste = users.map((u) => 0.2 + 0.15 * Math.sin(u))
  const of = (which: number[]): number[] => which.map((u) => taste[u]! + lift + 0.05 * random.normal())
  const even = users.filter((u) => u % 2 === 0)
  return { part: 'test', domains: [domain('A', users, of(users)), domain('B', even, of(even))] }
}

function run(label: string, lift: number, seed: number, more: Partial<ComparedRun> = {}): ComparedRun {
  const evaluated = evaluation(lift, seed + 10 * label.charCodeAt(0) + 1000 * label.length)
  return {
    id: `${label}-${seed}`,
    model: 'ease',
    label,
    config: {},
    seed,
    bestEpoch: null,
    seconds: 2,
    evaluation: evaluated,
    ...more,
  }
}

const input: ComparisonInput = {
  experimentId: 'e1',
  metric: 'ndcg@10',
  domain: 'A',
  baseline: 'Base',
  runs: [
    run('Base', 0, 1),
    run('Base', 0, 2),
    run('Better', 0.05, 1),
    run('Better', 0.05, 2),
    run('Same', 0.0001, 1),
    run('Same', 0.0001, 2),
  ],
  card: { hash: 'abcdef', rows: [] },
  looks: { runs: 6, configurations: 3 },
  models: [],
}
const table = (more: Partial<ComparisonInput> = {}): ReturnType<typeof compareRuns> =>
  compareRuns({ ...input, ...more })

test('rows are models over seeds, best first, with their spread', () => {
  const { rows, users, baseline } = table()
  expect(rows.map((r) => r.label)).toEqual(['Better', 'Same', 'Base'].sort((a, b) => value(b) - value(a)))
  expect(rows[0]!.label).toBe('Better')
  expect(users).toBe(200)
  expect(baseline).toBe('Base')
  const better = rows[0]!
  expect(better.seeds).toEqual([1, 2])
  const seeds = [1, 2].map((s) => run('Better', 0.05, s).evaluation.domains[0]!.mean['ndcg@10']!)
  expect(better.value).toBeCloseTo((seeds[0]! + seeds[1]!) / 2, 12)
  expect(better.spread).toBeCloseTo(Math.abs(seeds[0]! - seeds[1]!) / Math.SQRT2, 12)
  expect(better.interval.low).toBeLessThan(better.value)
  expect(better.interval.high).toBeGreaterThan(better.value)
  expect(better.secondsPerRun).toBe(2)

  function value(label: string): number {
    return rows.find((r) => r.label === label)!.value
  }
})

test('differences are paired by user on the mean over seeds, and Holm covers all pairs', () => {
  const { rows, pairs } = table()
  const column = (label: string): number[] => {
    const [a, b] = [1, 2].map(
      (s) => input.runs.find((r) => r.id === `${label}-${s}`)!.evaluation.domains[0]!.perUser['ndcg@10']!,
    )
    return Array.from(a!, (x, i) => (x + b![i]!) / 2)
  }
  const difference = (a: string, b: string): Float64Array => {
    const [x, y] = [column(a), column(b)]
    return Float64Array.from(x, (value, i) => value - y[i]!)
  }
  for (const label of ['Better', 'Same']) {
    const d = difference(label, 'Base')
    const found = rows.find((r) => r.label === label)!.difference!
    expect(found.value).toBeCloseTo(mean(d), 12)
    expect(found.pairedT / pairedT(d)).toBeCloseTo(1, 6)
    expect(found.wilcoxon / wilcoxon(d)).toBeCloseTo(1, 6)
  }
  const family = [['Better', 'Base'], ['Same', 'Base'], ['Better', 'Same']] as const // prettier-ignore
  const adjusted = holm(family.map(([a, b]) => pairedT(difference(a, b))))
  expect(rows.find((r) => r.label === 'Better')!.difference!.holm / adjusted[0]!).toBeCloseTo(1, 6)
  expect(rows.find((r) => r.label === 'Same')!.difference!.holm).toBeCloseTo(adjusted[1]!, 9)
  expect(pairs).toHaveLength(3)
  expect(rows.find((r) => r.label === 'Base')!.difference).toBeNull()
})

test('all pairs equal SciPy and a bootstrap of 200,000 resamples, also the corrected p-values', () => {
  const rows = golden.pairs.seeds.map((seeds, m) => {
    const column = Float64Array.from(seeds[0]!, (x, i) => (x + seeds[1]![i]!) / 2)
    return { label: `m${m}`, column, plain: column }
  })
  rows.sort((a, b) => mean(b.column) - mean(a.column))
  const { pairs } = pairwiseTests(rows)
  expect(pairs.map((p) => [p.first, p.second])).toEqual(golden.pairs.expected.map((p) => [p.first, p.second]))
  golden.pairs.expected.forEach((expected, i) => {
    const found = pairs[i]!
    expect(found.value).toBeCloseTo(expected.value, 12)
    expect(found.pairedT / expected.t).toBeCloseTo(1, 9)
    expect(found.wilcoxon / expected.wilcoxon).toBeCloseTo(1, 9)
    expect(found.holm / expected.holm).toBeCloseTo(1, 9)
    const width = expected.high - expected.low
    expect(Math.abs(found.interval.low - expected.low) / width).toBeLessThan(0.03)
    expect(Math.abs(found.interval.high - expected.high) / width).toBeLessThan(0.03)
  })
})

test('equal values added up in another order are a tie', () => {
  const values = Float64Array.from({ length: 30 }, (_, i) => i / 40)
  const shaken = values.map((x, i) => x + (i % 3 === 0 ? 1e-17 : 0) + (i % 2 === 0 ? 5e-17 : 0))
  const [pair] = pairwiseTests([
    { label: 'a', column: values, plain: values },
    { label: 'b', column: shaken, plain: shaken },
  ]).pairs
  expect(pair).toMatchObject({ pairedT: 1, wilcoxon: 1, holm: 1 })
})

test('a lead is claimed only where it is shown', () => {
  const { sentences } = table()
  expect(sentences[0]).toMatch(
    /^Better is ahead of (Same|Base) by 0\.0\d\d ± 0\.0\d\d NDCG@10, p < \.001 after correction, 200 users\.$/,
  )
  expect(sentences.join(' ')).toMatch(/Better is ahead of Base by/)
  const open = table({ runs: input.runs.filter((r) => r.label !== 'Better') }).sentences
  expect(open[0]).toMatch(
    /^(Same and Base|Base and Same) cannot be told apart: a difference of 0\.0\d\d ± 0\.0\d\d NDCG@10, p = \.\d{3} after correction, 200 users\.$/,
  )
  const turned = table({ baseline: 'Better' }).sentences
  expect(turned[1]).toMatch(/^Behind Better: (Same|Base) \(−0\.0[45]\d ± 0\.0\d\d, p < \.001\)\.$/)
  expect(table({ metric: 'popularity@10' }).sentences.join(' ')).toContain('Better is higher than Base by')
  expect(sentences.join(' ')).toContain('Holm’s correction over all 3 pairs')
})

test('the best row is set against the runner-up and the baseline, and nobody is spoken of twice', () => {
  const runs = [
    ...['Best', 'Twin', 'Third'].map((label, i) => run(label, [0.06, 0.0595, 0.04][i]!, 1)),
    run('Base', 0.02, 1),
    run('Low', -0.02, 1),
  ]
  const { rows, sentences } = table({ runs, baseline: 'Base' })
  const [first, second] = rows.map((r) => r.label)
  expect(sentences[0]).toMatch(new RegExp(`^${first} and ${second} cannot be told apart: a difference of`))
  expect(sentences[1]).toMatch(new RegExp(`^${first} is ahead of Base by 0\\.0`))
  expect(sentences[2]).toMatch(new RegExp(`^Also ahead of Base: ${second} \\(.*\\) and Third \\(`))
  expect(sentences[3]).toMatch(/^Behind Base: Low \(−0\.0/)
  const unpinned = table({ runs, baseline: null }).sentences
  expect(unpinned[0]).toBe(sentences[0])
  expect(unpinned).toHaveLength(3) // the pair, what the signs mean, the seeds
})

test('the mean column: its value is the mean of the domains’ means, and so is its difference', () => {
  const { rows, users } = table({ domain: 'mean' })
  expect(users).toBe(200)
  for (const row of rows) {
    const runs = input.runs.filter((r) => r.label === row.label)
    const means = [0, 1].map((d) => mean(runs.map((r) => r.evaluation.domains[d]!.mean['ndcg@10']!)))
    expect(row.value).toBeCloseTo((means[0]! + means[1]!) / 2, 12)
    expect((row.interval.low + row.interval.high) / 2).toBeCloseTo(row.value, 2)
  }
  const [better, base] = ['Better', 'Base'].map((l) => rows.find((r) => r.label === l)!)
  expect(better!.difference!.value).toBeCloseTo(better!.value - base!.value, 12)
})

test('the spread of the mean column over users is that of resampling users and averaging the domains anew', () => {
  const one = table({ domain: 'mean', runs: [run('Base', 0, 1)] }).rows[0]!
  const [a, b] = run('Base', 0, 1).evaluation.domains
  const random = new Random(5)
  const means: number[] = []
  for (let r = 0; r < 4000; r++) {
    const sums = [0, 0, 0, 0]
    for (let i = 0; i < 200; i++) {
      const u = random.integer(200)
      sums[0]! += a!.perUser['ndcg@10']![u]!
      sums[1]! += 1
      if (u % 2 === 0) {
        sums[2]! += b!.perUser['ndcg@10']![u / 2]!
        sums[3]! += 1
      }
    }
    means.push((sums[0]! / sums[1]! + sums[2]! / sums[3]!) / 2)
  }
  means.sort((x, y) => x - y)
  const width = means[3900]! - means[100]!
  expect((one.interval.high - one.interval.low) / width).toBeGreaterThan(0.93)
  expect((one.interval.high - one.interval.low) / width).toBeLessThan(1.07)
})

test('metrics without a value per user are shown without tests', () => {
  const comparison = table({ metric: 'coverage@10' })
  expect(comparison.rows.map((r) => [r.value, r.interval, r.difference])).toEqual(
    Array.from({ length: 3 }, () => [0.25, { low: 0.25, high: 0.25 }, null]),
  )
  expect(comparison.sentences[0]).toContain('one value a run')
  expect(comparison.pairs).toEqual([])
})

test('without a baseline, or with one that has not finished, no difference is computed', () => {
  expect(table({ baseline: null }).rows.every((r) => r.difference === null)).toBe(true)
  expect(table({ baseline: null }).pairs).toEqual(table().pairs)
  expect(table({ baseline: null }).sentences[0]).toContain('Better is ahead of')
  const missing = table({ baseline: 'Transformer' })
  expect(missing.baseline).toBeNull()
  expect(missing.sentences[0]).toBe(
    'The baseline Transformer has no finished run yet, so no differences to it are shown.',
  )
  expect(table({ runs: [] }).sentences).toEqual(['No run has finished yet.'])
})

test('unknown metrics, unmeasured cut-offs, absent domains and other users are refused with a sentence', () => {
  expect(() => table({ metric: 'ndcg@15' })).toThrow(/'ndcg@15' was not measured.*ndcg@10/)
  expect(() => table({ metric: 'speed' })).toThrow(/no metric 'speed'/)
  const single = run('Base', 0, 1)
  single.evaluation.domains.pop()
  expect(() => table({ domain: 'B', runs: [single] })).toThrow("no evaluated domain 'B'. Choose one of: A")
  const others = run('Other', 0, 1)
  others.evaluation.domains[0]!.users[5] = 4000
  expect(() => table({ runs: [...input.runs, others] })).toThrow('one protocol only')
})

test('only hyper-parameters that differ between rows of one model are named, defaults filled in', () => {
  const models: ModelInfo[] = [ease, ials]
  const runs = [
    run('EASE', 0, 1, { config: { minRating: 4 } }),
    run('EASE 500', 0, 1, { config: { lambda: 500, minRating: 4 } }),
    run('iALS', 0, 1, { model: 'ials', config: { dim: 8 } }),
  ]
  expect(table({ runs, models }).differing).toEqual([
    { key: 'lambda', label: 'Regularisation λ', values: { EASE: 200, 'EASE 500': 500, iALS: null } },
  ])
})

test('two configurations under one label stay two rows', () => {
  const runs = [run('EASE', 0, 1), run('EASE', 0.1, 1, { config: { lambda: 9 }, id: 'x' })]
  expect(
    table({ runs })
      .rows.map((r) => r.label)
      .sort(),
  ).toEqual(['EASE', 'EASE (2)'])
})

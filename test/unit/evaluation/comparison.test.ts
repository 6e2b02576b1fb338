import { expect, test } from 'vitest'
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { compareRuns, type ComparedRun, type ComparisonInput } from '../../../src-main/evaluation/comparison.ts'
import { holm, mean, pairedT, wilcoxon } from '../../../src-main/evaluation/statistics.ts'
import type { DomainEvaluation, Evaluation } from '../../../src-main/evaluation/types.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { ials } from '../../../src-main/learning/models/ials.ts'

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

test('differences are paired by user on the mean over seeds, and Holm covers all rows', () => {
  const { rows } = table()
  const column = (label: string): number[] => {
    const [a, b] = [1, 2].map(
      (s) => input.runs.find((r) => r.id === `${label}-${s}`)!.evaluation.domains[0]!.perUser['ndcg@10']!,
    )
    return Array.from(a!, (x, i) => (x + b![i]!) / 2)
  }
  const p = ['Better', 'Same'].map((label) => {
    const base = column('Base')
    const d = Float64Array.from(column(label), (x, i) => x - base[i]!)
    const found = rows.find((r) => r.label === label)!.difference!
    expect(found.value).toBeCloseTo(mean(d), 12)
    expect(found.pairedT / pairedT(d)).toBeCloseTo(1, 6)
    expect(found.wilcoxon / wilcoxon(d)).toBeCloseTo(1, 6)
    return found.pairedT
  })
  expect(['Better', 'Same'].map((l) => rows.find((r) => r.label === l)!.difference!.holm)).toEqual(holm(p))
  expect(rows.find((r) => r.label === 'Base')!.difference).toBeNull()
})

test('a lead is claimed only where it is shown', () => {
  const { sentences } = table()
  expect(sentences[0]).toMatch(
    /^Better is ahead of Base by 0\.0\d\d \[0\.0\d\d, 0\.0\d\d\] NDCG@10, p < \.001 after correction, 200 users\.$/,
  )
  expect(sentences[1]).toMatch(
    /^No difference shown between Same and Base: −?0\.0\d\d \[−0\.0\d\d, 0\.0\d\d\] NDCG@10, p = \.\d{3} after correction/,
  )
  const turned = table({ baseline: 'Better' }).sentences
  expect(turned.filter((s) => /is behind Better by 0\.0[45]/.test(s))).toHaveLength(2)
  expect(turned.join()).not.toContain('ahead')
  expect(table({ metric: 'popularity@10' }).sentences[0]).toContain('Better is higher than Base by')
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
})

test('without a baseline, or with one that has not finished, no difference is computed', () => {
  expect(table({ baseline: null }).rows.every((r) => r.difference === null)).toBe(true)
  expect(table({ baseline: null }).sentences[0]).toContain('The highest value is that of Better')
  const missing = table({ baseline: 'Transformer' })
  expect(missing.baseline).toBeNull()
  expect(missing.sentences[0]).toBe('The baseline Transformer has no finished run yet, so no differences are shown.')
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

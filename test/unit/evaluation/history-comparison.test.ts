import { expect, test } from 'vitest'
import type { ComparedRun } from '../../../src-main/evaluation/compared-runs.ts'
import { compareHistory } from '../../../src-main/evaluation/history-comparison.ts'
import { mean } from '../../../src-main/evaluation/statistics.ts'

/** Users with 0, 0, 1, 4, 5, 9, 10, 100, 499, 500 and 2,000 training events. */
const lengths = [0, 0, 1, 4, 5, 9, 10, 100, 499, 500, 2000]

function run(label: string, seed: number, values: number[], historyLengths: number[] | null = lengths): ComparedRun {
  return {
    id: `${label}-${seed}`,
    model: label.toLowerCase(),
    label,
    config: {},
    seed,
    bestEpoch: null,
    seconds: null,
    evaluation: {
      part: 'test',
      domains: [
        {
          domain: 'A',
          users: Uint32Array.from(values.keys()),
          ...(historyLengths ? { historyLengths: Uint32Array.from(historyLengths) } : {}),
          perUser: { 'ndcg@10': Float64Array.from(values) },
          mean: { 'ndcg@10': mean(values), 'coverage@10': 0.1 },
          listed: new Uint32Array(0),
          topItems: new Uint32Array(0),
          topScores: new Float32Array(0),
          k: 10,
        },
      ],
    },
  }
}
const low = lengths.map((_, i) => i / 100)
const runs = [run('Low', 1, low), run('High', 1, low.map((x) => x + 0.2)), run('High', 2, low.map((x) => x + 0.4))] // prettier-ignore
const asked = { runs, metric: 'ndcg@10', domain: 'A' } as const

test('users are grouped from cold to warm, and nobody is left out', () => {
  const { groups } = compareHistory(asked)
  expect(groups.map((g) => [g.label, g.from, g.to, g.users])).toEqual([
    ['0', 0, 0, 2],
    ['1–4', 1, 4, 2],
    ['5–9', 5, 9, 2],
    ['10–19', 10, 19, 1],
    ['100–199', 100, 199, 1],
    ['200–499', 200, 499, 1],
    ['500 or more', 500, null, 2],
  ])
  expect(groups.reduce((sum, g) => sum + g.users, 0)).toBe(lengths.length)
})

test('a cell is the mean of its users over the seeds, within its interval; the best row stands first', () => {
  const { rows } = compareHistory(asked)
  expect(rows.map((r) => [r.label, r.model])).toEqual([['High', 'high'], ['Low', 'low']]) // prettier-ignore
  const [high, lowRow] = rows.map((r) => r.cells)
  expect(lowRow![0]!.value).toBeCloseTo((low[0]! + low[1]!) / 2, 12)
  expect(high![0]!.value).toBeCloseTo((low[0]! + low[1]!) / 2 + 0.3, 12)
  expect(high![6]!.interval.low).toBeCloseTo(low[9]! + 0.3, 12)
  expect(high![6]!.interval.high).toBeCloseTo(low[10]! + 0.3, 12)
  expect(lowRow![3]!.interval).toEqual({ low: low[6], high: low[6] })
})

test('lengths are taken from any run that has them; without them, or without a value a user, a sentence says so', () => {
  const old = run('Old', 1, low, null)
  expect(compareHistory({ ...asked, runs: [old, ...runs] }).groups).toHaveLength(7)
  expect(() => compareHistory({ ...asked, runs: [old] })).toThrow(/did not keep the lengths.*Retry/)
  expect(() => compareHistory({ ...asked, metric: 'coverage@10' })).toThrow(/one value a run.*Choose/)
  expect(() => compareHistory({ ...asked, metric: 'ndcg@15' })).toThrow(/was not measured/)
  expect(() => compareHistory({ ...asked, domain: 'B' })).toThrow("no evaluated domain 'B'")
  expect(() => compareHistory({ ...asked, runs: [...runs, run('Other', 1, low.slice(1), lengths.slice(1))] })).toThrow(
    'one protocol only',
  )
})

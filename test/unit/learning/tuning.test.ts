import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelConfig, SearchRange } from '../../../src-preload/contract.ts'
import { Random } from '../../../src-main/learning/random.ts'
import {
  decode,
  drawUniform,
  encode,
  medianCurve,
  type Observation,
  proposeRound,
  type RoundAsked,
  ROUND,
} from '../../../src-main/learning/tuning.ts'

const search: SearchRange[] = [
  { key: 'rate', kind: 'number', low: 1e-4, high: 1e-1, scale: 'log', whole: false },
  { key: 'dropout', kind: 'number', low: 0, high: 0.5, scale: 'linear', whole: false },
  { key: 'layers', kind: 'number', low: 1, high: 4, scale: 'linear', whole: true },
  { key: 'loss', kind: 'choice', values: ['bce', 'softmax', 'bpr'] },
]
const base: ModelConfig = { rate: 0.001, dropout: 0.2, layers: 2, loss: 'softmax', width: 64 }

test('what is drawn lies in its range, on its scale, and stays what it is when it is written and read', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const config = decode(drawUniform(search, new Random(seed)), search, base)
      expect(config['rate']).toBeGreaterThanOrEqual(1e-4)
      expect(config['rate']).toBeLessThanOrEqual(1e-1)
      expect([1, 2, 3, 4]).toContain(config['layers'])
      expect(['bce', 'softmax', 'bpr']).toContain(config['loss'])
      expect(config['width']).toBe(64)
      const again = decode(encode(config, search), search, base)
      expect(again).toEqual(config)
    }),
  )
})

test('a logarithmic range is halved at its geometric mean; what lies outside counts as its nearer end', () => {
  expect(encode({ ...base, rate: Math.sqrt(1e-4 * 1e-1) }, search)[0]).toBeCloseTo(0.5, 12)
  expect(encode({ ...base, rate: 3, dropout: -1 }, search).slice(0, 2)).toEqual([1, 0])
})

/** Searches with a value that is a function of the configuration. */
function searched(
  method: RoundAsked['method'],
  value: (config: ModelConfig) => number | null,
  { trials, seed = 1, ranges = search }: { trials: number; seed?: number; ranges?: SearchRange[] },
): Observation[] {
  const earlier: Observation[] = []
  while (earlier.length < trials) {
    const size = Math.min(ROUND, trials - earlier.length)
    const round = proposeRound({ method, search: ranges, base, earlier, size, seed, name: 'Model' })
    if (round.length === 0) break
    earlier.push(...round.map((config) => ({ config, value: value(config) })))
    if (round.length < size) break
  }
  return earlier
}
/** Best at rate .01, dropout .1, 3 layers, bpr. */
function quality(config: ModelConfig): number {
  const rate = Math.log10(Number(config['rate'])) + 2
  const drop = Number(config['dropout']) - 0.1
  return (
    -(rate * rate) -
    10 * drop * drop -
    0.3 * Math.abs(Number(config['layers']) - 3) -
    (config['loss'] === 'bpr' ? 0 : 1)
  )
}

test('a search begins with the configuration that was given, and is the same whenever it is made', () => {
  for (const method of ['random', 'tpe'] as const) {
    const one = searched(method, quality, { trials: 12 })
    expect(one[0]?.config).toEqual(base)
    expect(one).toHaveLength(12)
    expect(searched(method, quality, { trials: 12 })).toEqual(one)
    expect(searched(method, quality, { trials: 12, seed: 2 })).not.toEqual(one)
    // a round knows only the rounds before it
    const asked = { method, search, base, size: ROUND, seed: 1, name: 'Model', earlier: one.slice(0, 8) }
    expect(proposeRound(asked)).toEqual(one.slice(8).map(({ config }) => config))
  }
})

test('the estimator finds more than chance does, on average over seeds, and also where trials fail', () => {
  const best = (method: RoundAsked['method'], value: (config: ModelConfig) => number | null): number => {
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1)
    const found = seeds.map((seed) =>
      Math.max(...searched(method, value, { trials: 24, seed }).map((o) => o.value ?? -Infinity)),
    )
    return found.reduce((a, b) => a + b, 0) / found.length
  }
  expect(best('tpe', quality)).toBeGreaterThan(best('random', quality) + 0.05)
  const failing = (config: ModelConfig): number | null => (config['loss'] === 'bce' ? null : quality(config))
  expect(best('tpe', failing)).toBeGreaterThan(best('random', failing))
})

test('no configuration is tried twice; where all have been tried the search ends', () => {
  const ranges: SearchRange[] = [{ key: 'layers', kind: 'choice', values: [1, 2, 3, 4, 5] }]
  for (const method of ['random', 'tpe'] as const) {
    const layers = searched(method, () => 1, { trials: 100, ranges }).map(({ config }) => config['layers'])
    expect(layers.toSorted()).toEqual([1, 2, 3, 4, 5])
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 1000 }), (trials, seed) => {
      const keys = searched('tpe', quality, { trials, seed }).map(({ config }) => JSON.stringify(config))
      expect(new Set(keys).size).toBe(keys.length)
    }),
    { numRuns: 20 },
  )
})

test('the median of the best value so far, from the third epoch on, of three trials and more', () => {
  const curves = [
    { x: [1, 2, 3, 4], y: [0.1, 0.3, 0.2, 0.4] },
    { x: [1, 2], y: [0.2, 0.25] }, // stopped early: counts with its best
    { x: [2, 4], y: [0.5, 0.1] }, // validated every other epoch
  ]
  expect(medianCurve(curves)).toEqual([0, 0, 0.3, 0.4])
  expect(medianCurve([...curves, { x: [4], y: [0.35] }])).toEqual([0, 0, 0.3, 0.375])
  expect(medianCurve(curves.slice(1))).toEqual([])
  expect(medianCurve([...curves.slice(1), { x: [], y: [] }])).toEqual([])
})

/** Is a difference between two models more than noise over users? Paired tests, correction for many of them, bootstrap intervals. */
import type { Interval } from '../../src-preload/contract.ts'
import { Random } from '../learning/random.ts'
import { twoSidedNormal, twoSidedT } from './distributions.ts'

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Sample standard deviation (n - 1); null for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number | null {
  if (values.length < 2) return null
  const m = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - m) ** 2
  return Math.sqrt(sum / (values.length - 1))
}

/** Two-sided p of the paired t-test of `differences` against 0. Without any spread: 1 when they are all 0, else 0; 1 for fewer than two. */
export function pairedT(differences: Float64Array): number {
  const n = differences.length
  const deviation = standardDeviation(differences)
  if (deviation === null) return 1
  const m = mean(differences)
  if (deviation === 0) return m === 0 ? 1 : 0
  return twoSidedT(m / (deviation / Math.sqrt(n)), n - 1)
}

/** Up to so many differences without ties Wilcoxon's test is exact. */
const EXACT_UP_TO = 50

/**
 * Two-sided p of Wilcoxon's signed-rank test (1945). Zeros are dropped, ties share their mean rank. Exact up to 50 differences without ties,
 * beyond that the normal approximation with tie and continuity correction. 1 when all differences are 0.
 */
export function wilcoxon(differences: Float64Array): number {
  const d = differences.filter((x) => x !== 0).sort((a, b) => Math.abs(a) - Math.abs(b))
  const n = d.length
  if (n === 0) return 1
  let plus = 0 // sum of the ranks of the positive ones
  let ties = 0 // sum of t^3 - t over groups of equal size
  for (let start = 0, end = 0; start < n; start = end) {
    while (end < n && Math.abs(d[end]!) === Math.abs(d[start]!)) end++
    const rank = (start + 1 + end) / 2
    for (let i = start; i < end; i++) if (d[i]! > 0) plus += rank
    ties += (end - start) ** 3 - (end - start)
  }
  const smaller = Math.min(plus, (n * (n + 1)) / 2 - plus)
  if (ties === 0 && n <= EXACT_UP_TO) return exactSignedRank(smaller, n)
  const expected = (n * (n + 1)) / 4
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48
  const z = Math.min(0, smaller - expected + 0.5) / Math.sqrt(variance)
  return twoSidedNormal(z)
}

/** 2 P(T <= smaller) by counting: how many of the 2^n sign patterns give each rank sum. */
function exactSignedRank(smaller: number, n: number): number {
  let share = new Float64Array(smaller + 1)
  share[0] = 1
  for (let rank = 1; rank <= n; rank++) {
    const next = new Float64Array(smaller + 1)
    for (let s = 0; s <= smaller; s++) next[s] = (share[s]! + (s >= rank ? share[s - rank]! : 0)) / 2
    share = next
  }
  return Math.min(1, 2 * share.reduce((a, b) => a + b, 0))
}

/** Holm's step-down correction (1979): p-values in the same order, adjusted for all of them being looked at together. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!)
  const adjusted = new Array<number>(p.length)
  let running = 0
  order.forEach((index, position) => {
    running = Math.max(running, Math.min(1, (p.length - position) * p[index]!))
    adjusted[index] = running
  })
  return adjusted
}

export interface BootstrapOptions {
  seed: number
  resamples?: number
}

/** From so many values on, the bootstrap distribution of a mean is normal to three digits, and is taken as that. */
const NORMAL_FROM = 10_000

/**
 * 95 % percentile bootstrap intervals (Efron 1979) of the means of several columns over the same users. All columns see the same resamples, so the
 * intervals of one table belong together; for a paired difference give the column of differences.
 * @param columns each [n]
 */
export function bootstrapMeans(columns: Float64Array[], { seed, resamples = 2000 }: BootstrapOptions): Interval[] {
  const n = columns[0]?.length ?? 0
  if (n < 2) return columns.map((c) => ({ low: c[0] ?? 0, high: c[0] ?? 0 }))
  if (n >= NORMAL_FROM)
    return columns.map((c) => {
      const half = (1.959963984540054 * (standardDeviation(c) ?? 0)) / Math.sqrt(n)
      return { low: mean(c) - half, high: mean(c) + half }
    })
  const random = Random.stream(seed, 'bootstrap')
  const means = columns.map(() => new Float64Array(resamples))
  const drawn = new Uint32Array(n)
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) drawn[i] = random.integer(n)
    for (let c = 0; c < columns.length; c++) means[c]![r] = meanOfDrawn(columns[c]!, drawn)
  }
  return means.map((m) => {
    m.sort()
    return { low: percentile(m, 0.025), high: percentile(m, 0.975) }
  })
}

function meanOfDrawn(column: Float64Array, drawn: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < drawn.length; i++) sum += column[drawn[i]!]!
  return sum / drawn.length
}

/** Linear between the closest ranks (NumPy's default). @param sorted ascending, not empty  @param share 0..1 */
export function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (at - below) * (high - low)
}

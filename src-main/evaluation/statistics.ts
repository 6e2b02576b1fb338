/** Is a difference between two models more than noise over users? Paired tests, and the correction for many of them. */
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

/** Up to so many differences, none of them 0 and no two of one size, Wilcoxon's test is exact. */
const EXACT_UP_TO = 50

/**
 * Two-sided p of Wilcoxon's signed-rank test (1945), as `scipy.stats.wilcoxon` computes it when nothing else is said: zeros are dropped, ties share
 * their mean rank; exact up to 50 differences without zeros and ties, else the normal approximation with tie correction and without continuity
 * correction. 1 when all differences are 0.
 */
export function wilcoxon(differences: Float64Array): number {
  const sizes = differences.filter((x) => x !== 0).map(Math.abs).sort() // prettier-ignore
  const above = differences.filter((x) => x > 0).sort()
  const n = sizes.length
  if (n === 0) return 1
  let plus = 0 // sum of the ranks of the positive ones
  let ties = 0 // sum of t^3 - t over groups of equal size
  for (let start = 0, end = 0, p = 0; start < n; start = end) {
    const size = sizes[start]!
    while (end < n && sizes[end] === size) end++
    for (; p < above.length && above[p] === size; p++) plus += (start + 1 + end) / 2
    ties += (end - start) ** 3 - (end - start)
  }
  const smaller = Math.min(plus, (n * (n + 1)) / 2 - plus)
  if (ties === 0 && n === differences.length && n <= EXACT_UP_TO) return exactSignedRank(smaller, n)
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48
  return twoSidedNormal((smaller - (n * (n + 1)) / 4) / Math.sqrt(variance))
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

/** Linear between the closest ranks (NumPy's default). @param sorted ascending, not empty  @param share 0..1 */
export function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (at - below) * (high - low)
}

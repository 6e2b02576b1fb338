/** All pairs of rows against each other, paired by user: difference, interval, both tests, and Holm's correction over all of them together. */
import type { ComparisonRow, Interval, PairedDifference } from '../../src-preload/contract.ts'
import { Bootstrap } from './bootstrap.ts'
import { holm, mean, pairedT, wilcoxon } from './statistics.ts'

/** The resamples of every comparison: the same intervals whenever a table is opened. */
const BOOTSTRAP_SEED = 2026

export interface TestedRow {
  label: string
  /** [n] for the bootstrap and the t-test: its mean is the row's value */
  column: Float64Array
  /** [n] for Wilcoxon: each user's own mean */
  plain: Float64Array
}

export interface PairwiseTests {
  /** Of the rows' means, in their order. */
  intervals: Interval[]
  /** The first row against all later ones, the second against all later ones, ... */
  pairs: PairedDifference[]
}

/** @param rows over the same users */
export function pairwiseTests(rows: readonly TestedRow[]): PairwiseTests {
  const bootstrap = new Bootstrap(rows.map((row) => row.column), { seed: BOOTSTRAP_SEED }) // prettier-ignore
  const pairs: PairedDifference[] = []
  for (const [a, first] of rows.entries())
    for (const [b, second] of rows.entries()) {
      if (b <= a) continue
      const difference = subtract(first.column, second.column)
      pairs.push({
        first: first.label,
        second: second.label,
        value: mean(difference),
        interval: bootstrap.difference(a, b),
        pairedT: pairedT(rounded(difference)),
        wilcoxon: wilcoxon(rounded(subtract(first.plain, second.plain))),
        holm: 1,
      })
    }
  const adjusted = holm(pairs.map((pair) => pair.pairedT))
  return {
    intervals: rows.map((_, i) => bootstrap.interval(i)),
    pairs: pairs.map((pair, i) => ({ ...pair, holm: adjusted[i] ?? 1 })),
  }
}

/** The pair of two rows as it is seen from the first of them; null when there is none. */
export function differenceOf(
  pairs: readonly PairedDifference[],
  label: string,
  against: string,
): ComparisonRow['difference'] {
  for (const { first, second, value, interval, pairedT, wilcoxon, holm } of pairs) {
    if (first === label && second === against) return { value, interval, pairedT, wilcoxon, holm }
    if (first === against && second === label)
      return { value: -value, interval: { low: -interval.high, high: -interval.low }, pairedT, wilcoxon, holm }
  }
  return null
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => x - b[i]!)
}

/** Sums that were added up in another order differ in their last bits: to ranks that would be a difference where there is none. */
function rounded(differences: Float64Array): Float64Array {
  return differences.map((x) => Math.round(x * 1e12) / 1e12)
}

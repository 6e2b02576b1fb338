/**
 * Bootstrap intervals (Efron 1979) of the means of several columns over the same users, and of the differences of any two of them. All columns see the
 * same resamples: the means are drawn once for each column, and the difference of two columns' means is the mean of their differences.
 */
import type { Interval } from '../../src-preload/contract.ts'
import { Random } from '../learning/random.ts'
import { mean, percentile, standardDeviation } from './statistics.ts'

export interface BootstrapOptions {
  seed: number
  resamples?: number
}

/** The ends of a 95 % interval then vary from seed to seed by 3 % of a standard error. */
const RESAMPLES = 10_000

/** From so many users on the normal interval is as near to the limit of many resamples as 10,000 of them are, for columns as skewed as NDCG. */
const NORMAL_FROM = 2_000
const NORMAL_QUANTILE = 1.959963984540054

export class Bootstrap {
  readonly #columns: readonly Float64Array[]
  /** A column's means in all resamples; null where the normal interval is taken or there are not two users. */
  readonly #means: Float64Array[] | null

  /** @param columns each [n] */
  constructor(columns: readonly Float64Array[], { seed, resamples = RESAMPLES }: BootstrapOptions) {
    this.#columns = columns
    const n = columns[0]?.length ?? 0
    this.#means = n < 2 || n >= NORMAL_FROM ? null : drawnMeans(columns, Random.stream(seed, 'bootstrap'), resamples)
  }

  /** 95 % percentile interval of a column's mean. */
  interval(column: number): Interval {
    const means = this.#means?.[column]
    return means ? middle(means.slice()) : normal(this.#columns[column] ?? new Float64Array(0))
  }

  /** Of the mean of column `a` less that of column `b`, paired. */
  difference(a: number, b: number): Interval {
    const [first, second] = [this.#means?.[a], this.#means?.[b]]
    if (first && second) return middle(first.map((x, r) => x - second[r]!))
    const [one, other] = [this.#columns[a], this.#columns[b]]
    return normal(one && other ? one.map((x, i) => x - other[i]!) : new Float64Array(0))
  }
}

/** @returns for each column [resamples] */
function drawnMeans(columns: readonly Float64Array[], random: Random, resamples: number): Float64Array[] {
  const n = columns[0]!.length
  const c = columns.length
  const rows = new Float64Array(n * c) // [n, columns]: one drawn user is one run of memory
  columns.forEach((column, j) => column.forEach((x, i) => (rows[i * c + j] = x)))
  const means = columns.map(() => new Float64Array(resamples))
  const sums = new Float64Array(c)
  for (let r = 0; r < resamples; r++) {
    sums.fill(0)
    for (let i = 0; i < n; i++) {
      const from = random.integer(n) * c
      for (let j = 0; j < c; j++) sums[j]! += rows[from + j]!
    }
    for (let j = 0; j < c; j++) means[j]![r] = sums[j]! / n
  }
  return means
}

/** Sorts in place. */
function middle(means: Float64Array): Interval {
  means.sort()
  return { low: percentile(means, 0.025), high: percentile(means, 0.975) }
}

function normal(column: Float64Array): Interval {
  if (column.length < 2) return { low: column[0] ?? 0, high: column[0] ?? 0 }
  const half = (NORMAL_QUANTILE * (standardDeviation(column) ?? 0)) / Math.sqrt(column.length)
  return { low: mean(column) - half, high: mean(column) + half }
}

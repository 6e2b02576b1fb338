/**
 * Ranking metrics of one list, binary relevance. `hits[i]` is 1 when the item at rank i + 1 is relevant; `relevant` is |R_u|, the number of
 * the user's relevant held-out items in the domain, found or not. The definitions are those of RecBole, RecPack, implicit and Cornac, which agree;
 * where frameworks part (recall's and MAP's divisor, MRR's cut) the docstring and the help of the metric say which is used here.
 */
export { metricInfos } from './metric-infos.ts'

/** Discount of rank i + 1: 1 / log2(i + 2). Grown on demand. */
let discounts = new Float64Array(0)
/** idealGains[n] = sum of the first n discounts. */
let idealGains = new Float64Array(1)

function growTo(k: number): void {
  if (k <= discounts.length) return
  discounts = Float64Array.from({ length: k }, (_, i) => 1 / Math.log2(i + 2))
  idealGains = new Float64Array(k + 1)
  for (let i = 0; i < k; i++) idealGains[i + 1] = idealGains[i]! + discounts[i]!
}

function found(hits: Uint8Array, k: number): number {
  let n = 0
  for (let i = 0, end = Math.min(k, hits.length); i < end; i++) n += hits[i]!
  return n
}

/** DCG over the DCG of the best possible list: sum rel_i / log2(i + 1), ideal over min(K, |R_u|) ranks (Jarvelin & Kekalainen 2002, binary). */
export function ndcg(hits: Uint8Array, relevant: number, k: number): number {
  growTo(k)
  let gain = 0
  for (let i = 0, end = Math.min(k, hits.length); i < end; i++) if (hits[i] === 1) gain += discounts[i]!
  return gain / idealGains[Math.min(k, relevant)]!
}

/** Hits among the first K over |R_u| (not over min(K, |R_u|), as Liang et al. 2018 have it). */
export function recall(hits: Uint8Array, relevant: number, k: number): number {
  return found(hits, k) / relevant
}

/** Hits among the first K over K, also where the list is shorter than K. */
export function precision(hits: Uint8Array, k: number): number {
  return found(hits, k) / k
}

/** 1 when anything relevant stands among the first K. */
export function hitRate(hits: Uint8Array, k: number): number {
  return found(hits, k) > 0 ? 1 : 0
}

/** 1 / rank of the first hit; 0 when there is none among the first K. */
export function reciprocalRank(hits: Uint8Array, k: number): number {
  for (let i = 0, end = Math.min(k, hits.length); i < end; i++) if (hits[i] === 1) return 1 / (i + 1)
  return 0
}

/** Mean of the precision at each hit's rank, over min(K, |R_u|). */
export function averagePrecision(hits: Uint8Array, relevant: number, k: number): number {
  let n = 0
  let sum = 0
  for (let i = 0, end = Math.min(k, hits.length); i < end; i++) if (hits[i] === 1) sum += ++n / (i + 1)
  return sum / Math.min(k, relevant)
}

/**
 * Area under the ROC curve, exact: the share of (relevant, other candidate) pairs in the right order, ties counting a half (Mann & Whitney 1947).
 * @param midranks of the relevant candidates among all candidates, from 1, ties sharing the mean of their ranks
 * @param candidates how many there are, the relevant among them
 * @returns 1 when every candidate is relevant: nothing can be out of order
 */
export function auc(midranks: Float64Array, candidates: number): number {
  const r = midranks.length
  const pairs = r * (candidates - r)
  if (pairs === 0) return 1
  const wrong = midranks.reduce((sum, rank) => sum + rank, 0) - (r * (r + 1)) / 2 // halves at most, so exact
  return (pairs - wrong) / pairs
}

/** Gini index of the numbers of recommendations an item got: 0 = all items equally often, towards 1 = a few items take all. Sorted in place. */
export function gini(counts: Uint32Array): number {
  counts.sort()
  const n = counts.length
  let total = 0
  let weighted = 0
  for (let i = 0; i < n; i++) {
    total += counts[i]!
    weighted += (2 * (i + 1) - n - 1) * counts[i]!
  }
  return total === 0 ? 0 : weighted / (n * total)
}

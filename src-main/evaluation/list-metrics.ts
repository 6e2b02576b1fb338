/** Metrics of all lists of a domain together: item coverage and Gini index at every cut-off. */
import type { DomainRange } from '../learning/data.ts'
import { gini } from './metrics.ts'
import { NO_ITEM } from './top-items.ts'

/** @param lists [n, k] positions in the domain, best first, `NO_ITEM` where a list is shorter */
export function listMetrics(
  lists: Uint32Array,
  k: number,
  cutoffs: readonly number[],
  domain: DomainRange,
): Record<string, number> {
  const n = domain.end - domain.start
  const out: Record<string, number> = {}
  for (const cutoff of cutoffs) {
    const counts = new Uint32Array(n)
    for (let row = 0; row < lists.length; row += k)
      for (let i = row; i < row + cutoff; i++) {
        const item = lists[i]!
        if (item !== NO_ITEM) counts[item]! += 1
      }
    let distinct = 0
    for (const c of counts) if (c > 0) distinct++
    out[`coverage@${cutoff}`] = n === 0 ? 0 : distinct / n
    out[`gini@${cutoff}`] = gini(counts)
  }
  return out
}

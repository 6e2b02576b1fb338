/** Collects the metrics of one domain user by user: key -> one value a counted user. */
import type { DomainRange, TrainingData } from '../learning/data.ts'
import type { RankedList } from './ranking.ts'
import { userMetricKeys } from './metric-infos.ts'
import { auc, averagePrecision, hitRate, ndcg, precision, recall, reciprocalRank } from './metrics.ts'
import { NO_ITEM } from './top-items.ts'

export class UserMetrics {
  /** Metric key -> [n], in the order of the counted users. */
  readonly values: Record<string, Float64Array> = {}
  readonly #cutoffs: readonly number[]
  /** [domain] training positives, and -log2 of their share of the users */
  readonly #popularity: Float64Array
  readonly #information: Float64Array

  constructor(data: TrainingData, domain: DomainRange, users: number) {
    const n = domain.end - domain.start
    this.#cutoffs = data.cutoffs
    this.#popularity = new Float64Array(n)
    const { item, rating } = data.train
    for (let e = 0; e < item.length; e++) {
      const i = item[e]! - domain.start
      if (i >= 0 && i < n && rating[e]! >= data.positive) this.#popularity[i]! += 1
    }
    this.#information = this.#popularity.map((count) => -Math.log2(Math.max(1, count) / data.users))
    for (const key of userMetricKeys(data.cutoffs)) this.values[key] = new Float64Array(users)
  }

  add(row: number, list: RankedList): void {
    const r = list.relevant.length
    for (const k of this.#cutoffs) {
      this.#set(`ndcg@${k}`, row, ndcg(list.hits, r, k))
      this.#set(`recall@${k}`, row, recall(list.hits, r, k))
      this.#set(`precision@${k}`, row, precision(list.hits, k))
      this.#set(`hitrate@${k}`, row, hitRate(list.hits, k))
      this.#set(`mrr@${k}`, row, reciprocalRank(list.hits, k))
      this.#set(`map@${k}`, row, averagePrecision(list.hits, r, k))
      this.#set(`popularity@${k}`, row, meanOver(list.items, k, this.#popularity))
      this.#set(`novelty@${k}`, row, meanOver(list.items, k, this.#information))
    }
    this.#set('auc', row, auc(list.midranks, list.candidates))
  }

  #set(key: string, row: number, value: number): void {
    const column = this.values[key]
    if (column) column[row] = value
  }
}

/** Mean of a property over the first K items of a list; 0 for an empty list. */
function meanOver(items: Uint32Array, k: number, property: Float64Array): number {
  let sum = 0
  let n = 0
  for (let i = 0; i < k; i++) {
    const item = items[i]!
    if (item === NO_ITEM) break
    sum += property[item]!
    n++
  }
  return n === 0 ? 0 : sum / n
}

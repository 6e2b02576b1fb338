/** Collects the metrics of one domain user by user: key -> one value a counted user. */
import type { DomainRange, TrainingData } from '../learning/data.ts'
import { FeatureDiversity, GenreDiversity, type ListDiversity } from './diversity.ts'
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
  /** By the id of their metric: those that the data allows. */
  readonly #diversities = new Map<string, ListDiversity>()
  /** Ascending, for lists that grow. */
  readonly #lengths: readonly number[]

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
    const text = data.features.find((table) => table.name === 'text')
    if (data.facts) this.#diversities.set('diversity', new GenreDiversity(data.facts, domain))
    if (text) this.#diversities.set('textdiversity', new FeatureDiversity(text, domain))
    this.#lengths = data.cutoffs.toSorted((a, b) => a - b)
    const without = ['diversity', 'textdiversity'].filter((id) => !this.#diversities.has(id))
    for (const key of userMetricKeys(data.cutoffs, without)) this.values[key] = new Float64Array(users)
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
    for (const [id, diversity] of this.#diversities) this.#addDiversity(id, diversity, row, list.items)
    this.#set('auc', row, auc(list.midranks, list.candidates))
  }

  #addDiversity(id: string, diversity: ListDiversity, row: number, items: Uint32Array): void {
    diversity.begin()
    let at = 0
    for (const k of this.#lengths) {
      for (; at < k && items[at] !== NO_ITEM; at++) diversity.add(items[at]!)
      this.#set(`${id}@${k}`, row, diversity.value())
    }
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

/**
 * Steps cut by items: each takes some items at random with all their positives, and draws its negatives among them. So a network that reads items
 * reads each of them once an epoch, where steps of random positives would read nearly all of them in every step. As the items are drawn uniformly,
 * so are the negatives.
 */
import type { TrainingData } from '../data.ts'
import type { Random } from '../random.ts'

/** What a step learns from. */
export interface PairTask {
  /** Training events, all of them positives. */
  rows: Uint32Array
  /** Items that negatives are drawn from; null: the domain of the positive. */
  pool: Uint32Array | null
}

/**
 * @param positives rows of training events @param size items in a step, about; of one domain. Every step has an item with a positive; the items without
 * are dealt out among the steps, as negatives.
 */
export function itemBlocks(
  positives: Uint32Array,
  { items, domains, train }: Pick<TrainingData, 'items' | 'domains' | 'train'>,
  size: number,
): (random: Random) => PairTask[] {
  const { indptr, rows } = byItem(positives, train.item, items)
  const parts = domains.map(({ start, end }) => {
    const all = Uint32Array.from({ length: end - start }, (_, i) => start + i)
    const liked = all.filter((item) => indptr[item + 1]! > indptr[item]!)
    const others = all.filter((item) => indptr[item + 1] === indptr[item])
    return { liked, others, blocks: Math.min(liked.length, Math.max(1, Math.round(all.length / size))) }
  })
  return (random) => {
    const pools = parts.flatMap(({ liked, others, blocks }) => {
      const lists = [liked, others].map((list) => random.shuffle(list.slice()))
      return Array.from({ length: blocks }, (_, k) =>
        joined(lists.map((list) => list.filter((_, i) => i % blocks === k))),
      )
    })
    const order = random.shuffle(Uint32Array.from(pools.keys()))
    return Array.from(order, (k) => {
      const pool = pools[k]! // the order is a permutation of them
      return { pool, rows: joined(Array.from(pool, (item) => rows.subarray(indptr[item], indptr[item + 1]))) }
    })
  }
}

/** Rows of events by their item (CSR). */
function byItem(events: Uint32Array, item: Uint32Array, items: number): { indptr: Uint32Array; rows: Uint32Array } {
  const indptr = new Uint32Array(items + 1)
  for (const row of events) indptr[item[row]! + 1]! += 1
  for (let i = 0; i < items; i++) indptr[i + 1]! += indptr[i]!
  const next = indptr.slice()
  const rows = new Uint32Array(events.length)
  for (const row of events) rows[next[item[row]!]!++] = row
  return { indptr, rows }
}

function joined(lists: Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const list of lists) {
    all.set(list, at)
    at += list.length
  }
  return all
}

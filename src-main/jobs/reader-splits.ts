/** The splits a reader has prepared last. One of 25 million ratings takes 400 MB, so the least used go when the rest would not fit. */
import type { Prepared } from '../datasets/splitting/prepare.ts'

interface Kept {
  datasetId: string
  prepared: Prepared
  bytes: number
}

/** Two splits of 25 million ratings. */
const usualBudget = 1024 ** 3
/** Of an event: item, rating, time. */
const bytesPerEvent = 16

export class PreparedSplits {
  readonly #budget: number
  /** The least used first. */
  readonly #kept = new Map<string, Kept>()

  constructor(budgetBytes: number = usualBudget) {
    this.#budget = budgetBytes
  }

  get(key: string): Prepared | null {
    const found = this.#kept.get(key)
    if (!found) return null
    this.#kept.delete(key)
    this.#kept.set(key, found)
    return found.prepared
  }

  /** Before a split is prepared: lets go of what would not fit beside it. */
  makeRoom(events: number): void {
    this.#shrink(this.#budget - events * bytesPerEvent)
  }

  /** It stays even when it is larger than all there may be: it is what was asked for last. */
  add(key: string, datasetId: string, prepared: Prepared): void {
    const { train, validation, test } = prepared.data
    const { foldIn } = prepared.data
    const held = validation.item.length + test.item.length + (foldIn?.item.length ?? 0)
    const events = train.item.length + held + prepared.dropped.item.length
    this.makeRoom(events)
    this.#kept.set(key, { datasetId, prepared, bytes: events * bytesPerEvent })
  }

  forget(datasetId: string): void {
    for (const [key, kept] of [...this.#kept]) if (kept.datasetId === datasetId) this.#kept.delete(key)
  }

  get size(): number {
    return this.#kept.size
  }

  #shrink(most: number): void {
    let bytes = 0
    for (const kept of this.#kept.values()) bytes += kept.bytes
    for (const [key, kept] of [...this.#kept]) {
      if (bytes <= most) return
      this.#kept.delete(key)
      bytes -= kept.bytes
    }
  }
}

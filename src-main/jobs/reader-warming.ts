/**
 * What a person who looks at a data set asks for next is made while they look: the order of its users, its titles, its ratings, the counts of the
 * domains that are suggested for it. In pieces, so that a question waits for one of them at most; of one data set at a time.
 */
import { suggestDomains } from '../datasets/domains/domain-presets.ts'
import { Pacer } from '../learning/pacer.ts'
import type { Shelf } from './reader-shelf.ts'

export class Warming {
  readonly #shelf: Shelf
  #current: { datasetId: string; end: AbortController } | null = null

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** Ends that of another data set. */
  begin(datasetId: string): void {
    if (this.#current?.datasetId === datasetId) return
    this.end()
    const end = new AbortController()
    this.#current = { datasetId, end }
    this.#warm(datasetId, end.signal).catch(() => undefined) // whoever asks for what cannot be made hears why
  }

  /** @param datasetId only if it is this one's */
  end(datasetId?: string): void {
    if (!this.#current || (datasetId !== undefined && this.#current.datasetId !== datasetId)) return
    this.#current.end.abort()
    this.#current = null
  }

  async #warm(datasetId: string, signal: AbortSignal): Promise<void> {
    const shelf = this.#shelf
    const turns = new Pacer(signal, 0)
    await turns.turn() // what has been asked is answered first
    shelf.usersByRatings(datasetId)
    await turns.turn()
    shelf.open(datasetId).dataset.searchMovies('', 0, 1)
    await turns.turn()
    await shelf.domainSummary(datasetId, suggestDomains(shelf.open(datasetId).dataset.movies()), turns)
  }
}

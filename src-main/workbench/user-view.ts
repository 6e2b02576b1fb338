/** One user of a prepared split as the page shows him: events and recommendations with their movies. */
import type { DomainName, HistoryEntry, Movie, Recommendation, UserInspection } from '../../src-preload/contract.ts'
import type { Prepared } from '../datasets/prepare.ts'
import { type DomainRange, domainOf, type Interactions } from '../learning/data.ts'
import type { Library } from './library.ts'

export class UserView {
  readonly prepared: Prepared
  readonly #library: Library
  readonly #datasetId: string
  /** Joint index. */
  readonly user: number
  /** Joint indices of the relevant test items. */
  readonly #relevant: ReadonlySet<number>

  constructor(library: Library, datasetId: string, prepared: Prepared, user: number) {
    this.#library = library
    this.#datasetId = datasetId
    this.prepared = prepared
    this.user = user
    const { test, positive } = prepared.data
    const relevant = new Set<number>()
    for (let e = test.indptr[user]!; e < test.indptr[user + 1]!; e++)
      if (test.rating[e]! >= positive) relevant.add(test.item[e]!)
    this.#relevant = relevant
  }

  /** Train and validation, newest first. */
  history(): UserInspection['history'] {
    const { train, validation } = this.prepared.data
    return byDomain((domain) =>
      [...this.#entries(train, 'train', domain), ...this.#entries(validation, 'validation', domain)].sort(
        (a, b) => b.ratedAt - a.ratedAt,
      ),
    )
  }

  /** The relevant items of the test part, newest first. */
  heldOut(): UserInspection['heldOut'] {
    const { test, positive } = this.prepared.data
    return byDomain((domain) =>
      this.#entries(test, 'test', domain)
        .filter((entry) => entry.rating >= positive)
        .sort((a, b) => b.ratedAt - a.ratedAt),
    )
  }

  /** @param items joint indices, best first  @param scores theirs */
  recommendations(items: Uint32Array, scores: Float32Array): Recommendation[] {
    return Array.from(items, (item, i) => ({
      movie: this.#movie(item),
      score: scores[i]!,
      hit: this.#relevant.has(item),
    }))
  }

  #movie(item: number): Movie {
    const movie = this.prepared.itemToMovie[item]
    if (movie === undefined)
      throw new Error(`The item ${item} of a stored list is not in the split any more. Retry the run.`)
    return this.#library.movie(this.#datasetId, movie)
  }

  #entries(part: Interactions, name: HistoryEntry['part'], domain: DomainName): HistoryEntry[] {
    const entries: HistoryEntry[] = []
    for (let e = part.indptr[this.user]!; e < part.indptr[this.user + 1]!; e++) {
      const item = part.item[e]!
      if (nameOf(this.prepared.data.domains, item) !== domain) continue
      entries.push({ movie: this.#movie(item), rating: part.rating[e]!, ratedAt: part.time[e]! * 1000, part: name })
    }
    return entries
  }
}

function nameOf(domains: DomainRange[], item: number): DomainName {
  return domains[domainOf({ domains }, item)]?.name ?? 'A'
}

function byDomain(entries: (domain: DomainName) => HistoryEntry[]): Record<DomainName, HistoryEntry[]> {
  return { A: entries('A'), B: entries('B') }
}

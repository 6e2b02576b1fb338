/** The data sets a reader has open, with what was derived from them: facts, the order of users, prepared splits. */
import { existsSync } from 'node:fs'
import type { DatasetFacts, DomainSpec, DomainSummary, Movie } from '../../src-preload/contract.ts'
import { datasetFacts } from '../datasets/browsing/facts.ts'
import { summariseDomains } from '../datasets/domains/domains.ts'
import { refusingLeaks } from '../datasets/splitting/leaks.ts'
import { KeptStages } from '../datasets/splitting/kept-stages.ts'
import { type Prepared, preparing } from '../datasets/splitting/prepare.ts'
import { inTurns } from '../datasets/steps.ts'
import { allPlaces, mostFirst } from '../datasets/browsing/users.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import type { WorkspacePaths } from '../workspace/paths.ts'
import { PlotFile } from '../workspace/plot-file.ts'
import { PosterFile } from '../workspace/poster-file.ts'
import type { Turns } from '../workspace/staged-database.ts'
import type { SplitQuestion } from './reader-questions.ts'
import { PreparedSplits } from './reader-splits.ts'

export interface OpenDataset {
  dataset: DatasetFile
  posters: PosterFile | null
  plots: PlotFile | null
  facts: DatasetFacts | null
  /** [users] user indices, the most ratings first */
  usersByRatings: Uint32Array | null
  /** Of the domains that were asked for last, by specification. */
  domainSummaries: Map<string, DomainSummary>
  /** Of the split that was prepared last. */
  stages: KeptStages
}

/** Ratings whose columns may be held at once: two data sets of the largest release. */
const mostRatings = 70e6
/** Counts of domains that are kept for a data set. */
const mostSummaries = 64

export class Shelf {
  readonly #paths: WorkspacePaths
  /** The least used first. */
  readonly #open = new Map<string, OpenDataset>()
  readonly #splits: PreparedSplits
  readonly #checked = new WeakSet<Prepared>()
  /** Long work is done one after the other: two splits at once would need the memory of both. */
  #last: Promise<unknown> = Promise.resolve()
  #busyWith: string | null = null

  constructor(paths: WorkspacePaths, splits: PreparedSplits = new PreparedSplits()) {
    this.#paths = paths
    this.#splits = splits
  }

  /** @throws Error with a sentence when the file is gone or cannot be read */
  open(id: string): OpenDataset {
    const known = this.#open.get(id)
    if (known) {
      this.#open.delete(id)
      this.#open.set(id, known) // last = used last
      return known
    }
    const path = this.#paths.dataset(id)
    if (!existsSync(path))
      throw new Error(
        `The file of the data set is missing: ${path}. Put it back from a copy, or remove the data set and import it again.`,
      )
    const opened: OpenDataset = {
      dataset: DatasetFile.open(path),
      posters: openIf(this.#paths.posters(id), PosterFile),
      plots: openIf(this.#paths.plots(id), PlotFile),
      facts: null,
      usersByRatings: null,
      domainSummaries: new Map(),
      stages: new KeptStages(),
    }
    this.#makeRoom(opened.dataset.meta.ratings)
    this.#open.set(id, opened)
    return opened
  }

  facts(id: string): DatasetFacts {
    const open = this.open(id)
    const { dataset, posters, plots } = open
    return (open.facts ??= datasetFacts({
      indptr: dataset.indptr,
      movies: dataset.movies(),
      stars: dataset.report().ratingHistogram,
      timeline: dataset.timeline(),
      posters: posters?.ids() ?? [],
      plots: plots?.ids() ?? [],
    }))
  }

  usersByRatings(id: string): Uint32Array {
    const open = this.open(id)
    const { indptr, users } = open.dataset
    return (open.usersByRatings ??= mostFirst(
      allPlaces(users.length),
      users.map((_, u) => indptr[u + 1]! - indptr[u]!),
    ))
  }

  /** What domains hold. @throws DomainError, or what a turn throws */
  async domainSummary(id: string, domains: DomainSpec, turns: Turns): Promise<DomainSummary> {
    const key = JSON.stringify(domains)
    const known = this.open(id).domainSummaries.get(key)
    if (known) return known
    if (!this.open(id).dataset.ratingsAreRead)
      await this.oneByOne(id, turns, () => this.open(id).dataset.readRatings(turns))
    const { dataset, domainSummaries } = this.open(id)
    const summary = summariseDomains({ movies: dataset.movies(), ratings: dataset.ratings() }, domains)
    if (domainSummaries.size >= mostSummaries) domainSummaries.clear()
    domainSummaries.set(key, summary)
    return summary
  }

  /** The movie at an index of the data set, with what its posters and plots add. */
  movie(id: string, index: number): Movie {
    return this.withMedia(id, this.open(id).dataset.movie(index))
  }

  withMedia(id: string, movie: Movie): Movie {
    const { posters, plots } = this.open(id)
    return { ...movie, hasPoster: posters?.has(movie.movieId) ?? false, plot: plots?.get(movie.movieId) ?? null }
  }

  /**
   * The split, prepared now unless it is among the last ones.
   * @throws DomainError, ProtocolError, or what a turn throws
   */
  async split(question: SplitQuestion, turns: Turns): Promise<Prepared> {
    const { datasetId, name, domains, protocol } = question
    const key = JSON.stringify([datasetId, name, domains, protocol])
    return (
      this.#splits.get(key) ??
      this.oneByOne(datasetId, turns, async () => {
        const meanwhile = this.#splits.get(key)
        if (meanwhile) return meanwhile
        const { dataset, stages } = this.open(datasetId)
        await dataset.readRatings(turns)
        this.#splits.makeRoom(dataset.meta.ratings)
        const named = {
          meta: { ...dataset.meta, name },
          users: dataset.users,
          movies: () => dataset.movies(),
          ratings: () => dataset.ratings(),
          tags: () => dataset.tags(),
        }
        const prepared = await inTurns(preparing(named, domains, protocol, stages), turns)
        this.#splits.add(key, datasetId, prepared)
        return prepared
      })
    )
  }

  /** As `split`. @throws LeakError too */
  async checkedSplit(question: SplitQuestion, turns: Turns): Promise<Prepared> {
    const prepared = await this.split(question, turns)
    if (this.#checked.has(prepared)) return prepared
    await inTurns(refusingLeaks(prepared), turns)
    this.#checked.add(prepared)
    return prepared
  }

  /** Long work on a data set, after what is under way. @throws what the work throws; what a turn throws, before it begins */
  oneByOne<T>(datasetId: string, turns: Turns, work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(async () => {
      await turns.turn()
      this.#busyWith = datasetId
      try {
        return await work()
      } finally {
        this.#busyWith = null
      }
    })
    this.#last = mine.catch(() => undefined)
    return mine
  }

  /** Closes its files. Long work on it has to be stopped first. */
  forget(id: string): void {
    this.#splits.forget(id)
    const open = this.#open.get(id)
    this.#open.delete(id)
    open?.dataset.close()
    open?.posters?.close()
    open?.plots?.close()
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.forget(id)
  }

  #makeRoom(ratings: number): void {
    let held = ratings
    for (const { dataset } of this.#open.values()) held += dataset.meta.ratings
    for (const [id, { dataset }] of [...this.#open]) {
      if (held <= mostRatings) return
      if (id === this.#busyWith) continue
      held -= dataset.meta.ratings
      this.forget(id)
    }
  }
}

function openIf<T>(path: string, type: { open(path: string): T }): T | null {
  return existsSync(path) ? type.open(path) : null
}

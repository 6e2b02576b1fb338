/** The data sets that are in use, opened once, and the splits prepared from them last: previews and inspections ask for the same again. */
import { existsSync } from 'node:fs'
import type { DomainSpec, Movie, ProtocolSpec } from '../../src-preload/contract.ts'
import { prepare, type Prepared } from '../datasets/prepare.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import { PlotFile } from '../workspace/plot-file.ts'
import { PosterFile } from '../workspace/poster-file.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { Recent } from './recent.ts'

interface Shelf {
  dataset: DatasetFile
  posters: PosterFile | null
  plots: PlotFile | null
}

/** A prepared split of a large data set is some hundred MB. */
const keptSplits = 4

export class Library {
  readonly #workspace: Workspace
  readonly #shelves = new Map<string, Shelf>()
  readonly #prepared = new Recent<Prepared>(keptSplits)

  constructor(workspace: Workspace) {
    this.#workspace = workspace
  }

  /** @throws Error when there is no such data set, or its file is gone */
  dataset(id: string): DatasetFile {
    return this.#shelf(id).dataset
  }

  posters(id: string): PosterFile | null {
    return this.#shelf(id).posters
  }

  plots(id: string): PlotFile | null {
    return this.#shelf(id).plots
  }

  /** @throws Error with a sentence when the domains or the protocol leave nothing to learn from */
  prepared(id: string, domains: DomainSpec, protocol: ProtocolSpec): Prepared {
    const dataset = this.dataset(id)
    return this.#prepared.get(`${id} ${JSON.stringify([domains, protocol])}`, () => prepare(dataset, domains, protocol))
  }

  /** The movie at an index of the data set, with what its posters and plots add. */
  movie(id: string, index: number): Movie {
    return this.withMedia(id, this.dataset(id).movie(index))
  }

  withMedia(id: string, movie: Movie): Movie {
    const { posters, plots } = this.#shelf(id)
    return { ...movie, hasPoster: posters?.has(movie.movieId) ?? false, plot: plots?.get(movie.movieId) ?? null }
  }

  /** Closes the files of a data set: before they are replaced or removed. */
  forget(id: string): void {
    this.#prepared.forget((key) => key.startsWith(`${id} `))
    const shelf = this.#shelves.get(id)
    this.#shelves.delete(id)
    shelf?.dataset.close()
    shelf?.posters?.close()
    shelf?.plots?.close()
  }

  close(): void {
    for (const id of [...this.#shelves.keys()]) this.forget(id)
  }

  #shelf(id: string): Shelf {
    const known = this.#shelves.get(id)
    if (known) return known
    const { paths, datasets } = this.#workspace
    const { name } = datasets.get(id)
    const path = paths.dataset(id)
    if (!existsSync(path)) {
      throw new Error(
        `The file of '${name}' is missing: ${path}. Put it back from a copy, or remove the data set and import it again.`,
      )
    }
    const shelf: Shelf = {
      dataset: DatasetFile.open(path),
      posters: existsSync(paths.posters(id)) ? PosterFile.open(paths.posters(id)) : null,
      plots: existsSync(paths.plots(id)) ? PlotFile.open(paths.plots(id)) : null,
    }
    this.#shelves.set(id, shelf)
    return shelf
  }
}

/**
 * What poster files and the rows of plot tables are named by: MovieLens's movieId, or the IMDb or TMDB id that the data set's links join to
 * it. Where nobody says which, the one that fits the most movies is taken.
 */
import type { CleaningFinding, MediaKey } from '../../../src-preload/contract.ts'
import { DatasetFile } from '../../workspace/dataset-file.ts'
import { wholeNumber } from '../formats/format.ts'

export type Key = Exclude<MediaKey, 'auto'>
/** Of two that fit equally many movies, the earlier one is taken. */
export const keys: readonly Key[] = ['movieId', 'imdbId', 'tmdbId']

/** An id as it stands in a file's name or a table's field; null when it is none of this kind. 'tt0114709' and '0114709' are one IMDb id. */
export function readKey(key: Key, text: string): number | null {
  const plain = text.trim()
  if (key === 'imdbId') return wholeNumber(/^(?:tt)?(\d+)$/i.exec(plain)?.[1])
  return wholeNumber(/^(\d+)(?:\.0)?$/.exec(plain)?.[1]) // '862.0': a column of numbers with gaps, as some tools write it
}

/** The movies of a data set by each of their ids. */
export class MovieKeys {
  /** How many movies the data set has. */
  readonly count: number
  readonly #movies: Readonly<Record<Key, Map<number, number[]>>>

  /** @throws when the file is absent, damaged, or of another version */
  static open(datasetPath: string): MovieKeys {
    const dataset = DatasetFile.open(datasetPath)
    try {
      return new MovieKeys(dataset.movies())
    } finally {
      dataset.close()
    }
  }

  constructor(movies: { movieId: ArrayLike<number>; imdbId: readonly string[]; tmdbId: ArrayLike<number> }) {
    this.count = movies.movieId.length
    this.#movies = { movieId: new Map(), imdbId: new Map(), tmdbId: new Map() }
    for (let m = 0; m < this.count; m++) {
      const movieId = movies.movieId[m] ?? 0
      this.#add('movieId', movieId, movieId)
      this.#add('imdbId', readKey('imdbId', movies.imdbId[m] ?? '') || null, movieId)
      this.#add('tmdbId', movies.tmdbId[m] || null, movieId)
    }
  }

  #add(key: Key, id: number | null, movieId: number): void {
    if (id === null) return
    const same = this.#movies[key].get(id)
    if (same) same.push(movieId)
    else this.#movies[key].set(id, [movieId])
  }

  /** Whether any movie has such an id: without links.csv there are only movie ids. */
  has(key: Key): boolean {
    return this.#movies[key].size > 0
  }

  /** Movie ids; two movies may share a TMDB id. */
  of(key: Key, id: number): readonly number[] {
    return this.#movies[key].get(id) ?? []
  }
}

/** How well a key fits: entries (files, rows) that name a movie of the data set by it, and different movies so named. */
export interface KeyFit {
  key: Key
  entries: number
  movies: number
}

/** The key asked for, or the one that fits the most movies. */
export function chooseKey(by: MediaKey, fits: readonly KeyFit[]): KeyFit {
  const none = { key: by === 'auto' ? keys[0]! : by, entries: 0, movies: 0 } // keys has three
  if (by !== 'auto') return fits.find((fit) => fit.key === by) ?? none
  return fits.reduce((best, fit) => (fit.movies > best.movies ? fit : best), fits[0] ?? none)
}

/** Says in the report which key was used, and how well each would have fitted. @param what 'files' or 'rows' */
export function keyFinding(
  source: string,
  what: string,
  by: MediaKey,
  fits: readonly KeyFit[],
  total: number,
): CleaningFinding {
  const chosen = chooseKey(by, fits)
  return {
    file: source,
    reason: `${what} read by ${chosen.key}${by === 'auto' ? ', which fits the most movies' : ', as asked'}`,
    count: chosen.entries,
    treatment: 'kept',
    examples: fits.map((fit) => ({ line: 0, text: fitText(fit, what, total) })),
  }
}

/** 'imdbId: 2000 of 2000 files, 1998 movies' */
function fitText({ key, entries, movies }: KeyFit, what: string, total: number): string {
  return `${key}: ${entries} of ${total} ${what}, ${movies} movies`
}

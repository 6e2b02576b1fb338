/**
 * The feature tables of a prepared data set: read from the workspace's cache where the same inputs were encoded before, else encoded
 * and cached. 'text' is always there (every movie has a title); 'image' only when at least one item has a poster, and a
 * table of vectors only when at least one item has one.
 */
import { setImmediate } from 'node:timers/promises'
import type { FeatureTable } from '../learning/data.ts'
import { cachedTable, hashOf } from './cache.ts'
import { posterPixels } from './poster-pixels.ts'
import { describePoster, imageEncoderVersion, posterDim } from './poster.ts'
import { standardiseColumns } from './scaling.ts'
import type { Pause } from './sparse.ts'
import { encodeTexts, textEncoderDefaults, textEncoderVersion, type MovieText } from './text.ts'

/** The columns of the data set's movie table that are read here, by movie index. */
export interface MovieColumns {
  movieId: Uint32Array
  title: string[]
  /** 0 = unknown */
  year: Int16Array
  /** Bit g stands for genreNames[g]. */
  genres: Uint32Array
  genreNames: string[]
}
export interface PreparedItems {
  /** [items] joint item index -> movie index */
  itemToMovie: Uint32Array
  /** Tags that may be used as features: [n] joint item index and text. */
  keptTags: { item: Uint32Array; text: string[] }
}
export interface Posters {
  hash: string
  get(movieId: number): Uint8Array | null
}
export interface Plots {
  hash: string
  get(movieId: number): string | null
}

/** Item vectors that came in a file. */
export interface Vectors {
  name: string
  dim: number
  hash: string
  /** [movies] and [movies, dim], in the same order. */
  read(): Promise<{ movieIds: Uint32Array; rows: Float32Array }>
}

export interface EnsureFeatures {
  prepared: PreparedItems
  dataset: { movies(): MovieColumns }
  posters: Posters | null
  plots: Plots | null
  /** By name, as their tables come. */
  vectors: readonly Vectors[]
  /** The workspace's features/ folder; made when it is not there. */
  folder: string
  signal: AbortSignal
  onProgress(progress: { phase: string; fraction: number | null }): void
}

/** @throws DOMException 'AbortError' within a second after the signal; the cache then holds whole files only. */
export async function ensureFeatures(input: EnsureFeatures): Promise<FeatureTable[]> {
  const pause = breathing(input.signal)
  const movies = input.dataset.movies()
  const tables = [await textTable(input, movies, pause)]
  if (input.posters) {
    const image = await imageTable(input, movies, input.posters, pause)
    if (image.present.includes(1)) tables.push(image)
  }
  for (const vectors of input.vectors) {
    const table = await vectorTable(input, movies, vectors, pause)
    if (table.present.includes(1)) tables.push(table)
  }
  return tables
}

function textTable(input: EnsureFeatures, movies: MovieColumns, pause: Pause): Promise<FeatureTable> {
  const texts = movieTexts(input.prepared, movies, input.plots)
  // The texts themselves are hashed: they are all that data set, items, tags and plots contribute.
  const hash = hashOf([textEncoderVersion, JSON.stringify(textEncoderDefaults), JSON.stringify(texts)])
  return cachedTable(input.folder, 'text', hash, async () => {
    const encoded = await encodeTexts(texts, pause, (fraction) =>
      input.onProgress({ phase: 'Encoding texts', fraction }),
    )
    return { ...encoded, present: new Uint8Array(texts.length).fill(1) }
  })
}

export function movieTexts(prepared: PreparedItems, movies: MovieColumns, plots: Plots | null): MovieText[] {
  const tags: string[][] = Array.from(prepared.itemToMovie, () => [])
  prepared.keptTags.text.forEach((text, i) => tags[prepared.keptTags.item[i]!]?.push(text))
  return Array.from(prepared.itemToMovie, (movie, item) => ({
    title: movies.title[movie]!,
    year: movies.year[movie]!,
    genres: movies.genreNames.filter((_, g) => ((movies.genres[movie]! >>> g) & 1) === 1),
    tags: tags[item]!,
    plot: plots?.get(movies.movieId[movie]!) ?? null,
  }))
}

/** Posters decoded at a time: libvips works in its own threads while others are read. */
const concurrent = 8

function imageTable(
  input: EnsureFeatures,
  movies: MovieColumns,
  posters: Posters,
  pause: Pause,
): Promise<FeatureTable> {
  const movieIds = Uint32Array.from(input.prepared.itemToMovie, (movie) => movies.movieId[movie]!)
  const hash = hashOf([imageEncoderVersion, posters.hash, movieIds.join(',')])
  return cachedTable(input.folder, 'image', hash, async () => {
    const items = movieIds.length
    const measured = new Float32Array(items * posterDim)
    const present = new Uint8Array(items)
    const encode = async (item: number): Promise<void> => {
      const file = posters.get(movieIds[item]!)
      const pixels = file && (await posterPixels(file))
      if (!pixels) return
      measured.set(describePoster(pixels), item * posterDim)
      present[item] = 1
    }
    for (let from = 0; from < items; from += concurrent) {
      await pause()
      const block = Array.from({ length: Math.min(concurrent, items - from) }, (_, i) => encode(from + i))
      await Promise.all(block)
      input.onProgress({ phase: 'Encoding posters', fraction: Math.min(1, (from + concurrent) / items) })
    }
    return { dim: posterDim, rows: standardiseColumns(measured, items, posterDim, present, 4), present }
  })
}

/** Changes with what a row is made of, so that no table of before is taken for one of now. */
const vectorTableVersion = 'vectors 1'
/** As many standard deviations as a poster's numbers may lie from the mean. */
const limit = 4

async function vectorTable(
  input: EnsureFeatures,
  movies: MovieColumns,
  vectors: Vectors,
  pause: Pause,
): Promise<FeatureTable> {
  const { name, dim } = vectors
  await pause()
  const movieIds = Uint32Array.from(input.prepared.itemToMovie, (movie) => movies.movieId[movie]!)
  const hash = hashOf([vectorTableVersion, name, vectors.hash, movieIds.join(',')])
  return cachedTable(input.folder, name, hash, async () => {
    input.onProgress({ phase: `Reading ${name} vectors`, fraction: null })
    const file = await vectors.read()
    await pause()
    const rowOf = new Map(Array.from(file.movieIds, (movieId, row) => [movieId, row]))
    const given = new Float32Array(movieIds.length * dim)
    const present = new Uint8Array(movieIds.length)
    movieIds.forEach((movieId, item) => {
      const row = rowOf.get(movieId)
      if (row === undefined) return
      given.set(file.rows.subarray(row * dim, (row + 1) * dim), item * dim)
      present[item] = 1
    })
    return { dim, rows: standardiseColumns(given, movieIds.length, dim, present, limit), present }
  })
}

/** Lets messages of the process in at most every 50 ms, and ends the work when it was cancelled. */
export function breathing(signal: AbortSignal): Pause {
  let last = performance.now()
  return async () => {
    signal.throwIfAborted()
    if (performance.now() - last < 50) return
    await setImmediate()
    last = performance.now()
    signal.throwIfAborted()
  }
}

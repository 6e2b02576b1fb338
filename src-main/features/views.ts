/**
 * Item views: texts as token ids in reading order and posters as small pictures, for models that bring their own encoders. Made once for the same
 * inputs, and kept in the workspace's cache like feature tables.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ItemViews } from '../learning/data.ts'
import { readSafetensors, SafetensorsError, writeSafetensors } from '../workspace/safetensors.ts'
import { hashOf } from './cache.ts'
import { breathing, type EnsureFeatures, movieTexts, type Posters } from './ensure.ts'
import { posterPixels } from './poster-pixels.ts'
import type { Pause } from './sparse.ts'
import type { MovieText } from './text.ts'
import { words } from './tokens.ts'

export const viewDefaults = {
  /** Words of a text that are kept: title, genres, tags and the beginning of the plot. Of ml-latest-small's plots nine in ten are shorter. */
  length: 64,
  /** Words that get an id of their own: the most frequent. */
  vocabulary: 20_000,
  /** A word in fewer texts shares the id of all rare words. */
  minDocuments: 2,
  /** Pictures are brought to this size, whatever their own; the usual 2:3. */
  width: 32,
  height: 48,
}
export type ViewOptions = typeof viewDefaults

/** Part of the cache key: raise it whenever the same inputs would give other views. */
const version = 'views-1'
/** The id that rare words share. */
export const rareWord = 1
/** Posters decoded at a time. */
const concurrent = 8

/** @throws DOMException 'AbortError' within a second after the signal; the cache then holds whole files only. */
export async function ensureViews(input: EnsureFeatures, options: Partial<ViewOptions> = {}): Promise<ItemViews> {
  const o = { ...viewDefaults, ...options }
  const pause = breathing(input.signal)
  const movies = input.dataset.movies()
  const texts = movieTexts(input.prepared, movies, input.plots)
  const movieIds = Uint32Array.from(input.prepared.itemToMovie, (movie) => movies.movieId[movie] ?? 0)
  const parts = [version, JSON.stringify(o), JSON.stringify(texts), input.posters?.hash ?? '', movieIds.join(',')]
  const hash = hashOf(parts)
  const path = join(input.folder, `${hash}.safetensors`)
  const stored = await readViews(path)
  if (stored) return { ...stored, hash }
  const text = await tokenViews(texts, o, pause)
  const pictures = await pixelViews(input, movieIds, o, pause)
  const { tokens, vocabulary } = text
  const { pixels, hasPoster } = pictures
  const [items, length] = [movieIds.length, tokens.length / Math.max(1, movieIds.length)]
  await mkdir(input.folder, { recursive: true })
  await writeSafetensors(
    path,
    {
      tokens: { shape: [items, length], data: tokens },
      pixels: { shape: [items, o.height, o.width, 3], data: pixels },
      hasPoster: { shape: [items], data: hasPoster },
    },
    { table: 'views', vocabulary: String(vocabulary) },
  )
  return { tokens, length, vocabulary, pixels, height: o.height, width: o.width, hasPoster, hash }
}

/**
 * Ids by falling number of texts, then by the alphabet, so that the same texts give the same ids; 1 is shared by rare words, 0 pads.
 * @returns tokens [texts, longest] and the largest id
 */
export async function tokenViews(
  texts: MovieText[],
  { length, vocabulary, minDocuments }: Pick<ViewOptions, 'length' | 'vocabulary' | 'minDocuments'>,
  pause: Pause,
): Promise<{ tokens: Int32Array; vocabulary: number }> {
  const documents: string[][] = []
  const counts = new Map<string, number>()
  for (const [i, text] of texts.entries()) {
    if (i % 512 === 0) await pause()
    const document = readingOrder(text).slice(0, length)
    documents.push(document)
    for (const word of new Set(document)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const kept = [...counts]
    .filter(([, n]) => n >= minDocuments)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, vocabulary)
  const ids = new Map(kept.map(([word], i) => [word, rareWord + 1 + i]))
  const longest = documents.reduce((most, { length: n }) => Math.max(most, n), 1)
  const tokens = new Int32Array(texts.length * longest)
  for (const [i, document] of documents.entries())
    for (const [at, word] of document.entries()) tokens[i * longest + at] = ids.get(word) ?? rareWord
  return { tokens, vocabulary: rareWord + ids.size }
}

/** Title, genres, tags (each once), plot. */
function readingOrder({ title, genres, tags, plot }: MovieText): string[] {
  return [title, ...genres, ...new Set(tags), plot ?? ''].flatMap(words)
}

async function pixelViews(
  { posters, onProgress }: { posters: Posters | null; onProgress: EnsureFeatures['onProgress'] },
  movieIds: Uint32Array,
  { width, height }: ViewOptions,
  pause: Pause,
): Promise<Pick<ItemViews, 'pixels' | 'hasPoster'>> {
  const items = movieIds.length
  const pixels = new Uint8Array(items * height * width * 3)
  const hasPoster = new Uint8Array(items)
  const decode = async (item: number): Promise<void> => {
    const file = posters?.get(movieIds[item] ?? 0)
    const picture = file ? await posterPixels(file, { width, height }) : null
    if (!picture) return
    pixels.set(picture, item * height * width * 3)
    hasPoster[item] = 1
  }
  for (let from = 0; posters && from < items; from += concurrent) {
    await pause()
    await Promise.all(Array.from({ length: Math.min(concurrent, items - from) }, (_, i) => decode(from + i)))
    onProgress({ phase: 'Reading posters', fraction: Math.min(1, (from + concurrent) / items) })
  }
  return { pixels, hasPoster }
}

/** Null when there is no such file or it is damaged: then it is made again. Other failures of the file system are thrown. */
async function readViews(path: string): Promise<Omit<ItemViews, 'hash'> | null> {
  try {
    const { arrays, metadata } = await readSafetensors(path)
    const { tokens, pixels, hasPoster } = arrays
    const [, length] = tokens?.shape ?? []
    const [, height, width] = pixels?.shape ?? []
    const vocabulary = Number(metadata['vocabulary'])
    if (
      metadata['table'] !== 'views' ||
      length === undefined ||
      height === undefined ||
      width === undefined ||
      !Number.isInteger(vocabulary) ||
      !(tokens?.data instanceof Int32Array) ||
      !(pixels?.data instanceof Uint8Array) ||
      !(hasPoster?.data instanceof Uint8Array)
    )
      return null
    return { tokens: tokens.data, length, vocabulary, pixels: pixels.data, height, width, hasPoster: hasPoster.data }
  } catch (error) {
    if (error instanceof SafetensorsError) return null
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

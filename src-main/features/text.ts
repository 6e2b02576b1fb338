/**
 * The light text encoder: hashed TF-IDF over title, year, genres, tags and plot, reduced by a truncated SVD (latent semantic analysis).
 * Pure and repeatable: the same documents give the same rows on every machine. The learned alternative is a pretrained language model.
 */
import { Random } from '../learning/random.ts'
import { scaleRows } from './scaling.ts'
import type { Pause } from './sparse.ts'
import { truncatedSvd } from './svd.ts'
import { tfIdf, type TermDocument } from './tfidf.ts'
import { characterGrams, wordGrams, words } from './tokens.ts'

/** What is known of a movie in words. Anything may be missing but the title. */
export interface MovieText {
  title: string
  /** 0 = unknown */
  year: number
  genres: string[]
  /** Only tags that may be seen (see datasets/splitting/prepare.ts: later ones would leak). */
  tags: string[]
  plot: string | null
}

/** Part of the cache key: raise it whenever the same texts would give other rows. */
export const textEncoderVersion = 'light-text-2'

export const textEncoderDefaults = {
  dim: 192,
  bits: 16,
  minDocuments: 2,
  oversample: 16,
  /** Four bring the singular values within a thousandth (test/unit/features/svd.test.ts). */
  iterations: 4,
  /** Directions beyond one in so many documents are noise of single titles. */
  documentsPerDim: 10,
  /** Rows are U S^power: 1 is plain LSA, 0 weighs all directions alike. Half ranked best from profiles of ml-latest-small (validation). */
  power: 0.5,
  seed: 1,
}
export type TextEncoderOptions = typeof textEncoderDefaults

/** A title of MovieLens ends in its year. */
const yearAtEnd = /\s*\(\d{4}(?:[-–]\d{0,4})?\)\s*$/

/** Title words and plot words share columns; the title's character n-grams catch series ("Alien 3", "Aliens"). */
export function termDocument(text: MovieText): TermDocument {
  const title = words(text.title.replace(yearAtEnd, ''))
  return [
    { prefix: 'w:', weight: 1, terms: wordGrams(title) },
    { prefix: 'c:', weight: 0.15, terms: characterGrams(title, 3, 5) },
    { prefix: 'g:', weight: 1.5, terms: text.genres },
    { prefix: 'y:', weight: 0.7, terms: text.year > 0 ? [`${Math.floor(text.year / 10)}0s`] : [] },
    { prefix: 't:', weight: 1.2, terms: text.tags.map((tag) => words(tag).join(' ')) },
    { prefix: 'w:', weight: 0.6, terms: text.tags.flatMap(words) },
    { prefix: 'w:', weight: 1, terms: wordGrams(words(text.plot ?? '')) },
  ]
}

export interface EncodedTexts {
  dim: number
  /** [n, dim] row-major, centred, mean squared row norm = dim */
  rows: Float32Array
}

/**
 * @param onProgress called with 0..1
 * @throws whatever `pause` throws, when the work was cancelled
 */
export async function encodeTexts(
  texts: MovieText[],
  pause: Pause,
  onProgress: (fraction: number) => void = () => {},
  options: Partial<TextEncoderOptions> = {},
): Promise<EncodedTexts> {
  const o = { ...textEncoderDefaults, ...options }
  const documents: TermDocument[] = []
  for (const [i, text] of texts.entries()) {
    if (i % 512 === 0) await pause()
    documents.push(termDocument(text))
  }
  const matrix = tfIdf(documents, o)
  onProgress(0.1)
  const svd = await truncatedSvd(
    matrix,
    {
      rank: Math.min(o.dim, Math.ceil(texts.length / o.documentsPerDim)),
      oversample: o.oversample,
      iterations: o.iterations,
    },
    Random.stream(o.seed, 'text encoder'),
    pause,
    (fraction) => onProgress(0.1 + 0.9 * fraction),
  )
  const weighted = svd.u
  for (let r = 0; r < texts.length; r++)
    for (let j = 0; j < svd.rank; j++) weighted[r * svd.rank + j]! *= svd.s[j]! ** o.power
  return { dim: svd.rank, rows: scaleRows(weighted, texts.length, svd.rank) }
}

/**
 * The bundled sample: an invented data set in MovieLens' format, made on first use and imported like any other. Everything in it is
 * synthetic: people, titles, plots, posters, ratings.
 *
 * Its hidden truth, so that every part of the product has something to find:
 * - A movie has a topic and a second one (told by title and plot), a look (told by the poster), four hidden components (told by nothing
 *   but who rated it), a popularity with a long tail, and a quality. All of these, its domain and its genres are drawn independently.
 * - Topics come in fields and looks in moods: who likes one of a kind tends to like the others. Most of a taste is the same in both
 *   domains, the rest is the domain's own; a part of it passes with a phase of some 25 ratings.
 * - More than half of the movies come out during the four years in which the ratings are given, and new ones are watched more. So many
 *   held-out movies have few ratings in training, and only text and poster tell who will like them.
 * - Most users live in one domain and move to the other, two thirds of them shortly before their ratings end: there, only the history of
 *   the other domain tells what they like. The rest live in both, in turns.
 * - What is watched is drawn by exp(affinity + popularity + novelty); stars follow affinity, quality, generosity and noise.
 * The strengths are `historyDefaults` in sample/histories.ts. They were chosen so that each part is worth something clear to a model that
 * uses it (NDCG@10, Transformer, quick preset), while popularity alone is worth little.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inventHistories } from './histories.ts'
import { inventMovies, type SampleMovie } from './movies.ts'
import { posterSvg, renderPoster } from './posters.ts'
import { linksCsv, moviesCsv, plotsCsv, ratingsCsv, readMe, tagsCsv } from './tables.ts'

export const sampleName = 'Sample (synthetic)'
export const sampleUsers = 420
export const sampleMovies = 1000

export interface SampleFiles {
  /** Folder with ratings.csv, movies.csv, tags.csv, links.csv. */
  folder: string
  /** Folder with `<movieId>.jpg`, 200 x 300. */
  posters: string
  /** CSV `movieId,overview`. */
  plots: string
}

export interface GenerateSample {
  /** Made when it is not there. */
  folder: string
  seed: number
  signal: AbortSignal
  onProgress(progress: { phase: string; fraction: number | null }): void
}

/** The same seed gives the same files. @throws DOMException 'AbortError' within a second after the signal */
export async function generateSample({ folder, seed, signal, onProgress }: GenerateSample): Promise<SampleFiles> {
  const files: SampleFiles = {
    folder,
    posters: join(folder, 'posters'),
    plots: join(folder, 'plots.csv'),
  }
  signal.throwIfAborted()
  onProgress({ phase: 'Inventing movies and ratings', fraction: 0 })
  await mkdir(files.posters, { recursive: true })
  const movies = inventMovies(sampleMovies, seed)
  const ratings = inventHistories(sampleUsers, movies, seed)
  const tables = {
    'ratings.csv': ratingsCsv(ratings, movies),
    'movies.csv': moviesCsv(movies),
    'tags.csv': tagsCsv(ratings, movies, seed),
    'links.csv': linksCsv(movies),
    'plots.csv': plotsCsv(movies),
    'README.txt': readMe(sampleName, seed),
  }
  for (const [name, text] of Object.entries(tables)) {
    signal.throwIfAborted()
    await writeFile(join(folder, name), text)
  }
  await drawPosters(movies, seed, files.posters, signal, (fraction) =>
    onProgress({ phase: 'Drawing posters', fraction }),
  )
  return files
}

/** Posters drawn at a time: libvips renders in its own threads. */
const concurrent = 8

async function drawPosters(
  movies: SampleMovie[],
  seed: number,
  folder: string,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  for (let from = 0; from < movies.length; from += concurrent) {
    signal.throwIfAborted()
    const block = movies.slice(from, from + concurrent)
    await Promise.all(
      block.map(async (movie) =>
        writeFile(join(folder, `${movie.movieId}.jpg`), await renderPoster(posterSvg(movie, seed))),
      ),
    )
    onProgress((from + block.length) / movies.length)
  }
}

/** Parents for cleaned and combined data sets, as files: ratings drawn by a seed, a poster and a plot for every other movie. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatasetPaths } from '../../src-main/datasets/derive.ts'
import { Random } from '../../src-main/learning/random.ts'
import type { DatasetContent } from '../../src-main/workspace/dataset-content.ts'
import { createDatasetFile, DatasetFile } from '../../src-main/workspace/dataset-file.ts'
import { createPlotFile } from '../../src-main/workspace/plot-file.ts'
import { createPosterFile } from '../../src-main/workspace/poster-file.ts'

export interface DrawnData {
  id: string
  name: string
  users: number
  movies: number
  ratingsEach: number
  seed: number
}

export const noCleaning = {
  impossibleTimes: 'keep',
  orphans: 'keep',
  burst: null,
  constant: null,
  kCore: 0,
  standardise: 'none',
} as const

/** Movie ids are 1, 3, 5, ...; every tenth user gives the same rating always; low movies are rated more. */
export function drawnContent({ id, name, users, movies, ratingsEach, seed }: DrawnData): DatasetContent {
  const random = new Random(seed)
  const n = users * ratingsEach
  const ratings = {
    indptr: Uint32Array.from({ length: users + 1 }, (_, u) => u * ratingsEach),
    item: new Uint32Array(n),
    rating2: new Uint8Array(n),
    time: new Uint32Array(n),
  }
  for (let u = 0; u < users; u++) {
    const seen = new Set<number>()
    while (seen.size < ratingsEach) seen.add(Math.floor(movies * random.next() ** 2))
    const begun = 900_000_000 + random.integer(100_000_000)
    const pace = random.next() < 0.2 ? 60 : 40_000 // a burst, or some ratings a day
    for (const [i, m] of [...seen].sort((a, b) => a - b).entries()) {
      const r = u * ratingsEach + i
      ratings.item[r] = m
      ratings.rating2[r] = u % 10 === 0 ? 8 : 1 + random.integer(10)
      ratings.time[r] = begun + random.integer(ratingsEach) * pace
    }
  }
  const all = Array.from({ length: movies }, (_, m) => m)
  return {
    description: {
      ...{ id, name, synthetic: false, format: 'drawn', parents: [], recipe: '' },
      importedAt: Date.UTC(2020, 0, 1),
      rowsRead: n,
    },
    movies: {
      movieId: Uint32Array.from(all, (m) => 2 * m + 1),
      title: all.map((m) => `Film ${m}`),
      year: Int16Array.from(all, () => 1990),
      genres: Uint32Array.from(all, (m) => 1 << (m % 2)),
      genreNames: ['Action', 'Comedy'],
      imdbId: all.map(() => ''),
      tmdbId: new Uint32Array(movies),
      catalogue: null,
    },
    users: Uint32Array.from({ length: users }, (_, u) => u + 1),
    ratings,
    tags: {
      user: Uint32Array.of(0, 1),
      item: Uint32Array.of(0, 1),
      time: Uint32Array.of(5, 6),
      text: ['slow', 'fast'],
    },
    genome: null,
    findings: [],
  }
}

/** Writes the three files of a data set. */
export async function writeParent(paths: DatasetPaths, data: DrawnData): Promise<DatasetContent> {
  const content = drawnContent(data)
  mkdirSync(dirname(paths.dataset), { recursive: true })
  await createDatasetFile(paths.dataset, content)
  const { movieId } = content.movies
  const half = movieId.filter((_, m) => m % 2 === 0)
  const spec = { target: paths.posters, movies: movieId.length, neededBytes: 0 }
  await createPosterFile(spec, (writer) => {
    for (const id of half) writer.put(id, posterOf(data.name, id))
    return Promise.resolve([])
  })
  await createPlotFile(paths.plots, new Map(Array.from(half, (id) => [id, plotOf(data.name, id)])), [])
  return content
}

/** Not a picture; enough to be told from any other. */
export function posterOf(name: string, movieId: number): Buffer {
  return Buffer.from(`${name} ${movieId}`.repeat(20))
}
export function plotOf(name: string, movieId: number): string {
  return `What happens in movie ${movieId} of ${name}.`
}

/** Opens, uses, closes. */
export function withDataset<T>(path: string, use: (file: DatasetFile) => T): T {
  const file = DatasetFile.open(path)
  try {
    return use(file)
  } finally {
    file.close()
  }
}

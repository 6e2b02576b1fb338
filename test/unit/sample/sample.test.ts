import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suggestDomains } from '../../../src-main/datasets/domains/domain-presets.ts'
import { assignDomains } from '../../../src-main/datasets/domains/domains.ts'
import {
  generateSample,
  sampleMovies,
  sampleUsers,
  type SampleFiles,
} from '../../../src-main/datasets/sample/generate.ts'
import { genresA, genresB } from '../../../src-main/datasets/sample/genres.ts'
import { inventHistories } from '../../../src-main/datasets/sample/histories.ts'
import { looks } from '../../../src-main/datasets/sample/looks.ts'
import { inventMovies } from '../../../src-main/datasets/sample/movies.ts'
import { posterSvg, renderPoster } from '../../../src-main/datasets/sample/posters.ts'
import { topics } from '../../../src-main/datasets/sample/topics.ts'
import { describePoster } from '../../../src-main/features/poster.ts'
import { posterPixels } from '../../../src-main/features/poster-pixels.ts'
import { encodeTexts } from '../../../src-main/features/text.ts'

const signal = new AbortController().signal
const movies = inventMovies(sampleMovies, 1)
const ratings = inventHistories(sampleUsers, movies, 1)

let folder = ''
let files: SampleFiles
const progress: (number | null)[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample ö '))
  files = await generateSample({
    folder: join(folder, 'made'),
    seed: 1,
    signal,
    onProgress: ({ fraction }) => progress.push(fraction),
  })
})
afterAll(() => rm(folder, { recursive: true }))
const lines = async (name: string): Promise<string[]> =>
  (await readFile(join(files.folder, name), 'utf8')).trimEnd().split('\n')

test('The tables are in MovieLens format, and the read-me says that all of it is invented', async () => {
  expect((await lines('ratings.csv'))[0]).toBe('userId,movieId,rating,timestamp')
  expect((await lines('ratings.csv'))[1]).toMatch(/^1,\d+,[0-5]\.[05],1[45]\d{8}$/)
  expect((await lines('movies.csv'))[0]).toBe('movieId,title,genres')
  expect((await lines('movies.csv'))[1]).toMatch(/^1,.+ \(\d{4}\),[A-Z][\w|-]+$/)
  expect((await lines('tags.csv'))[0]).toBe('userId,movieId,tag,timestamp')
  expect((await lines('links.csv'))[0]).toBe('movieId,imdbId,tmdbId')
  expect((await lines('plots.csv'))[0]).toBe('movieId,overview')
  expect((await lines('README.txt')).join(' ')).toMatch(/synthetic.*invented/)
  expect(progress.at(-1)).toBe(1)
})

test('Every movie has a JPEG poster of 200 x 300', async () => {
  expect(await readdir(files.posters)).toHaveLength(sampleMovies)
  expect(await sharp(join(files.posters, '1.jpg')).metadata()).toMatchObject({
    format: 'jpeg',
    width: 200,
    height: 300,
  })
})

test('About 40,000 ratings with a sensible histogram; each user rates a movie once, in order', () => {
  const n = ratings.user.length
  expect(n).toBeGreaterThan(35_000)
  expect(n).toBeLessThan(46_000)
  const share = (from: number): number => ratings.stars.filter((s) => s >= from).length / n
  expect(share(4)).toBeGreaterThan(0.4)
  expect(share(4)).toBeLessThan(0.55)
  expect(share(2)).toBeGreaterThan(0.93)
  const seen = new Set<string>()
  for (let i = 0; i < n; i++) {
    seen.add(`${ratings.user[i]} ${ratings.movie[i]}`)
    expect(Number.isInteger(ratings.stars[i]! * 2)).toBe(true)
    if (i > 0 && ratings.user[i] === ratings.user[i - 1]) expect(ratings.time[i]!).toBeGreaterThan(ratings.time[i - 1]!)
  }
  expect(seen.size).toBe(n)
})

test('Movies are long-tailed, nobody rates what is not out, and most users leave one domain nearly unrated', () => {
  const count = new Uint32Array(sampleMovies)
  const inA = new Float64Array(sampleUsers)
  const all = new Float64Array(sampleUsers)
  ratings.movie.forEach((movie, i) => {
    count[movie]!++
    all[ratings.user[i]!]!++
    if (movies[movie]!.domain === 'A') inA[ratings.user[i]!]!++
    expect(new Date(ratings.time[i]! * 1000).getUTCFullYear()).toBeGreaterThanOrEqual(movies[movie]!.year)
  })
  count.sort()
  expect(count[900]! / count[250]!).toBeGreaterThan(3)
  const lopsided = inA.filter((n, u) => Math.min(n, all[u]! - n) < 0.2 * all[u]!).length
  expect(lopsided / sampleUsers).toBeGreaterThan(0.5)
})

test('The default domains put every movie where it was made for, half and half', () => {
  const genreNames = [...genresA, ...genresB].map(({ name }) => name).sort()
  const genres = Uint32Array.from(movies, (movie) =>
    movie.genres.reduce((bits, { name }) => bits | (1 << genreNames.indexOf(name)), 0),
  )
  const table = { genres, genreNames, movieId: Uint32Array.from(genres.keys()), catalogue: null }
  const assigned = assignDomains(table, suggestDomains(table))
  const inB = assigned.reduce((n, d) => n + (d === 1 ? 1 : 0), 0)
  expect(inB / sampleMovies).toBeGreaterThan(0.45)
  expect(inB / sampleMovies).toBeLessThan(0.55)
  movies.forEach((movie, i) => expect(assigned[i]).toBe(movie.domain === 'A' ? 0 : 1))
})

test('Titles are all different; plots have two to four sentences and name the topic', () => {
  expect(new Set(movies.map(({ title }) => title)).size).toBe(sampleMovies)
  for (const { plot, topic } of movies) {
    const sentences = plot.split(/(?<=\.) /)
    expect(sentences.length).toBeGreaterThanOrEqual(2)
    expect(sentences.length).toBeLessThanOrEqual(4)
    expect(plot).toContain(topics[topic]!.theme)
    for (const s of sentences) expect(s).toMatch(/^[A-Z].*\.$/)
    expect(plot).not.toMatch(/\ba [aeiou]|\ban [^aeiouh]|undefined/)
  }
})

test('The same seed gives the same movies, ratings and posters; another seed others', async () => {
  expect(inventMovies(50, 7)).toEqual(inventMovies(50, 7))
  expect(inventHistories(5, movies, 7)).toEqual(inventHistories(5, movies, 7))
  expect(inventHistories(5, movies, 8).movie).not.toEqual(inventHistories(5, movies, 7).movie)
  expect(posterSvg(movies[0]!, 1)).toBe(posterSvg(movies[0]!, 1))
  expect(posterSvg(movies[0]!, 2)).not.toBe(posterSvg(movies[0]!, 1))
  expect(await readFile(join(files.posters, '1.jpg'))).toEqual(await renderPoster(posterSvg(movies[0]!, 1)))
})

/** Share of items whose nearest other item is of the same class. */
function nearestAgree(rows: Float32Array, dim: number, classes: number[]): number {
  let agree = 0
  for (const [i, own] of classes.entries()) {
    let best = Infinity
    let found = -1
    for (const [j, other] of classes.entries()) {
      if (i === j) continue
      let distance = 0
      for (let k = 0; k < dim; k++) distance += (rows[i * dim + k]! - rows[j * dim + k]!) ** 2
      if (distance < best) [best, found] = [distance, other]
    }
    if (found === own) agree++
  }
  return agree / classes.length
}

test('The light text encoder sees the topics', async () => {
  const texts = movies.map(({ title, year, genres, plot }) => ({
    title: `${title} (${year})`,
    year,
    genres: genres.map(({ name }) => name),
    tags: [],
    plot,
  }))
  const { rows, dim } = await encodeTexts(texts, async () => {})
  const classes = movies.map(({ topic }) => topic)
  expect(nearestAgree(rows, dim, classes)).toBeGreaterThan(0.6) // chance: 1/14
})

test('The light image encoder sees the looks, but no topic in a poster', async () => {
  const some = movies.slice(0, 150)
  const described = await Promise.all(
    some.map(async ({ movieId }) =>
      describePoster((await posterPixels(await readFile(join(files.posters, `${movieId}.jpg`))))!),
    ),
  )
  const dim = described[0]!.length
  const rows = new Float32Array(some.length * dim)
  described.forEach((d, i) => rows.set(d, i * dim))
  expect(
    nearestAgree(
      rows,
      dim,
      some.map(({ look }) => look),
    ),
  ).toBeGreaterThan(0.9)
  expect(
    nearestAgree(
      rows,
      dim,
      some.map(({ topic }) => topic),
    ),
  ).toBeLessThan(0.25)
  expect(new Set(some.map(({ look }) => look)).size).toBe(looks.length)
})

test('Cancelled at once or while drawing: AbortError', async () => {
  const controller = new AbortController()
  const cancelled = generateSample({
    folder: join(folder, 'cancelled'),
    seed: 1,
    signal: controller.signal,
    onProgress: ({ phase }) => phase === 'Drawing posters' && controller.abort(),
  })
  await expect(cancelled).rejects.toThrow('aborted')
  expect((await readdir(join(folder, 'cancelled', 'posters'))).length).toBeLessThan(20)
})

/** kill -9 while posters are fetched: nothing is asked twice that was answered, and the key is nowhere. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { Random } from '../../src-main/learning/random.ts'
import { standIn } from '../unit/datasets/media-tmdb-server.ts'
import { temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'
import { datasetId, type JobEnd, moments, postersHash, runJob, staleFiles, workspaceWith } from './posters-jobs.ts'

const key = 'fedcba9876543210fedcba9876543210'
const movies = 50
const kills = 5

test(`fetching posters killed ${kills} times goes on each time where it was`, { timeout: 120_000 }, async () => {
  const source = writeMovieLens(join(temporaryFolder(), 'ml'), { movies, ratingsEach: 20 })
  const links = Array.from({ length: movies }, (_, m) => `${m + 1},${String(m + 1).padStart(7, '0')},${100 + m}`)
  writeFileSync(join(source, 'links.csv'), ['movieId,imdbId,tmdbId', ...links, ''].join('\n'))
  const paths = await workspaceWith(source)
  const poster = await sharp({ create: { width: 185, height: 278, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  const server = await standIn(poster)
  const before = process.env['CROSSREEL_TMDB']
  process.env['CROSSREEL_TMDB'] = server.origin
  const ends: JobEnd[] = []
  try {
    const random = new Random(3)
    for (const moment of moments(kills, 1000, () => random.next())) {
      ends.push(await runJob(paths, { kind: 'fetch-posters', datasetId, key }, moment))
      expect(postersHash(paths)).toBeNull() // 50 movies take five seconds at twenty requests a second
      expect(staleFiles(paths).after).toEqual([])
    }
    const last = await runJob(paths, { kind: 'fetch-posters', datasetId, key })
    ends.push(last)
    expect(last.events.at(-1)).toEqual({ type: 'done', result: { kind: 'fetch-posters', datasetId } })
  } finally {
    if (before === undefined) delete process.env['CROSSREEL_TMDB']
    else process.env['CROSSREEL_TMDB'] = before
    await server.close()
  }
  expect(postersHash(paths)).not.toBeNull()
  expect(existsSync(paths.cache(datasetId))).toBe(false)
  const asked = server.asked()
  expect(new Set(asked).size).toBe(movies)
  expect(asked.length).toBeLessThanOrEqual(movies + 4 * kills) // again only what was under way when it was killed
  expect(asked.length).toBeGreaterThan(movies)
  expect(JSON.stringify(ends)).not.toContain(key)
  const files = readdirSync(paths.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(2)
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain(key)
})

test('a stand-in that is not on this machine is refused before anything is asked', async () => {
  const paths = await workspaceWith(writeMovieLens(join(temporaryFolder(), 'ml')))
  process.env['CROSSREEL_TMDB'] = 'http://192.0.2.1'
  try {
    const { events } = await runJob(paths, { kind: 'fetch-posters', datasetId, key })
    expect(events.at(-1)).toEqual({
      type: 'failed',
      cancelled: false,
      reason:
        'CROSSREEL_TMDB is no address of this machine. It is for tests, as in http://127.0.0.1:8080; without it TMDB itself is asked.',
    })
  } finally {
    delete process.env['CROSSREEL_TMDB']
  }
})

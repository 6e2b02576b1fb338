/** kill -9 while posters are added: the old poster file is whole, or the new one is; nothing stale is left once the workspace is open again. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { Random } from '../../src-main/learning/random.ts'
import type { JobTask } from '../../src-main/jobs/messages.ts'
import { zipOf } from '../unit/datasets/files.ts'
import { temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'
import { datasetId, moments, postersHash, runJob, staleFiles, workspaceWith } from './posters-jobs.ts'

const kills = 12
const movies = 400

/** A zip of noise for the movies from `first` to `last`. */
async function zipOfNoise(path: string, first: number, last: number, mean: number): Promise<string> {
  const noise = { type: 'gaussian', mean, sigma: 50 } as const
  const picture = await sharp({ create: { width: 240, height: 360, channels: 3, background: 'white', noise } })
    .jpeg()
    .toBuffer()
  const names = Array.from({ length: last - first + 1 }, (_, i) => `posters/${first + i}.jpg`)
  writeFileSync(path, zipOf(Object.fromEntries(names.map((name) => [name, picture]))))
  return path
}

test(
  `adding posters killed at ${kills} moments leaves the old posters or the new ones`,
  { timeout: 180_000 },
  async () => {
    const folder = temporaryFolder()
    const paths = await workspaceWith(writeMovieLens(join(folder, 'ml'), { users: 400, movies, ratingsEach: 40 }))
    const task = (source: string): JobTask => ({ kind: 'posters', source, datasetId, by: 'auto' })
    const old = task(await zipOfNoise(join(folder, 'old.zip'), 1, 100, 90))
    const more = task(await zipOfNoise(join(folder, 'more.zip'), 51, 350, 160))

    // killed before there were any: none, or all
    const first = await runJob(paths, old)
    expect(first.events.at(-1)).toMatchObject({ type: 'done' })
    const oldHash = postersHash(paths)
    const kept = join(folder, 'old.posters.db')
    copyFileSync(paths.posters(datasetId), kept)
    const whole = await runJob(paths, more)
    const newHash = postersHash(paths)
    expect(newHash).not.toBe(oldHash)

    const random = new Random(7)
    const seen = { old: 0, new: 0, stale: 0 }
    for (const moment of moments(kills, whole.ms, () => random.next())) {
      copyFileSync(kept, paths.posters(datasetId))
      await runJob(paths, more, moment)
      const hash = postersHash(paths)
      expect([oldHash, newHash]).toContain(hash)
      seen[hash === oldHash ? 'old' : 'new']++
      const { before, after } = staleFiles(paths)
      if (before.length > 0) seen.stale++
      expect(after).toEqual([])
    }
    expect(seen.old).toBeGreaterThan(0)
    expect(seen.stale).toBeGreaterThan(0) // some were killed in the middle of their work

    copyFileSync(kept, paths.posters(datasetId))
    await runJob(paths, more)
    expect(postersHash(paths)).toBe(newHash)
  },
)

/** Posters and plots through the workbench: added by whatever names them, fetched with a key that is kept nowhere, counted and shown. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { standIn } from '../unit/datasets/media-tmdb-server.ts'
import { writeFiles } from '../unit/datasets/files.ts'
import { type Bench, openBench, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const key = '00112233445566778899aabbccddeeff'
const movies = 12
const poster = await sharp({ create: { width: 185, height: 278, channels: 3, background: 'olive' } })
  .jpeg()
  .toBuffer()

/** Movies 1 to 12 with the IMDb ids 101 to 112 and the TMDB ids 201 to 212. */
async function linked(bench: Bench): Promise<string> {
  const source = writeMovieLens(join(temporaryFolder(), 'ml'), { movies, ratingsEach: 6 })
  const links = Array.from({ length: movies }, (_, m) => `${m + 1},${String(m + 101).padStart(7, '0')},${m + 201}`)
  writeFileSync(join(source, 'links.csv'), ['movieId,imdbId,tmdbId', ...links, ''].join('\n'))
  return bench.imported(source)
}

test('posters by imdbId and plots by tmdbId are counted, shown and reported', async () => {
  const bench = await openBench()
  const datasetId = await linked(bench)
  const folder = temporaryFolder()
  const images = writeFiles(join(folder, 'p'), { 'tt0000101.jpg': poster, '0000102.jpg': poster, 'x.jpg': poster })
  const table = join(writeFiles(folder, { 'plots.csv': 'tmdbId,overview\n203,A film.\n' }), 'plots.csv')
  const posters = { datasetId, token: bench.handle.keepPath(images).token, by: 'auto' } as const
  expect(await bench.ended(await bench.call('datasets.addPosters', posters))).toMatchObject({ state: 'done' })
  const plots = { datasetId, token: bench.handle.keepPath(table).token, by: 'tmdbId' } as const
  expect(await bench.ended(await bench.call('datasets.addPlots', plots))).toMatchObject({ state: 'done' })
  expect(await bench.call('datasets.list', {})).toMatchObject([{ posters: 2, plots: 1 }])
  const shown = await bench.call('datasets.posters', { datasetId, movieIds: [1, 2, 3] })
  expect(Object.keys(shown)).toEqual(['1', '2'])
  expect(shown[1]).toMatch(/^data:image\/jpeg;base64,\/9j\//)
  const { findings } = await bench.call('datasets.report', { datasetId })
  const said = findings.map((f) => `${f.file}: ${f.reason}`)
  expect(said).toContain('p: image not named by imdbId')
  expect(said).toContain('p: files read by imdbId, which fits the most movies')
  expect(said).toContain('plots.csv: rows read by tmdbId, as asked')
})

test('fetched posters appear; a second fetch meanwhile is refused; the key is in no file and no event', async () => {
  const server = await standIn(poster)
  process.env['CROSSREEL_TMDB'] = server.origin
  onTestFinished(() => {
    delete process.env['CROSSREEL_TMDB']
    return server.close()
  })
  const bench = await openBench()
  const datasetId = await linked(bench)
  const job = await bench.call('datasets.fetchPosters', { datasetId, key })
  expect(job).toMatchObject({ kind: 'fetch-posters', label: 'Fetch posters for Tiny', datasetId })
  await expect(bench.call('datasets.fetchPosters', { datasetId, key })).rejects.toThrow(
    "Posters for 'Tiny' are being fetched already. Cancel that job first to use another key.",
  )
  expect(await bench.ended(job)).toMatchObject({ state: 'done', error: null })
  expect(await bench.call('datasets.list', {})).toMatchObject([{ posters: movies }])
  expect(JSON.stringify(bench.seen)).not.toContain(key)
  const files = readdirSync(bench.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(2)
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain(key)
})

test.each(['', 'too short', 'has spaces in the middle of it', '../../0123456789abcdef'])(
  'the key %j is refused at the door',
  async (bad) => {
    const bench = await openBench()
    const asking = bench.call('datasets.fetchPosters', { datasetId: 'ds-0000000000000001', key: bad })
    await expect(asking).rejects.toThrow(
      'The request datasets.fetchPosters cannot be answered: key: it is no TMDB key.',
    )
  },
)

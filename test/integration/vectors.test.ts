/** Vectors through the workbench: a file becomes a feature table of that name; a bad one changes nothing. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureFeatures } from '../../src-main/features/ensure.ts'
import { DatasetFile } from '../../src-main/workspace/dataset-file.ts'
import { workspacePaths } from '../../src-main/workspace/paths.ts'
import { VectorFile, vectorFiles } from '../../src-main/workspace/vector-file.ts'
import { writeFiles } from '../unit/datasets/files.ts'
import { type Bench, experiment, openBench, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const movies = 12

async function add(bench: Bench, datasetId: string, name: string, content: string) {
  const path = join(writeFiles(temporaryFolder(), { 'v.csv': content }), 'v.csv')
  const { token } = bench.handle.keepPath(path)
  return bench.ended(await bench.call('datasets.addVectors', { datasetId, token, name, by: 'auto' }))
}

/** Movies 2 to 12 with the numbers m, -m and 7. */
const audio = ['movieId,a,b,c', ...Array.from({ length: movies - 1 }, (_, m) => `${m + 2},${m + 2},${-m - 2},7`)].join(
  '\n',
)

test('vectors are listed, reported and become feature tables in the order of their names; they go with their data set', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml'), { movies, ratingsEach: 6 }))
  const [before] = await bench.call('datasets.list', {})
  expect(before!.vectors).toEqual([])
  expect(await add(bench, datasetId, 'video', '1,1,2\n2,3,5\n99,1,1\n')).toMatchObject({
    kind: 'vectors',
    state: 'done',
  })
  expect(await add(bench, datasetId, 'audio', audio)).toMatchObject({ state: 'done' })
  const [after] = await bench.call('datasets.list', {})
  expect(after!.vectors).toEqual([
    { name: 'audio', dim: 3, movies: 11 },
    { name: 'video', dim: 2, movies: 2 },
  ])
  expect(after!.bytes).toBeGreaterThan(before!.bytes)
  const { findings } = await bench.call('datasets.report', { datasetId })
  expect(findings.map(({ reason }) => reason)).toContain('vector of a movie that is not in the data set')

  const paths = workspacePaths(bench.root)
  const dataset = DatasetFile.open(paths.dataset(datasetId))
  try {
    const tables = await ensureFeatures({
      prepared: { itemToMovie: Uint32Array.of(0, 1, 11), keptTags: { item: new Uint32Array(), text: [] } },
      dataset,
      posters: null,
      plots: null,
      vectors: vectorFiles(paths, datasetId).map((path) => VectorFile.open(path)),
      folder: join(temporaryFolder(), 'features'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    expect(tables.map(({ name, dim, present }) => [name, dim, [...present]])).toEqual([
      ['text', tables[0]!.dim, [1, 1, 1]],
      ['audio', 3, [0, 1, 1]],
      ['video', 2, [1, 1, 0]],
    ])
    // of two present rows each column is one below and one above its mean; a column that does not vary is 0
    expect([...tables[1]!.rows]).toEqual([0, 0, 0, -1, 1, 0, 1, -1, 0])
    expect([...tables[2]!.rows]).toEqual([-1, -1, 1, 1, 0, 0])
  } finally {
    dataset.close()
  }
})

test('a bad file, a taken name and a name of our own are refused, and what was there stays', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml'), { movies, ratingsEach: 6 }))
  expect(await add(bench, datasetId, 'audio', '1,1,nan\n')).toMatchObject({
    state: 'failed',
    error: "v.csv, line 1: column 3 is 'nan', which is not a finite number. Write the number, or leave the movie out.",
  })
  expect(readdirSync(join(bench.root, 'datasets')).filter((name) => name.includes('vectors'))).toEqual([])
  expect((await bench.call('datasets.list', {}))[0]!.vectors).toEqual([])
  await add(bench, datasetId, 'audio', audio)
  expect(await add(bench, datasetId, 'audio', '1,1\n')).toMatchObject({ state: 'failed' })
  expect((await bench.call('datasets.list', {}))[0]!.vectors).toEqual([{ name: 'audio', dim: 3, movies: 11 }])
  await expect(add(bench, datasetId, 'Audio', audio)).rejects.toThrow(
    "'Tiny' has vectors called audio already. Write the name the same, or take another.",
  )
  for (const name of ['text', 'Image', '../x', '', 'a b', 'a'.repeat(41)])
    await expect(add(bench, datasetId, name, audio)).rejects.toThrow('datasets.addVectors cannot be answered: name: ')
})

test('vectors of a removed data set are deleted when the workspace is opened again', async () => {
  const root = temporaryFolder()
  const first = await openBench(root)
  const datasetId = await first.imported(writeMovieLens(join(temporaryFolder(), 'ml'), { movies, ratingsEach: 6 }))
  await add(first, datasetId, 'audio', audio)
  const path = workspacePaths(root).vectors(datasetId, 'audio')
  expect(existsSync(path)).toBe(true)
  await first.call('datasets.remove', { datasetId })
  await first.handle.close()
  await openBench(root)
  expect(existsSync(path)).toBe(false)
})

test('a model that reads features reads vectors too', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const rows = Array.from({ length: 80 }, (_, m) => `${m + 1},${Math.sin(m).toFixed(4)},${Math.cos(m).toFixed(4)}`)
  await add(bench, datasetId, 'audio', rows.join('\n'))
  const vbpr = { model: 'vbpr', label: 'VBPR', config: { epochs: 1 } }
  const { runs } = await bench.ran(experiment(datasetId, { runs: [vbpr], seeds: [1] }))
  expect(runs.map(({ state, reason }) => [state, reason])).toEqual([['done', null]])
  expect(readdirSync(join(bench.root, 'features'))).toHaveLength(2) // text and audio
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { models } from '../../src-main/learning/models/index.ts'
import { readSafetensors } from '../../src-main/workspace/safetensors.ts'
import { experiment, openBench, protocol, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

test('from a folder to one user: import, preview, train two models, compare, inspect, export, report', async () => {
  const bench = await openBench()
  const source = writeMovieLens(join(temporaryFolder(), 'mein Ordner ü'))
  const { token } = bench.handle.keepPath(source)
  expect(await bench.call('datasets.recognise', { token })).toMatchObject({
    format: expect.stringContaining('MovieLens'),
  })
  const datasetId = await bench.imported(source)
  expect(await bench.call('datasets.list', {})).toMatchObject([
    { id: datasetId, name: 'Tiny', users: 60, movies: 80, ratings: 1800 },
  ])
  expect(bench.events('datasets.changed')).toEqual([{ datasetId }])
  expect((await bench.call('datasets.report', { datasetId })).rowsKept).toBe(1800)
  const films = await bench.call('datasets.movies', { datasetId, search: 'film 45', offset: 0, limit: 10 })
  expect(films.movies.map(({ movieId, genres, hasPoster }) => [movieId, genres, hasPoster])).toEqual([
    [45, ['Action', 'Thriller'], false],
  ])

  const spec = experiment(datasetId)
  const preview = await bench.call('domains.preview', { datasetId, domains: spec.domains })
  expect(preview).toMatchObject({ a: { movies: 40 }, b: { movies: 40 }, outside: 0 })
  const split = await bench.call('protocol.preview', { datasetId, domains: spec.domains, protocol })
  expect(split.train + split.validation + split.test).toBe(1800)

  const { id: experimentId, runs } = await bench.ran(spec)
  expect(runs.map(({ label, seed, state, reason }) => [label, seed, state, reason])).toEqual([
    ['Popularity', 1, 'done', null],
    ['EASE', 1, 'done', null],
  ])
  for (const run of runs) {
    expect(run.test).toBeGreaterThan(0)
    expect(run.validation).toBeGreaterThan(0)
    expect(run.endedAt).toBeGreaterThanOrEqual(run.startedAt!)
    const weights = await readSafetensors(join(bench.root, 'runs', run.id, 'weights.safetensors'))
    expect(weights.metadata['model']).toBe(run.model)
  }
  expect((await bench.call('experiments.get', { experimentId })).card.hash).toBe(split.card.hash)

  const baseline = 'Popularity'
  const table = await bench.call('compare.table', { experimentId, metric: 'ndcg@10', domain: 'mean', baseline })
  expect(table.rows.map(({ label }) => label).toSorted()).toEqual(['EASE', 'Popularity'])
  for (const row of table.rows) {
    const run = runs.find(({ id }) => id === row.runIds[0])!
    expect(row.metrics['ndcg@10']).toBeCloseTo(run.test!, 12)
    expect(row.difference === null).toBe(row.label === baseline)
  }
  expect(table.pairs.map(({ first, second }) => [first, second].toSorted())).toEqual([['EASE', 'Popularity']])
  expect(table.looks).toEqual({ runs: runs.length, configurations: runs.length })
  expect((await bench.call('compare.looks', { experimentId })).map(({ label }) => label).toSorted()).toEqual(
    runs.map(({ label }) => label).toSorted(),
  )
  const { users: inA } = await bench.call('compare.table', { experimentId, metric: 'ndcg@10', domain: 'A', baseline })
  const history = await bench.call('compare.history', { experimentId, metric: 'ndcg@10', domain: 'A' })
  expect(history.groups.reduce((sum, group) => sum + group.users, 0)).toBe(inA)
  expect(await bench.call('compare.cards', { first: experimentId, second: experimentId })).toMatchObject({
    comparable: true,
  })
  const latex = await bench.call('compare.export', {
    experimentId,
    metric: 'recall@20',
    domain: 'A',
    baseline: null,
    format: 'latex',
  })
  expect(latex).toContain('\\begin{tabular}')

  const users = await bench.call('inspect.users', { experimentId, search: '1', limit: 5 })
  expect(users.map(({ user }) => user)).toEqual([1, 10, 11, 12, 13])
  const tested = users.find(({ testA, testB }) => testA > 0 && testB > 0)!
  expect(tested.ratingsA + tested.ratingsB).toBe(30)
  const seen = await bench.call('inspect.user', {
    experimentId,
    runIds: runs.map(({ id }) => id),
    user: tested.user,
    k: 10,
  })
  expect(seen.history.A.length + seen.history.B.length).toBe(27)
  expect(seen.heldOut.A).toHaveLength(tested.testA)
  expect(seen.lists.map(({ label, domain }) => `${label} ${domain}`)).toEqual([
    'Popularity A',
    'Popularity B',
    'EASE A',
    'EASE B',
  ])
  for (const { items, domain } of seen.lists) {
    const known = new Set(seen.history[domain].map(({ movie }) => movie.movieId))
    const hits = new Set(seen.heldOut[domain].map(({ movie }) => movie.movieId))
    expect(items).toHaveLength(10)
    for (const [i, { movie, hit, score }] of items.entries()) {
      expect(known.has(movie.movieId)).toBe(false)
      expect(movie.genres).toContain(domain === 'A' ? 'Action' : 'Comedy')
      expect(hit).toBe(hits.has(movie.movieId))
      if (i > 0) expect(score).toBeLessThanOrEqual(items[i - 1]!.score)
    }
  }

  const report = await bench.call('reports.write', { experimentId })
  expect(report.files.filter((file) => !existsSync(join(report.folder, file)))).toEqual([])
  const manifest = JSON.parse(readFileSync(join(report.folder, 'manifest.json'), 'utf8'))
  expect(manifest).toMatchObject({
    spec: { protocol, seeds: [1, 2] },
    runs: [{ label: 'Popularity' }, { label: 'EASE' }],
  })
})

test('the neural model: curves, best weights, and the same curves for the same seed', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const config = { width: 8, layers: 1, heads: 2, shared: 8, epochs: 3, patience: 3 }
  const spec = experiment(datasetId, {
    runs: [
      { model: 'transformer', label: 'One', config },
      { model: 'transformer', label: 'Two', config },
    ],
    seeds: [5],
  })
  const { runs } = await bench.ran(spec)
  expect(runs.map(({ state, reason }) => [state, reason])).toEqual([
    ['done', null],
    ['done', null],
  ])
  const curves = await Promise.all(
    runs.flatMap(({ id: runId }) =>
      (['loss', 'learningRate', 'validation'] as const).map((name) =>
        bench.call('runs.series', { runId, name, points: 1000 }),
      ),
    ),
  )
  expect(curves[0]!.x.length).toBeGreaterThan(3)
  expect(curves[2]!.x).toEqual([1, 2, 3])
  expect(curves.slice(3)).toEqual(curves.slice(0, 3))
  expect(runs[0]!.test).toBe(runs[1]!.test)
  expect(runs[0]!.bestEpoch).toBe(curves[2]!.y.indexOf(Math.max(...curves[2]!.y)) + 1)
  const sent = bench.events('run.points').filter(({ runId }) => runId === runs[0]!.id)
  const loss = sent.flatMap(({ series }) => series.filter(({ name }) => name === 'loss').flatMap(({ y }) => y))
  expect(loss).toEqual(curves[0]!.y)
})

test('what cannot be done is refused with a sentence, and nothing is left of it', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const spec = experiment(datasetId)
  const ease = spec.runs[1]!
  const refused: [Parameters<typeof bench.handle.call>, RegExp][] = [
    [['datasets.destroy', {}], /There is no request 'datasets.destroy'/],
    [['datasets.recognise', { token: 'a'.repeat(32) }], /no longer known\. Pick it again/],
    [['files.pick', { purpose: 'dataset', folder: true }], /no file dialog here/],
    [['files.typed', { path: 'here' }], /not a whole path/],
    [['files.typed', { path: join(bench.root, 'nothing') }], /There is no file or folder/],
    [['datasets.report', { datasetId: 'ds-00000000000000ff' }], /There is no data set/],
    [['experiments.create', { ...spec, runs: [ease, ease] }], /Two models are called 'EASE'/],
    [['experiments.create', { ...spec, runs: [{ ...ease, config: { lambda: -1 } }] }], /EASE.*-1\. Give a number from/],
    [['experiments.create', { ...spec, domains: { ...spec.domains, b: ['Horror'] } }], /no genre "Horror"/],
    [['experiments.create', { ...spec, protocol: { ...protocol, kCore: 900 } }], /Lower the k-core/],
    [
      ['compare.table', { experimentId: 'ex-00000000000000ff', metric: 'ndcg@10', domain: 'A', baseline: null }],
      /There is no experiment/,
    ],
    [['jobs.cancel', { jobId: 'job-00000000000000ff' }], /There is no job/],
  ]
  for (const [request, sentence] of refused) await expect(bench.handle.call(...request)).rejects.toThrow(sentence)
  expect(await bench.call('experiments.list', {})).toEqual([])
  await expect(openBench(bench.root)).rejects.toThrow('is already open')
})

test('removing: a data set in use is kept and its users are named; an experiment goes with its runs', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const { id: experimentId, runs } = await bench.ran(experiment(datasetId))
  await expect(bench.call('datasets.remove', { datasetId })).rejects.toThrow(
    "the experiment 'Bar' uses it. Remove that first.",
  )
  const folders = runs.map(({ id }) => join(bench.root, 'runs', id))
  expect(folders.every((folder) => existsSync(folder))).toBe(true)
  await bench.call('experiments.remove', { experimentId })
  expect(folders.some((folder) => existsSync(folder))).toBe(false)
  await bench.call('datasets.remove', { datasetId })
  expect(await bench.call('datasets.list', {})).toEqual([])
  const file = join(bench.root, 'datasets', `${datasetId}.db`)
  expect(existsSync(file)).toBe(true) // it can be brought back until the next start
  expect(await bench.call('datasets.restore', { datasetId })).toMatchObject({ id: datasetId, users: 60 })
  expect((await bench.call('datasets.report', { datasetId })).rowsKept).toBe(1800)
  await bench.call('datasets.remove', { datasetId })
  await bench.handle.close()
  const again = await openBench(bench.root)
  expect(await again.call('datasets.removed', {})).toEqual([])
  expect(existsSync(file)).toBe(false)
})

test('the sample: cancelled it leaves nothing; made, it has posters and plots and says that it is synthetic', async () => {
  const bench = await openBench()
  const cancelled = await bench.call('datasets.sample', {})
  expect((await bench.call('datasets.sample', {})).id).toBe(cancelled.id) // asked for twice, made once
  await bench.until(() => bench.events('job.changed').some(({ phase }) => phase === 'Drawing posters'))
  await bench.call('jobs.cancel', { jobId: cancelled.id })
  expect(await bench.ended(cancelled)).toMatchObject({ state: 'cancelled' })
  expect([...readdirSync(join(bench.root, 'datasets')), ...readdirSync(join(bench.root, 'staging'))]).toEqual([])

  const made = await bench.ended(await bench.call('datasets.sample', {}))
  expect(made).toMatchObject({ state: 'done', error: null })
  const [sample] = await bench.call('datasets.list', {})
  expect(sample).toMatchObject({ id: made.datasetId, synthetic: true, posters: sample!.movies, plots: sample!.movies })
  const datasetId = sample!.id
  const { movies } = await bench.call('datasets.movies', { datasetId, search: '', offset: 0, limit: 3 })
  expect(movies.map(({ hasPoster, plot }) => [hasPoster, typeof plot])).toEqual(Array(3).fill([true, 'string']))
  const urls = await bench.call('datasets.posters', { datasetId, movieIds: [movies[0]!.movieId, 999_999] })
  expect(Object.keys(urls)).toEqual([String(movies[0]!.movieId)])
  expect(urls[movies[0]!.movieId]).toMatch(/^data:image\/jpeg;base64,\/9j\//)

  const domains = await bench.call('domains.suggest', { datasetId })
  const { id: experimentId, runs } = await bench.ran(
    experiment(datasetId, { domains, protocol: { ...protocol, positive: 4, kCore: 5 } }),
  )
  expect(runs.map(({ state }) => state)).toEqual(['done', 'done'])
  const table = await bench.call('compare.table', {
    experimentId,
    metric: 'ndcg@10',
    domain: 'mean',
    baseline: 'Popularity',
  })
  expect(table.rows.find(({ label }) => label === 'EASE')!.difference!.interval.low).toBeGreaterThan(0)
})

test('settings and what the program says of itself', async () => {
  const bench = await openBench()
  expect(await bench.call('settings.set', { theme: 'dark' })).toEqual({
    theme: 'dark',
    lastDatasetId: null,
    lastExperimentId: null,
    backend: 'auto',
    parallelRuns: 0,
  })
  expect(await bench.call('settings.get', {})).toMatchObject({ theme: 'dark' })
  const info = await bench.call('app.info', {})
  expect(info).toMatchObject({
    shell: 'browser',
    workspace: bench.root,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  })
  expect(info.backends.find(({ id }) => id === 'cpu')).toMatchObject({ available: true })
  expect((await bench.call('models.list', {})).map(({ id }) => id)).toEqual(models.map(({ id }) => id))
  expect(structuredClone(await bench.call('models.list', {}))).toBeTruthy() // no functions cross
  expect((await bench.call('metrics.list', {})).map(({ id }) => id)).toContain('ndcg')
})

/** The reader as a process: what the page asks of data sets while the reader dies, is overtaken, and is closed. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { DomainSpec } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobProcess, LaunchJob } from '../../src-main/jobs/launcher.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../shared-data.ts'
import { jobEntry, openBench, protocol, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const domains: DomainSpec = { kind: 'genres', a: ['Action', 'Thriller'], b: ['Comedy', 'Romance'], ties: 'rarer-genre' }

/** Real processes, the readers among them kept. */
function watched(): { launch: LaunchJob; readers: JobProcess[]; ended: () => number } {
  const readers: JobProcess[] = []
  let ended = 0
  const real = launchNode(jobEntry)
  const launch: LaunchJob = (label) => {
    const process = real(label)
    if (label !== 'Read data sets') return process
    readers.push(process)
    const { onExit } = process
    return { ...process, onExit: (listener) => onExit((exit) => (ended++, listener(exit))) }
  }
  return { launch, readers, ended: () => ended }
}

test('it starts with the first question about data, comes back after it was killed, and ends with the workbench', async () => {
  const { launch, readers, ended } = watched()
  const bench = await openBench(temporaryFolder(), launch)
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  expect(readers).toHaveLength(0)
  const facts = await bench.call('datasets.facts', { datasetId })
  expect(facts.user).toEqual({ least: 30, median: 30, most: 30 })
  expect(readers).toHaveLength(1)

  const open = bench.call('protocol.preview', { datasetId, domains, protocol })
  readers[0]?.kill()
  await expect(open).rejects.toThrow(/^The reader of the data sets was ended from outside/)
  expect(await bench.call('datasets.facts', { datasetId })).toEqual(facts)
  expect(readers).toHaveLength(2)

  await bench.handle.close()
  expect(ended()).toBe(2)
})

test('an experiment with half of the shared users torn runs, and its users are whole again when they are looked at', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const torn = { ...protocol, overlap: 0.5, density: { A: 1, B: 0.5 } }
  const { id, runs } = await bench.ran({
    name: 'Torn',
    kind: 'comparison',
    datasetId,
    domains,
    protocol: torn,
    runs: [{ model: 'popularity', label: 'Popularity', config: {} }],
    seeds: [1],
    backend: 'cpu',
  })
  expect(runs.map(({ state, reason }) => [state, reason])).toEqual([['done', null]])
  const users = await bench.call('inspect.users', { experimentId: id, search: '', limit: 1000, order: 'test' })
  expect(users).toHaveLength(60)
  const both = users.filter(({ testA, testB }) => testA > 0 && testB > 0)
  const runIds = runs.map((run) => run.id)
  for (const { user } of both.slice(0, 12)) {
    const seen = await bench.call('inspect.user', { experimentId: id, runIds, user, k: 10 })
    expect(seen.lists.map(({ domain }) => domain)).toEqual(['A', 'B'])
    for (const { domain, items, ndcg } of seen.lists) {
      expect(ndcg).not.toBeNull()
      const hits = items.filter(({ hit }) => hit).map(({ movie }) => movie.movieId)
      const heldOut = seen.heldOut[domain].map(({ movie }) => movie.movieId)
      expect(heldOut).toEqual(expect.arrayContaining(hits))
      expect(ndcg === 0).toBe(hits.length === 0)
    }
  }
})

test('domain maps are saved under a name, replaced, forgotten; lists come from a file', async () => {
  const bench = await openBench()
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const saved = await bench.call('domains.save', { datasetId, name: 'mine', spec: domains })
  const file = join(temporaryFolder(), 'by hand.csv')
  writeFileSync(file, 'movieId,domain\n1,A\n2,B\n3,A\n')
  const { token } = bench.handle.keepPath(file)
  const lists = await bench.call('domains.readLists', { datasetId, token })
  expect(lists).toEqual({ kind: 'lists', name: 'by hand', a: [1, 3], b: [2] })
  const replaced = await bench.call('domains.save', { datasetId, name: 'mine', spec: lists })
  expect(replaced.hash).not.toBe(saved.hash)
  expect(await bench.call('domains.saved', { datasetId })).toEqual([replaced])
  await expect(
    bench.call('domains.save', { datasetId, name: 'bad', spec: { kind: 'lists', name: 'x', a: [1], b: [999] } }),
  ).rejects.toThrow("The lists 'x' name movie 999, which the data set does not have.")
  await bench.call('domains.forget', { mapId: replaced.id })
  expect(await bench.call('domains.saved', { datasetId })).toEqual([])
  await expect(bench.call('domains.forget', { mapId: replaced.id })).rejects.toThrow('There is no domain map')
})

test.skipIf(!hasLatestSmall)(
  `ml-latest-small: facts, presets and shares${hasLatestSmall ? '' : ` (${noDataReason})`}`,
  async () => {
    const bench = await openBench()
    const datasetId = await bench.imported(latestSmall)
    const facts = await bench.call('datasets.facts', { datasetId })
    expect(facts.user).toEqual({ least: 20, median: 70.5, most: 2698 })
    expect(facts.movie).toEqual({ least: 1, median: 3, most: 329 })
    expect(facts.meanRating).toBeCloseTo(3.50156, 5)
    expect(facts.density).toBeCloseTo(100_836 / (610 * 9742), 12)
    expect(facts.overTime.ratings.reduce((a, b) => a + b)).toBe(100_836)
    expect(facts.genres.find(({ name }) => name === 'Drama')).toEqual({ name: 'Drama', movies: 4361, ratings: 41_928 })
    const presets = await bench.call('domains.presets', { datasetId })
    expect(presets.map(({ id }) => id)).toEqual(['tension-feeling', 'action-romance', 'horror-comedy', 'children-crime', 'documentary-drama']) // prettier-ignore
    const [{ spec }] = presets as [(typeof presets)[0]]
    const whole = { ...protocol, positive: 4, kCore: 5 }
    const [full, part] = [
    await bench.call('protocol.preview', { datasetId, domains: spec, protocol: whole }),
    await bench.call('protocol.preview', { datasetId, domains: spec, protocol: { ...whole, overlap: 0.5, density: { A: 1, B: 0.3 } } }),
  ] // prettier-ignore
    expect([full.train, full.validation, full.test]).toEqual([72_723, 8772, 8772])
    expect(part.steps[3]).toEqual({
      label: '50 % of the shared users linked',
      users: 914,
      movies: 3649,
      ratings: 90_267,
    })
    const heaviest = await bench.call('datasets.users', { datasetId, search: '', sort: 'ratings', offset: 0, limit: 2 })
    expect(heaviest.users.map(({ user, ratings }) => [user, ratings])).toEqual([[414, 2698], [599, 2478]]) // prettier-ignore
    const history = await bench.call('datasets.history', { datasetId, user: 414, offset: 0, limit: 1 })
    expect(history.entries[0]?.ratedAt).toBe(history.lastRatingAt)
  },
)

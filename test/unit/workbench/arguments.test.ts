import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { isRequest, parseArgument } from '../../../src-main/workbench/arguments.ts'
import { spec } from '../workspace/examples.ts'

const id = 'ds-00000000000000a1'
const experimentId = 'ex-00000000000000b1'
const { protocol } = spec

test('every request of the contract has an argument schema, and there are no others', () => {
  const contract = readFileSync(resolve(import.meta.dirname, '../../../src-preload/contract.ts'), 'utf8')
  const requests = contract.slice(
    contract.indexOf('export interface Requests'),
    contract.indexOf('export interface Events'),
  )
  const names = [...requests.matchAll(/^ {2}'([a-z]+\.[a-zA-Z]+)': \(/gm)].map((match) => match[1]!)
  expect(names.length).toBeGreaterThan(30)
  expect(names.filter((name) => !isRequest(name))).toEqual([])
  expect(isRequest('constructor') || isRequest('datasets.destroy')).toBe(false)
})

test('a whole experiment is accepted as it is', () => {
  expect(parseArgument('experiments.create', structuredClone(spec))).toEqual(spec)
})

// request, argument, what the sentence must say
const refused: [Parameters<typeof parseArgument>[0], unknown, RegExp][] = [
  ['app.info', { extra: 1 }, /app\.info.*extra: there is no such field/],
  ['datasets.report', { datasetId: '../../etc/passwd' }, /datasetId: it is not an id/],
  ['datasets.report', {}, /datasets\.report.*datasetId: it is missing/],
  ['datasets.report', null, /datasets\.report/],
  ['datasets.import', { token: 'x', name: 'a' }, /token: it is no token/],
  ['datasets.import', { token: 'a'.repeat(32), name: '   ' }, /name: it is empty/],
  ['datasets.import', { token: 'a'.repeat(32), name: 'a', mapping: null, path: '/etc' }, /path/],
  ['datasets.movies', { datasetId: id, search: '', offset: -1, limit: 10 }, /offset/],
  ['datasets.movies', { datasetId: id, search: '', offset: 0, limit: 100_000 }, /limit/],
  ['datasets.posters', { datasetId: id, movieIds: Array(101).fill(1) }, /more than 100 movies/],
  ['files.typed', { path: '' }, /path: it is empty/],
  ['settings.set', { theme: 'purple' }, /theme/],
  ['settings.set', { lastDatasetId: 3 }, /lastDatasetId/],
  ['runs.series', { runId: 'run-00000000000000c1', name: 'accuracy', points: 100 }, /name/],
  ['runs.series', { runId: 'run-00000000000000c1', name: 'loss', points: Number.NaN }, /points/],
  ['compare.table', { experimentId, metric: 'ndcg@10; DROP', domain: 'A', baseline: null }, /metric: it is no metric/],
  ['inspect.user', { experimentId, runIds: [], user: 1.5, k: 10 }, /user/],
  ['experiments.create', { ...spec, seeds: [] }, /seeds: there is no seed/],
  ['experiments.create', { ...spec, seeds: [1, 1] }, /seeds: a seed is there twice/],
  ['experiments.create', { ...spec, runs: [] }, /runs: there is no model/],
  [
    'experiments.create',
    { ...spec, protocol: { ...protocol, ratios: [0.8, 0.1, 0.2] } },
    /protocol\.ratios: .*do not sum to 1/,
  ],
  ['experiments.create', { ...spec, protocol: { ...protocol, positive: 11 } }, /protocol\.positive.*11/],
  ['experiments.create', { ...spec, protocol: { ...protocol, cutoffs: [] } }, /cutoffs: there is no cut-off/],
  ['experiments.create', { ...spec, protocol: { ...protocol, split: 'random' } }, /protocol\.split/],
  ['experiments.create', { ...spec, domains: { kind: 'genres', a: ['Action'] } }, /domains/],
  ['experiments.create', { ...spec, backend: 'quantum' }, /backend/],
]
test.each(refused)('%s refuses %j', (name, argument, sentence) => {
  expect(() => parseArgument(name, argument)).toThrow(sentence)
  expect(() => parseArgument(name, argument)).toThrow(`The request ${name} cannot be answered: `)
})

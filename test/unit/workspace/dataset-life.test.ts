// A data set's row from a database of the first schema to its end: migration, name, notes, off the list, back, gone at the next opening.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrate, migrations } from '../../../src-main/workspace/migrations.ts'
import { Workspace } from '../../../src-main/workspace/workspace.ts'
import { card, dataset, datasetId, experimentId, fill, runIds, spec } from './examples.ts'
import { temporaryFolder } from './temporary.ts'

function open(root: string): Workspace {
  const workspace = Workspace.open(root, () => 1000)
  onTestFinished(() => workspace.close())
  return workspace
}

test('a workspace of the first schema keeps its rows, and what was not known then has its plain value', () => {
  const root = temporaryFolder()
  const db = new Database(join(root, 'workspace.db'))
  db.pragma('foreign_keys = ON')
  migrate(db, 'workspace.db', migrations.slice(0, 1))
  const { protocol } = spec
  const { overlap: _overlap, density: _density, ...earlier } = protocol
  db.prepare(
    `INSERT INTO dataset VALUES($id, $name, 0, $format, $importedAt, $users, $movies, $ratings, $tags, $firstRatingAt, $lastRatingAt,
      $posters, $plots, $bytes, $hash)`,
  ).run(dataset)
  db.prepare('INSERT INTO experiment VALUES(?, ?, 10, ?, ?)').run(
    experimentId,
    datasetId,
    JSON.stringify({ ...spec, protocol: earlier }),
    JSON.stringify(card),
  )
  const run = db.prepare(
    `INSERT INTO run VALUES(?, ?, ?, 'ease', 'EASE', '{"lambda":200}', ?, ?, NULL, 10, 20, 30, 'cpu', 81, NULL, 1, 0.1, 0.2)`,
  )
  run.run(runIds[0], experimentId, 0, 1, 'done')
  run.run(runIds[1], experimentId, 1, 2, 'failed')
  db.close()

  const workspace = open(root)
  expect(workspace.datasets.list()).toEqual([dataset])
  expect(workspace.experiments.list()).toEqual([{ id: experimentId, spec, card, createdAt: 10, studyId: null }])
  expect(workspace.runs.ofExperiment(experimentId)).toMatchObject([
    { id: runIds[0], state: 'done', device: null, resumable: false, test: 0.2 },
    { id: runIds[1], state: 'failed', device: null, resumable: false },
  ])
  expect(() => workspace.datasets.purge(datasetId)).toThrow('FOREIGN KEY')
  workspace.experiments.remove(experimentId) // the rebuilt table still goes with its experiment
  expect(workspace.runs.list()).toEqual([])
})

test('a run is held and let go on; only one at work can be', () => {
  const workspace = open(temporaryFolder())
  fill(workspace)
  const state = (): string => workspace.runs.get(runIds[0]).state
  workspace.runs.setPaused(runIds[0], true)
  expect(state()).toBe('queued')
  workspace.runs.start(runIds[0], 20)
  workspace.runs.setPaused(runIds[0], true)
  expect(state()).toBe('paused')
  workspace.runs.setPaused(runIds[0], false)
  expect(state()).toBe('running')
})

test('a run cut off beside its checkpoint can be resumed, one without cannot', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  for (const id of runIds) first.runs.start(id, 20)
  first.runs.setPaused(runIds[0], true)
  const { paths } = first
  first.close()
  mkdirSync(paths.run(runIds[0]))
  writeFileSync(paths.checkpoint(runIds[0]), 'x')
  const { runs } = open(root)
  expect(runs.get(runIds[0])).toMatchObject({
    state: 'interrupted',
    resumable: true,
    reason: expect.stringContaining('Resume'),
  })
  expect(runs.get(runIds[1])).toMatchObject({
    state: 'interrupted',
    resumable: false,
    reason: expect.stringContaining('Retry'),
  })
  runs.requeueToResume(runIds[0])
  expect(runs.get(runIds[0])).toMatchObject({ state: 'queued', resumable: true, startedAt: 20, endedAt: null })
  runs.requeue(runIds[0])
  expect(runs.get(runIds[0])).toMatchObject({ state: 'queued', resumable: false, startedAt: null })
})

test('name and notes change, and nothing else', () => {
  const { datasets } = open(temporaryFolder())
  datasets.insert({ ...dataset, parents: ['Large'], catalogues: ['Films', 'Series'], recipe: '5-core' })
  datasets.rename(datasetId, 'Mine')
  datasets.note(datasetId, 'Two lines\nof it')
  expect(datasets.get(datasetId)).toEqual({
    ...dataset,
    name: 'Mine',
    notes: 'Two lines\nof it',
    parents: ['Large'],
    catalogues: ['Films', 'Series'],
    recipe: '5-core',
  })
})

test('a removed data set is off the list until it is brought back; at the next opening it goes with its files', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  const other = { ...dataset, id: 'ds-00000000000000a2', name: 'Other' }
  for (const each of [dataset, other]) {
    first.datasets.insert(each)
    mkdirSync(first.paths.cache(each.id), { recursive: true })
    for (const path of [first.paths.dataset(each.id), first.paths.plots(each.id)]) writeFileSync(path, 'x')
  }
  first.datasets.remove(datasetId, 50)
  first.datasets.remove(other.id, 60)
  expect(first.datasets.list()).toEqual([])
  expect(first.datasets.removed().map(({ id }) => id)).toEqual([other.id, datasetId])
  expect(() => first.datasets.get(datasetId)).toThrow('It may have been removed')
  first.datasets.restore(datasetId)
  expect(first.datasets.list()).toEqual([dataset])
  const { paths } = first
  first.close()

  const again = open(root)
  expect(again.datasets.list()).toEqual([dataset])
  expect(again.datasets.removed()).toEqual([])
  for (const place of [paths.dataset, paths.plots, paths.cache]) {
    expect([datasetId, other.id].map((id) => existsSync(place(id)))).toEqual([true, false])
  }
})

test('a removed data set that an experiment was made of meanwhile is back on the list', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  first.datasets.insert(dataset)
  first.datasets.remove(datasetId, 50)
  first.experiments.insert({ id: experimentId, spec, card, createdAt: 60, studyId: null })
  first.close()
  expect(open(root).datasets.list()).toEqual([dataset])
})

test('domain maps are kept by name, and go with their data set', () => {
  const { datasets, domainMaps } = open(temporaryFolder())
  datasets.insert(dataset)
  const map = {
    id: 'map-00000000000000d1',
    datasetId,
    name: 'Action against comedy',
    spec: spec.domains,
    hash: 'd'.repeat(64),
    createdAt: 70,
  }
  expect(domainMaps.save(map)).toEqual(map)
  const changed = { ...map, id: 'map-00000000000000d2', spec: { kind: 'single' } as const, hash: 'e'.repeat(64) }
  expect(domainMaps.save(changed)).toEqual({ ...changed, id: map.id })
  expect(domainMaps.ofDataset(datasetId)).toHaveLength(1)
  datasets.purge(datasetId)
  expect(domainMaps.ofDataset(datasetId)).toEqual([])
  expect(() => domainMaps.get(map.id)).toThrow('There is no domain map')
})

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { applicationId, migrate, migrations } from '../../../src-main/workspace/migrations.ts'
import { Workspace } from '../../../src-main/workspace/workspace.ts'
import { card, dataset, datasetId, experimentId, fill, runIds, spec } from './examples.ts'
import { temporaryFolder } from './temporary.ts'

function open(root = temporaryFolder()): Workspace {
  const workspace = Workspace.open(root, () => 1000)
  onTestFinished(() => workspace.close())
  return workspace
}

test('what was put in comes out again after closing and opening', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  first.runs.start(runIds[0], 20)
  const outcome = {
    backend: 'cpu',
    device: 'JavaScript',
    parameters: 81,
    bestEpoch: null,
    epochs: 1,
    validation: 0.125,
    test: 0.25,
  }
  first.runs.finish(runIds[0], { ...outcome, stopped: 'finished' }, 30)
  first.close()

  const again = open(root)
  expect(again.datasets.list()).toEqual([dataset])
  expect(again.experiments.list()).toEqual([{ id: experimentId, spec, card, createdAt: 10, studyId: null }])
  expect(again.runs.get(runIds[0])).toEqual({
    id: runIds[0],
    experimentId,
    model: 'ease',
    label: 'EASE',
    config: { lambda: 200 },
    seed: 1,
    state: 'done',
    reason: null,
    createdAt: 10,
    startedAt: 20,
    endedAt: 30,
    resumable: false,
    ...outcome,
  })
})

test('the database is in WAL mode with full synchronisation and foreign keys', () => {
  const workspace = open()
  const db = new Database(workspace.paths.database, { readonly: true })
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  db.close()
  fill(workspace)
  expect(() => workspace.datasets.purge(datasetId)).toThrow('FOREIGN KEY')
})

test('a transaction that throws leaves nothing', () => {
  const workspace = open()
  expect(() =>
    workspace.transaction(() => {
      workspace.datasets.insert(dataset)
      throw new Error('stop')
    }),
  ).toThrow('stop')
  expect(workspace.datasets.list()).toEqual([])
})

test('runs without a live process are interrupted, ended ones stay as they are', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  first.runs.start(runIds[0], 20)
  first.runs.end(runIds[1], 'failed', 'It failed.', 25)
  first.close()

  const again = open(root)
  expect(again.recovery.interrupted).toBe(1)
  expect(again.runs.get(runIds[0])).toMatchObject({ state: 'interrupted', endedAt: 1000 })
  expect(again.runs.get(runIds[0]).reason).toMatch(/Retry/)
  expect(again.runs.get(runIds[1])).toMatchObject({ state: 'failed', reason: 'It failed.' })
})

test('a run queued again has forgotten what it had reached', () => {
  const workspace = open()
  fill(workspace)
  workspace.runs.start(runIds[0], 20)
  workspace.runs.end(runIds[0], 'cancelled', 'Cancelled.', 30)
  workspace.runs.requeue(runIds[0])
  expect(workspace.runs.get(runIds[0])).toMatchObject({ state: 'queued', reason: null, startedAt: null, endedAt: null })
})

test('scratch, half-written files and what an import left are deleted; everything else stays', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  const { paths } = first
  first.datasets.expect('ds-00000000000000a9')
  const halfDone = [
    paths.dataset('ds-00000000000000a9'),
    `${paths.posters(datasetId)}.importing`,
    join(paths.features, 'abc.safetensors.77.writing'),
    join(paths.staging, 'upload.zip'),
  ]
  const whole = [paths.dataset(datasetId), paths.posters(datasetId), join(paths.features, 'abc.safetensors')]
  for (const path of [...halfDone, ...whole]) writeFileSync(path, 'x')
  mkdirSync(paths.run(runIds[0]))
  first.close()

  const again = open(root)
  expect(halfDone.filter((path) => existsSync(path))).toEqual([])
  expect(whole.filter((path) => !existsSync(path))).toEqual([])
  expect(existsSync(paths.run(runIds[0]))).toBe(true)
  expect(again.recovery.deleted.toSorted()).toEqual(halfDone.toSorted())
  expect(again.recovery.missing).toEqual([])
})

test('a removal that was cut short is completed at the next opening', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  const { paths } = first
  for (const id of runIds) mkdirSync(paths.run(id))
  writeFileSync(paths.dataset(datasetId), 'x')
  first.transaction(() => {
    first.runs.discardOf(experimentId)
    first.experiments.remove(experimentId)
    first.datasets.purge(datasetId)
  })
  first.close() // killed before the files were deleted

  const again = open(root)
  expect(again.runs.list()).toEqual([])
  expect(existsSync(paths.run(runIds[0])) || existsSync(paths.dataset(datasetId))).toBe(false)
})

test('a data set without its file is reported, not forgotten', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  first.close()
  const again = open(root)
  expect(again.recovery.missing.map(({ id }) => id)).toEqual([datasetId])
  expect(again.datasets.find(datasetId)).toEqual(dataset)
})

test('a second opening is refused with the place and the process, and works after the first has closed', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  expect(() => Workspace.open(root)).toThrow(`The workspace ${root} is already open in process ${process.pid}`)
  first.close()
  open(root)
})

test('a newer workspace, another SQLite file and a damaged one are refused with a sentence, and the lock is let go', () => {
  const root = temporaryFolder()
  Workspace.open(root).close()
  const path = join(root, 'workspace.db')
  const db = new Database(path)
  db.pragma('user_version = 99')
  db.close()
  for (let i = 0; i < 2; i++) expect(() => Workspace.open(root)).toThrow(/made by a newer Crossreel \(schema 99/)

  const other = temporaryFolder()
  new Database(join(other, 'workspace.db')).exec('CREATE TABLE t(x)').close()
  expect(() => Workspace.open(other)).toThrow('not a workspace of Crossreel')

  const broken = temporaryFolder()
  writeFileSync(
    join(broken, 'workspace.db'),
    'this is a text and no database, and it is longer than a header'.repeat(20),
  )
  expect(() => Workspace.open(broken)).toThrow(/workspace\.db is damaged.*Put a copy of it back/)
})

test('a folder that cannot be made is refused with a sentence', () => {
  const file = join(temporaryFolder(), 'a file')
  writeFileSync(file, 'x')
  expect(() => Workspace.open(join(file, 'workspace'))).toThrow(
    /cannot be used \(.*\)\. Choose a folder that can be written/,
  )
})

test('steps are applied once, in order, each all or nothing', () => {
  const db = new Database(':memory:')
  migrate(db, 'x.db', ['CREATE TABLE one(a)'])
  migrate(db, 'x.db', ['CREATE TABLE one(a)', 'CREATE TABLE two(b)'])
  expect(db.pragma('user_version', { simple: true })).toBe(2)
  expect(() => migrate(db, 'x.db', ['', '', 'CREATE TABLE three(c); CREATE TABLE three(c)'])).toThrow('already exists')
  expect(db.pragma('user_version', { simple: true })).toBe(2)
  expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'three'`).pluck().get()).toBe(0)
  expect(db.pragma('application_id', { simple: true })).toBe(applicationId)
  expect(migrations.length).toBeGreaterThan(0)
})

test('a row another program spoilt is reported with its place', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  first.close()
  const db = new Database(join(root, 'workspace.db'))
  db.prepare(`UPDATE experiment SET spec = '{"name":"x"}'`).run()
  db.close()
  expect(() => open(root).experiments.list()).toThrow(`The specification of experiment ${experimentId} is not readable`)
})

test('settings keep what is set, and what cannot be read counts as not set', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  expect(first.settings.get()).toEqual({
    theme: 'system',
    lastDatasetId: null,
    lastExperimentId: null,
    backend: 'auto',
    parallelRuns: 0,
  })
  first.settings.set({ theme: 'dark' })
  expect(first.settings.set({ lastDatasetId: datasetId })).toEqual({
    theme: 'dark',
    lastDatasetId: datasetId,
    lastExperimentId: null,
    backend: 'auto',
    parallelRuns: 0,
  })
  first.close()
  const db = new Database(join(root, 'workspace.db'))
  db.prepare(`UPDATE setting SET value = '"purple"' WHERE key = 'theme'`).run()
  db.close()
  expect(open(root).settings.get()).toMatchObject({ theme: 'system', lastDatasetId: datasetId, lastExperimentId: null })
})

test('only ids name files', () => {
  const { paths } = open()
  for (const bad of ['../x', 'ds-1/../../etc', '', 'ds-', 'DS-00000000000000a1']) {
    expect(() => paths.dataset(bad)).toThrow('is not an id')
  }
})

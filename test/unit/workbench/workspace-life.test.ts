// Backing a workspace up, bringing it back, moving it, and what keeps a data set from being removed: the rooms together, jobs included.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Job, StudySpec } from '../../../src-preload/contract.ts'
import { datasetLifeRequests } from '../../../src-main/workbench/dataset-life.ts'
import { workspaceRequests } from '../../../src-main/workbench/workspace-life.ts'
import { readBackupManifest } from '../../../src-main/workspace/backup-manifest.ts'
import { CopyError, refuseWithoutSpace } from '../../../src-main/workspace/copy-error.ts'
import { RunFile } from '../../../src-main/workspace/run-file.ts'
import { RunResults } from '../../../src-main/workspace/run-results.ts'
import { Workspace } from '../../../src-main/workspace/workspace.ts'
import { dataset, datasetId, experimentId, fill, runIds } from '../workspace/examples.ts'
import { temporaryFolder } from '../workspace/temporary.ts'
import { type House, openHouse } from './in-process.ts'

const life = (house: House) => {
  const context = { ...house, now: () => Date.parse('2026-01-31T14:25:30') }
  return { ...workspaceRequests(context), ...datasetLifeRequests(context) }
}

/** A workspace with a data set, an experiment of two runs, one of them done with its curves, and files of every kind. */
function furnish({ workspace }: House): void {
  fill(workspace)
  const { paths } = workspace
  const files = [
    paths.dataset(datasetId),
    paths.posters(datasetId),
    join(paths.features, 'abc.safetensors'),
    join(paths.report(experimentId), 'report.html'),
  ]
  for (const path of files) {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, path.repeat(50_000)) // some MB: more than a piece of a copy
  }
  writeFileSync(`${paths.plots(datasetId)}.importing`, 'half')
  workspace.runs.start(runIds[0], 20)
  const outcome = {
    backend: 'cpu',
    device: 'JavaScript',
    parameters: 8,
    bestEpoch: 1,
    epochs: 2,
    validation: 0.1,
    test: 0.2,
    stopped: 'early-stopping',
  } as const
  workspace.runs.finish(runIds[0], outcome, 30)
  mkdirSync(paths.run(runIds[0]))
  const curves = new RunFile(paths.metrics(runIds[0]))
  curves.append([{ name: 'loss', x: [1, 2, 3], y: [3, 2, 1] }])
  curves.close()
  workspace.domainMaps.save({
    id: 'map-00000000000000d1',
    datasetId,
    name: 'Whole',
    spec: { kind: 'single' },
    hash: 'd'.repeat(64),
    createdAt: 5,
  })
}

async function backedUp(house: House, into = temporaryFolder()): Promise<{ job: Job; folder: string }> {
  const job = await house.ended(await life(house)['workspace.backup']({ token: house.token(into) }))
  return { job, folder: join(into, 'crossreel-backup-2026-01-31-142530') }
}

test('a backup holds everything, says so in its manifest, and opens as a workspace', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { job, folder } = await backedUp(house)
  expect(job).toMatchObject({ state: 'done', phase: `Backed up into ${folder}.`, error: null })
  const manifest = readBackupManifest(folder)
  expect(manifest.files.map(({ path }) => path)).toEqual([
    'workspace.db',
    `datasets/${datasetId}.db`,
    `datasets/${datasetId}.posters.db`,
    `runs/${runIds[0]}/metrics.db`,
    'features/abc.safetensors',
    `reports/${experimentId}/report.html`,
  ])
  for (const path of [`datasets/${datasetId}.db`, 'features/abc.safetensors']) {
    expect(readFileSync(join(folder, path)).equals(readFileSync(join(house.workspace.paths.root, path)))).toBe(true)
  }
  const copy = Workspace.open(folder)
  expect(copy.datasets.list()).toEqual(house.workspace.datasets.list())
  expect(copy.runs.get(runIds[0])).toEqual(house.workspace.runs.get(runIds[0]))
  const results = RunResults.open(copy.paths.metrics(runIds[0]))
  expect(results?.series('loss', 10).y).toEqual([3, 2, 1])
  results?.close()
  copy.close()
  expect(readdirSync(house.workspace.paths.staging)).toEqual([])
})

test('what was removed is not in a backup, and the curves of a run at work are', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const removed = { ...dataset, id: 'ds-00000000000000a2' }
  house.workspace.datasets.insert(removed)
  writeFileSync(house.workspace.paths.dataset(removed.id), 'x')
  house.workspace.datasets.remove(removed.id, 5)
  mkdirSync(house.workspace.paths.run(runIds[1]))
  const live = new RunFile(house.workspace.paths.metrics(runIds[1]))
  live.append([{ name: 'loss', x: [1], y: [0.5] }])
  const { folder } = await backedUp(house)
  live.close()
  expect(existsSync(join(folder, 'datasets', `${removed.id}.db`))).toBe(false)
  const copy = Workspace.open(folder)
  expect(copy.datasets.removed()).toEqual([])
  const results = RunResults.open(copy.paths.metrics(runIds[1]))
  expect(results?.series('loss', 10).y).toEqual([0.5])
  results?.close()
  copy.close()
})

test('a study comes back with its parts, the places of its trials and its looks at the test part', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { studies, experiments, runs, looks } = house.workspace
  const { spec, card } = experiments.get(experimentId)
  const study: StudySpec = { ...spec, kind: 'table1', tuning: null, densities: [1] }
  const studyId = 'st-00000000000000e1'
  studies.insert({ id: studyId, spec: study, createdAt: 1, state: 'running', reason: null })
  const part = { id: 'ex-00000000000000b7', spec, card, createdAt: 30, studyId }
  experiments.insert(part, 'tuning')
  const run = {
    id: 'run-00000000000000c7',
    experimentId: part.id,
    model: 'ease',
    label: 'T',
    config: {},
    seed: 1,
    createdAt: 3,
  }
  runs.insert(run, 20_003)
  const look = {
    at: 5,
    card: card.hash,
    experimentId,
    experiment: 'First',
    runId: runIds[0],
    label: 'EASE',
    model: 'ease',
  }
  looks.insert({ ...look, seed: 1, configHash: 'x' })
  const { folder } = await backedUp(house)

  const { workspace, ...empty } = openHouse(temporaryFolder())
  await empty.ended(await life({ workspace, ...empty })['workspace.restore']({ token: empty.token(folder) }))
  expect(workspace.studies.get(studyId)).toMatchObject({ spec: study, state: 'interrupted' })
  expect(workspace.experiments.ofStudy(studyId)).toEqual(experiments.ofStudy(studyId))
  expect(workspace.runs.placed(part.id)).toMatchObject([{ position: 20_003, run: { state: 'interrupted' } }])
  expect(workspace.looks.ofCard(card.hash)).toEqual(looks.ofCard(card.hash))
})

test('a backup is restored into an empty workspace, and a second time brings nothing', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  const empty = openHouse(temporaryFolder())
  const restore = async (): Promise<Job> =>
    empty.ended(await life(empty)['workspace.restore']({ token: empty.token(folder) }))

  expect(await restore()).toMatchObject({
    state: 'done',
    phase: 'Brought back 1 data set and 1 experiment; no data sets and no experiments of the backup were here already.',
  })
  const { datasets, experiments, runs, domainMaps, paths } = empty.workspace
  expect(datasets.list()).toEqual(house.workspace.datasets.list())
  expect(experiments.list()).toEqual(house.workspace.experiments.list())
  expect(runs.get(runIds[0])).toEqual(house.workspace.runs.get(runIds[0]))
  expect(runs.get(runIds[1])).toMatchObject({ state: 'interrupted', reason: expect.stringContaining('backup') })
  expect(domainMaps.ofDataset(datasetId)).toEqual(house.workspace.domainMaps.ofDataset(datasetId))
  for (const path of [paths.posters(datasetId), join(paths.features, 'abc.safetensors'), paths.metrics(runIds[0])]) {
    expect(existsSync(path)).toBe(true)
  }
  expect(empty.events.map(({ event }) => event)).toContain('experiments.changed')
  expect((await restore()).phase).toBe(
    'Brought back no data sets and no experiments; 1 data set and 1 experiment of the backup were here already.',
  )
  await empty.close()
  const again = Workspace.open(paths.root)
  expect(again.recovery).toMatchObject({ deleted: [], missing: [] })
  again.close()
})

test('a restore puts a removed data set back on the list', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  house.workspace.experiments.remove(experimentId)
  house.workspace.datasets.remove(datasetId, 5)
  const job = await house.ended(await life(house)['workspace.restore']({ token: house.token(folder) }))
  expect(job.phase).toMatch(/^Brought back 1 data set and 1 experiment;/)
  expect(house.workspace.datasets.list().map(({ id }) => id)).toEqual([datasetId])
})

const changedLater = /was changed since it was made: .* Choose another backup; nothing was brought back\.$/
test.each<[string, (folder: string) => void, RegExp]>([
  [
    'lacks its manifest',
    (folder) => rmSync(join(folder, 'manifest.json')),
    /is no backup of Crossreel: it has no manifest\.json\. Choose/,
  ],
  [
    'has another manifest',
    (folder) => writeFileSync(join(folder, 'manifest.json'), '{"kind":"other"}'),
    /it is no backup of Crossreel/,
  ],
  ['lacks a file', (folder) => rmSync(join(folder, 'features/abc.safetensors')), changedLater],
  ['has a longer file', (folder) => appendFileSync(join(folder, `datasets/${datasetId}.db`), 'x'), changedLater],
  [
    'leads out of its folder',
    (folder) => {
      const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
      writeFileSync(join(folder, 'manifest.json'), text.replace('features/abc', '../../abc'))
    },
    /it is no path of a workspace/,
  ],
])('a folder that %s is refused at once', async (_how, spoil, sentence) => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  spoil(folder)
  const empty = openHouse(temporaryFolder())
  expect(() => life(empty)['workspace.restore']({ token: empty.token(folder) })).toThrow(sentence)
  expect(empty.queue.list()).toEqual([])
})

test('a byte changed in a backup is found while it is restored, and nothing of it stays', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  const path = join(folder, `reports/${experimentId}/report.html`)
  const bytes = readFileSync(path)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(path, bytes)
  const empty = openHouse(temporaryFolder())
  const job = await empty.ended(await life(empty)['workspace.restore']({ token: empty.token(folder) }))
  expect(job).toMatchObject({ state: 'failed', error: expect.stringMatching(changedLater) })
  const { paths } = empty.workspace
  expect(empty.workspace.datasets.list()).toEqual([])
  for (const place of [paths.datasets, paths.runs, paths.reports, paths.staging]) expect(readdirSync(place)).toEqual([])
})

test('a cancelled backup and a cancelled restore leave nothing', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  const into = temporaryFolder()
  const cancelled = async (at: House, ask: () => Job | Promise<Job>): Promise<Job> => {
    const job = await ask()
    while (at.queue.list().at(-1)?.phase !== 'Copying') await new Promise((resolve) => setImmediate(resolve))
    at.queue.cancel(job.id)
    return at.ended(job)
  }
  const backup = await cancelled(house, () => life(house)['workspace.backup']({ token: house.token(into) }))
  expect([backup.state, readdirSync(into)]).toEqual(['cancelled', []])
  const empty = openHouse(temporaryFolder())
  const restore = await cancelled(empty, () => life(empty)['workspace.restore']({ token: empty.token(folder) }))
  expect(restore.state).toBe('cancelled')
  expect(readdirSync(empty.workspace.paths.datasets)).toEqual([])
  expect(readdirSync(empty.workspace.paths.runs)).toEqual([])
})

test('a workspace is moved into an empty folder, and the shell is told; the old folder stays', async () => {
  const house = openHouse(temporaryFolder(), { openNext: (folder) => `The next start opens ${folder}.` })
  furnish(house)
  const target = temporaryFolder()
  mkdirSync(join(target, 'crossreel.writing')) // of a move that was killed
  const job = await house.ended(await life(house)['workspace.move']({ token: house.token(target) }))
  expect(job).toMatchObject({ state: 'done', phase: `The next start opens ${target}.` })
  expect(readdirSync(target).toSorted()).toEqual(['datasets', 'features', 'reports', 'runs', 'workspace.db'])
  const moved = Workspace.open(target)
  expect(moved.datasets.list()).toEqual(house.workspace.datasets.list())
  expect(moved.recovery.missing).toEqual([])
  moved.close()
  expect(existsSync(house.workspace.paths.dataset(datasetId))).toBe(true)

  const again = await house.ended(await life(house)['workspace.move']({ token: house.token(target) }))
  expect(again).toMatchObject({
    state: 'failed',
    error: expect.stringMatching(/is not empty: it holds '.*'\. Choose or make an empty/),
  })
})

test('folders that cannot take a copy are refused with a sentence', async () => {
  const house = openHouse(temporaryFolder())
  const { paths } = house.workspace
  const requests = life(house)
  for (const inside of [paths.root, paths.datasets]) {
    expect(() => requests['workspace.backup']({ token: house.token(inside) })).toThrow('lies in the workspace')
    expect(() => requests['workspace.move']({ token: house.token(inside) })).toThrow('lies in the workspace')
  }
  expect(() => requests['workspace.backup']({ token: house.token(paths.database) })).toThrow('is not a folder')
  const job = await requests['workspace.backup']({ token: house.token(temporaryFolder()) })
  expect(() => requests['workspace.backup']({ token: house.token(temporaryFolder()) })).toThrow(/is still at work/)
  await house.ended(job)
})

test('a disk without room is told before anything is copied', async () => {
  await expect(refuseWithoutSpace('/mnt/stick', 3_200_000_000, () => Promise.resolve(1_000_000_000))).rejects.toThrow(
    'The copy needs about 3.22 GB, and the disk of /mnt/stick has 1.00 GB free. Free some space, or choose another disk.',
  )
  await refuseWithoutSpace('/mnt/stick', 3_200_000_000, () => Promise.resolve(null))
})

test.each([
  ['ENOSPC', 'The disk of /mnt/stick is full. Nothing half-written was kept. Free some space, or choose another disk.'],
  ['SQLITE_FULL', 'The disk of /mnt/stick is full.'],
  ['EACCES', 'A file may not be read or written (no). Check the rights of /mnt/stick, or choose another folder.'],
  ['SQLITE_CANTOPEN', 'Check the rights of /mnt/stick'],
  ['ENOENT', 'A file or folder went away meanwhile (no). Start it again.'],
])('%s is put into a sentence that names the place of the copy', (code, sentence) => {
  const error = CopyError.of(Object.assign(new Error('no'), { code }), '/mnt/stick')
  expect(String(error)).toContain(sentence)
  expect(CopyError.of(error, '/elsewhere')).toBe(error)
})

test('a data set is renamed, noted, removed and brought back, and the page is told', async () => {
  const house = openHouse(temporaryFolder())
  house.workspace.datasets.insert(dataset)
  const requests = life(house)
  expect(requests['datasets.rename']({ datasetId, name: 'Mine' })).toMatchObject({ name: 'Mine' })
  expect(requests['datasets.note']({ datasetId, notes: 'n' })).toMatchObject({ name: 'Mine', notes: 'n' })
  await requests['datasets.remove']({ datasetId })
  expect(house.forgotten).toEqual([datasetId])
  expect(requests['datasets.removed']({})).toMatchObject([{ id: datasetId }])
  expect(() => requests['datasets.rename']({ datasetId, name: 'x' })).toThrow('There is no data set')
  expect(requests['datasets.restore']({ datasetId })).toMatchObject({ id: datasetId, name: 'Mine' })
  expect(() => requests['datasets.restore']({ datasetId })).toThrow('There is no removed data set')
  expect(house.events.map(({ event }) => event)).toEqual(Array(4).fill('datasets.changed'))
})

test('a data set that is used cannot be removed; one that was only made of it does not count', async () => {
  const house = openHouse(temporaryFolder())
  fill(house.workspace)
  const remove = async (): Promise<null> => life(house)['datasets.remove']({ datasetId })
  await expect(remove()).rejects.toThrow(
    "'Small' cannot be removed: the experiment 'First' uses it. Remove that first.",
  )
  house.workspace.experiments.remove(experimentId)
  const child = { ...dataset, id: 'ds-00000000000000a2', parents: ['Small'] }
  house.workspace.datasets.insert(child)
  const task = { kind: 'posters', source: '/none', datasetId: child.id, by: 'auto' } as const
  const job = house.queue.add({ label: 'Add posters to the child', task })
  const other = house.queue.add({ label: 'Add posters', task: { ...task, datasetId } })
  await expect(remove()).rejects.toThrow(
    "'Small' cannot be removed while the job 'Add posters' works on it. Cancel the job first.",
  )
  house.queue.cancel(other.id)
  expect(await remove()).toBeNull()
  house.queue.cancel(job.id)
})

test('disk use counts every byte once, and says whose it is', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const removed = { ...dataset, id: 'ds-00000000000000a2' }
  house.workspace.datasets.insert(removed)
  writeFileSync(house.workspace.paths.dataset(removed.id), 'x'.repeat(1000))
  house.workspace.datasets.remove(removed.id, 5)
  const { root, bytes, freeBytes, parts } = await life(house)['workspace.use']({})
  const of = (label: string): number | undefined => parts.find((part) => part.label === label)?.bytes
  expect(root).toBe(house.workspace.paths.root)
  expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes)
  expect(freeBytes).toBeGreaterThan(0)
  const { paths } = house.workspace
  const size = (path: string): number => readFileSync(path).length
  expect(parts.find((part) => part.datasetId === datasetId)?.bytes).toBe(
    size(paths.dataset(datasetId)) + size(paths.posters(datasetId)) + 4,
  )
  expect(of('Removed data sets, until the next start')).toBe(1000)
  expect(of('Features')).toBe(size(join(paths.features, 'abc.safetensors')))
  expect(of('Reports')).toBe(size(join(paths.report(experimentId), 'report.html')))
  expect(of('Runs')).toBeGreaterThan(0)
  expect(of('Work under way')).toBeUndefined()
})

test('a newer backup is refused', async () => {
  const house = openHouse(temporaryFolder())
  furnish(house)
  const { folder } = await backedUp(house)
  const db = new Database(join(folder, 'workspace.db'))
  db.pragma('user_version = 99')
  db.close()
  const empty = openHouse(temporaryFolder())
  expect(() => life(empty)['workspace.restore']({ token: empty.token(folder) })).toThrow('made by a newer Crossreel')
})

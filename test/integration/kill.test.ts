/** kill -9 at moments drawn by a seed: nothing half done is visible afterwards, and the next run works. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Job } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobProcess, LaunchJob } from '../../src-main/jobs/launcher.ts'
import { Random } from '../../src-main/learning/random.ts'
import { Bench, experiment, jobEntry, openBench, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const moments = 5
const large = { users: 300, movies: 1200, ratingsEach: 150 }

/** A launcher that keeps the process it launched last, so that a test can kill it. */
function killable(): { launch: LaunchJob; last(): JobProcess } {
  const node = launchNode(jobEntry)
  let process: JobProcess | null = null
  return {
    launch: (label) => (process = node(label)),
    last: () => process!,
  }
}

/** Milliseconds up to `most`, spread evenly with some chance in each. */
function spread(most: number, seed: number): number[] {
  const random = new Random(seed)
  return Array.from({ length: moments }, (_, i) => ((i + random.next()) / moments) * most)
}

/** What stands in the workspace answers for itself: every file has its row, every row its file, nothing is half-written. */
async function expectWhole(bench: Bench): Promise<void> {
  const datasets = await bench.call('datasets.list', {})
  const files = readdirSync(join(bench.root, 'datasets'))
  expect(files.toSorted()).toEqual(datasets.map(({ id }) => `${id}.db`).toSorted())
  expect(readdirSync(join(bench.root, 'staging'))).toEqual([])
  for (const { id, ratings } of datasets) {
    const report = await bench.call('datasets.report', { datasetId: id })
    expect(report.ratingHistogram.reduce((sum, { count }) => sum + count, 0)).toBe(ratings)
  }
  for (const { runs } of await bench.call('experiments.list', {})) {
    for (const run of runs) {
      expect(run.state).not.toBe('running')
      expect(run.test !== null).toBe(run.state === 'done')
    }
  }
}

test(`an import killed at ${moments} moments leaves nothing, and the next import works`, async () => {
  const { launch, last } = killable()
  const bench = await openBench(temporaryFolder(), launch)
  const source = writeMovieLens(join(temporaryFolder(), 'ml'), large)
  const outcomes: Job['state'][] = []
  const begun = performance.now()
  await bench.imported(source)
  for (const moment of spread(performance.now() - begun, 1)) {
    const { token } = bench.handle.keepPath(source)
    const job = await bench.call('datasets.import', { token, name: 'Killed', mapping: null })
    await wait(moment)
    last().kill()
    const { state, error } = await bench.ended(job)
    outcomes.push(state)
    if (state === 'failed') expect(error).toMatch(/ended from outside/)
    await expectWhole(bench)
  }
  expect(outcomes).toContain('failed')
  await bench.imported(source)
  await expectWhole(bench)
})

test(`a training killed at ${moments} moments is a failed run, and a retry gives what it would have given`, async () => {
  const { launch, last } = killable()
  const bench = await openBench(temporaryFolder(), launch)
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  const config = { width: 8, layers: 1, heads: 2, shared: 8, epochs: 2, patience: 2 }
  const spec = experiment(datasetId, { runs: [{ model: 'transformer', label: 'T', config }], seeds: [1] })
  const whole = (await bench.ran(spec)).runs[0]!
  expect(whole.state).toBe('done')
  const failed: string[] = []
  for (const moment of spread(whole.endedAt! - whole.startedAt!, 2)) {
    const { id } = (await bench.call('experiments.create', spec)).runs[0]!
    await wait(moment)
    last().kill()
    await bench.ended((await bench.call('jobs.list', {})).at(-1)!)
    const run = await bench.call('runs.get', { runId: id })
    expect(['failed', 'done']).toContain(run.state)
    if (run.state === 'failed') {
      failed.push(id)
      expect(run).toMatchObject({ test: null, reason: expect.stringContaining('ended from outside') })
    }
    await expectWhole(bench)
  }
  expect(failed.length).toBeGreaterThan(0)
  await bench.call('runs.retry', { runId: failed.at(-1)! })
  await bench.ended((await bench.call('jobs.list', {})).at(-1)!)
  const again = await bench.call('runs.get', { runId: failed.at(-1)! })
  expect(again).toMatchObject({ state: 'done', test: whole.test, validation: whole.validation })
})

/** Runs a whole Crossreel in a process of its own, finds its workspace locked, and kills it some time after its job began to run. */
async function killCrossreel(root: string, what: 'import' | 'train', argument: string, moment: number): Promise<void> {
  const program = resolve(import.meta.dirname, 'killed-workbench.ts')
  const child = spawn(process.execPath, [program, root, jobEntry, what, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  let said = ''
  await new Promise<void>((running, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('running')) running()
    })
    child.once('exit', () => failed(new Error(`it ended by itself, saying: ${said}`)))
  })
  await expect(openBench(root)).rejects.toThrow(`is already open in process ${child.pid}`)
  await wait(moment)
  child.kill('SIGKILL')
  await exit
}

test('Crossreel itself killed during an import: the next one finds nothing half done', async () => {
  const root = temporaryFolder()
  const source = writeMovieLens(join(temporaryFolder(), 'ml'), large)
  for (const moment of spread(500, 3).slice(1, 4)) {
    await killCrossreel(root, 'import', source, moment)
    await wait(300) // the orphaned job notices that its parent is gone
    const bench = await openBench(root)
    await expectWhole(bench)
    await bench.handle.close()
  }
  const bench = await openBench(root)
  await bench.imported(source)
  await expectWhole(bench)
})

test('Crossreel itself killed during a training: the run is interrupted and can be retried', async () => {
  const root = temporaryFolder()
  const first = await openBench(root)
  const datasetId = await first.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  await first.handle.close()
  const config = { width: 16, layers: 2, heads: 2, shared: 16, epochs: 50, patience: 50 }
  const spec = experiment(datasetId, { runs: [{ model: 'transformer', label: 'T', config }], seeds: [1] })
  await killCrossreel(root, 'train', JSON.stringify(spec), 1200)
  await wait(300)

  const bench = await openBench(root)
  await expectWhole(bench)
  const runs = (await bench.call('experiments.list', {})).flatMap((stored) => stored.runs)
  expect(runs).toHaveLength(1)
  expect(runs[0]).toMatchObject({ state: 'interrupted', reason: expect.stringMatching(/Retry starts|Resume goes on/) })
  const run = await bench.call('runs.retry', { runId: runs[0]!.id })
  await bench.until(() => bench.events('run.points').length > 0)
  await bench.call('runs.cancel', { runId: run.id })
  await bench.ended((await bench.call('jobs.list', {})).at(-1)!)
  expect(await bench.call('runs.get', { runId: run.id })).toMatchObject({ state: 'cancelled' })
  expect(existsSync(join(root, 'runs', run.id, 'metrics.db'))).toBe(true) // its curve up to there can still be seen
})

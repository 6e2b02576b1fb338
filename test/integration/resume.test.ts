// A run that is killed, cancelled or paused, through the whole workbench: it ends with the curve and the weights of one that was left alone.
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Job, ModelConfig, Run, Series } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobProcess, LaunchJob } from '../../src-main/jobs/launcher.ts'
import { Random } from '../../src-main/learning/random.ts'
import { readModelFile } from '../../src-main/workspace/model-file.ts'
import { type Bench, experiment, jobEntry, openBench, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

/** More of them: CROSSREEL_KILLS=20 npx vitest run --project node test/integration/resume.test.ts */
const kills = Number(process.env['CROSSREEL_KILLS'] ?? 8)

const config: ModelConfig = {
  width: 32,
  layers: 2,
  heads: 2,
  shared: 16,
  history: 20,
  epochs: 16,
  patience: 16,
  batch: 8,
  loss: 'bce',
  negatives: 32,
}

interface Rig {
  bench: Bench
  datasetId: string
  last(): JobProcess
}

async function rig(): Promise<Rig> {
  const node = launchNode(jobEntry)
  let process: JobProcess | null = null
  const launch: LaunchJob = (label) => {
    const launched = node(label)
    if (label.startsWith('Train')) process = launched
    return launched
  }
  const bench = await openBench(temporaryFolder(), launch)
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  return { bench, datasetId, last: () => process! }
}

async function begin({ bench, datasetId }: Rig): Promise<Run> {
  const runs = [{ model: 'transformer', label: 'T', config }]
  const spec = experiment(datasetId, { runs, seeds: [1], backend: 'wasm' })
  return (await bench.call('experiments.create', spec)).runs[0]!
}

function jobOf(bench: Bench, runId: string): Job {
  return bench.events('job.changed').findLast((job) => job.runId === runId)!
}
async function reaches(bench: Bench, runId: string, ...states: Job['state'][]): Promise<Run> {
  await bench.until(() => states.includes(jobOf(bench, runId).state))
  return bench.call('runs.get', { runId })
}
/** How many points of the run's loss the page has been told. */
function pointsOf(bench: Bench, runId: string): number {
  return bench
    .events('run.points')
    .filter((event) => event.runId === runId)
    .reduce((sum, { series }) => sum + (series.find(({ name }) => name === 'loss')?.x.length ?? 0), 0)
}

/** What must not depend on how often a run was cut off. */
async function outcome(bench: Bench, runId: string): Promise<object> {
  const { state, epochs, bestEpoch, validation, test: tested } = await bench.call('runs.get', { runId })
  const curves: Series[] = []
  for (const name of ['loss', 'learningRate', 'validation'] as const)
    curves.push(await bench.call('runs.series', { runId, name, points: 100_000 }))
  const { snapshot } = await readModelFile(join(bench.root, 'runs', runId, 'weights.safetensors'))
  return { state, epochs, bestEpoch, validation, tested, curves, weights: snapshot.arrays }
}

/** Kills the job when a file of its folder is being written, or some time after its first points have come. */
async function killSomewhere({ bench, last }: Rig, runId: string, random: Random, writing: boolean): Promise<void> {
  const before = pointsOf(bench, runId)
  const folder = join(bench.root, 'runs', runId)
  await bench.until(() => pointsOf(bench, runId) > before || jobOf(bench, runId).state !== 'running')
  if (!writing) await wait(400 * random.next())
  else
    await new Promise<void>((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (!name?.endsWith('.writing')) return
        watcher.close()
        resolve()
      })
      void wait(3000).then(() => {
        watcher.close()
        resolve()
      })
    })
  last().kill()
}

test(`a run killed ${kills} times, also while a checkpoint is written, ends as if it had been left alone`, async () => {
  const place = await rig()
  const { bench } = place
  const alone = await begin(place)
  expect(await reaches(bench, alone.id, 'done', 'failed')).toMatchObject({ state: 'done', resumable: false })
  expect(existsSync(join(bench.root, 'runs', alone.id, 'checkpoint.safetensors'))).toBe(false)

  const random = new Random(5)
  let cut = 0
  let resumed = 0
  let { id } = await begin(place)
  while (cut < kills) {
    await killSomewhere(place, id, random, cut % 2 === 0)
    const run = await reaches(bench, id, 'done', 'failed')
    if (run.state === 'failed') {
      cut++
      expect(run.reason).toContain('ended from outside')
      // killed inside its very first checkpoint there is none to go on from
      await bench.call(run.resumable ? 'runs.resume' : 'runs.retry', { runId: id })
      resumed += run.resumable ? 1 : 0
    } else {
      // it had ended before the kill: the rest of the kills are for the next one
      expect(await outcome(bench, id)).toEqual(await outcome(bench, alone.id))
      id = (await begin(place)).id
    }
  }
  await reaches(bench, id, 'done', 'failed')
  expect(await outcome(bench, id)).toEqual(await outcome(bench, alone.id))
  expect(resumed).toBeGreaterThan(kills / 2)
  expect(readdirSync(join(bench.root, 'runs', id)).filter((name) => name.startsWith('checkpoint'))).toEqual([])
}, 300_000)

test('paused, a run holds still within a second and keeps a checkpoint; cancelled then, it can still go on to the same end', async () => {
  const place = await rig()
  const { bench } = place
  const alone = await begin(place)
  await reaches(bench, alone.id, 'done', 'failed')

  const { id: runId } = await begin(place)
  await bench.until(() => pointsOf(bench, runId) > 0)
  expect(await bench.call('runs.pause', { runId })).toMatchObject({ state: 'paused' })
  const checkpoint = join(bench.root, 'runs', runId, 'checkpoint.safetensors')
  await wait(1000)
  expect(existsSync(checkpoint)).toBe(true)
  const held = pointsOf(bench, runId)
  await wait(400)
  expect(pointsOf(bench, runId)).toBe(held)
  expect(await bench.call('runs.resume', { runId })).toMatchObject({ state: 'running' })
  await bench.until(() => pointsOf(bench, runId) > held)

  await bench.call('runs.pause', { runId })
  await bench.call('runs.cancel', { runId })
  expect(await reaches(bench, runId, 'cancelled')).toMatchObject({ state: 'cancelled', resumable: true })
  await bench.call('runs.resume', { runId })
  expect(await reaches(bench, runId, 'done', 'failed')).toMatchObject({ state: 'done', resumable: false })
  expect(await outcome(bench, runId)).toEqual(await outcome(bench, alone.id))

  const folder = join(temporaryFolder(), 'models')
  mkdirSync(folder)
  const { token } = bench.handle.keepPath(folder)
  const exported = [
    await bench.call('runs.exportModel', { runId, token }),
    await bench.call('runs.exportModel', { runId, token }),
  ]
  expect(exported.map(({ path }) => path)).toEqual(
    ['T-seed-1', 'T-seed-1-2'].map((name) => join(folder, `${name}.safetensors`)),
  )
  const weights = await readModelFile(join(dirname(checkpoint), 'weights.safetensors'))
  const { origin, ...file } = await readModelFile(exported[0]!.path)
  expect({ ...file, origin: null }).toEqual(weights)
  expect(origin).toMatchObject({ label: 'T', fit: { backend: 'wasm', stopped: 'finished' } })
  expect(weights).toMatchObject({ model: 'transformer', seed: 1, config: { width: 32, loss: 'bce' } })
}, 120_000)

test('what cannot be paused, resumed or exported is refused with a sentence', async () => {
  const place = await rig()
  const { bench } = place
  const { id: runId } = await begin(place)
  const { token } = bench.handle.keepPath(temporaryFolder())
  const file = bench.handle.keepPath(jobEntry)
  await expect(bench.call('runs.exportModel', { runId, token })).rejects.toThrow(/has no trained model yet: it is/)
  await expect(bench.call('runs.exportModel', { runId, token: file.token })).rejects.toThrow(/is no folder/)
  await expect(bench.call('runs.resume', { runId })).rejects.toThrow(/there is nothing to resume/)
  await bench.call('runs.cancel', { runId })
  await reaches(bench, runId, 'cancelled')
  await expect(bench.call('runs.pause', { runId })).rejects.toThrow(/is cancelled: only a run at work can be paused/)
  if (!existsSync(join(bench.root, 'runs', runId, 'checkpoint.safetensors')))
    await expect(bench.call('runs.resume', { runId })).rejects.toThrow(/has no checkpoint to go on from\. Retry it/)
})

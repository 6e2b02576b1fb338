import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobTask } from '../../src-main/jobs/messages.ts'
import { type JobNews, type JobOutcome, RunningJob, usualPatience } from '../../src-main/jobs/running-job.ts'
import { jobEntry, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const odd = resolve(import.meta.dirname, 'odd-job.ts')
const probe: JobTask = { kind: 'probe', backend: 'cpu' }
const datasetId = 'ds-0000000000000001'

function run(
  entry: string,
  label: string,
  task: JobTask = probe,
  workspace = '/nowhere',
): { job: RunningJob; news: JobNews[] } {
  const news: JobNews[] = []
  const patience = { ...usualPatience, exitMs: 300 }
  return {
    job: new RunningJob(
      launchNode(entry, ['--max-old-space-size=40']),
      label,
      { type: 'start', workspace, task },
      (n) => news.push(n),
      patience,
    ),
    news,
  }
}
function importing(source: string): { job: RunningJob; news: JobNews[]; folder: string } {
  const workspace = temporaryFolder()
  const folder = join(workspace, 'datasets')
  mkdirSync(folder)
  return {
    ...run(jobEntry, 'Import', { kind: 'import', source, datasetId, name: 'Tiny', mapping: null }, workspace),
    folder,
  }
}

const odds: [label: string, expected: JobOutcome['state'], sentence: RegExp | null][] = [
  ['runs out of heap', 'failed', /ran out of memory\. Close other programs/],
  ['ends with a word', 'failed', /without a result \(code 7\); it said: the shoe pinches/],
  ['says nonsense', 'failed', /is no event/],
  ['does not end', 'done', null],
  ['does nothing', 'failed', /without a result \(code 0\)/],
]
test.each(odds)('a job that %s is %s', async (label, state, sentence) => {
  const outcome = await run(odd, label).job.outcome
  expect(outcome.state).toBe(state)
  if (outcome.state === 'failed' && sentence) expect(outcome.reason).toMatch(sentence)
})

test('a program that is not there fails with a sentence', async () => {
  const outcome = await run(join(temporaryFolder(), 'none.js'), 'x').job.outcome
  expect(outcome).toMatchObject({ state: 'failed', reason: expect.stringContaining('Cannot find module') })
})

test('a job deep in a computation is killed when it is cancelled', async () => {
  const { job } = run(odd, 'never listens')
  await wait(400)
  const asked = performance.now()
  job.cancel()
  expect(await job.outcome).toEqual({ state: 'cancelled' })
  expect(performance.now() - asked).toBeLessThan(3000) // 0.6 s on an idle machine; the computation takes 20
})

test('an import tells how far it is, and ends by itself', async () => {
  const { job, news, folder } = importing(writeMovieLens(join(temporaryFolder(), 'ml')))
  expect(await job.outcome).toEqual({ state: 'done', result: { kind: 'import', datasetId } })
  expect(news.at(-1)).toMatchObject({ type: 'progress', fraction: 1 })
  expect(readdirSync(folder)).toEqual([`${datasetId}.db`])
})

test('a cancelled import ends in time and leaves nothing', async () => {
  const source = writeMovieLens(join(temporaryFolder(), 'ml'), { users: 400, movies: 1500, ratingsEach: 200 })
  const { job, news, folder } = importing(source)
  while (news.length === 0) await wait(5)
  job.cancel()
  expect(await job.outcome).toEqual({ state: 'cancelled' })
  expect(readdirSync(folder)).toEqual([])
})

test('what is wrong with the source comes back as the sentence of the import', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'notes.txt'), 'nothing here')
  const outcome = await importing(folder).job.outcome
  expect(outcome).toMatchObject({ state: 'failed', reason: expect.stringMatching(/MovieLens/) })
})

test('the job started by hand says what it is', () => {
  const { stderr, status } = spawnSync(process.execPath, [jobEntry], { encoding: 'utf8' })
  expect(stderr).toContain('This program is a job of Crossreel and is started by it.')
  expect(status).not.toBe(0)
})

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job, Series } from '../../../src-preload/contract.ts'
import type { LaunchJob } from '../../../src-main/jobs/launcher.ts'
import { JobQueue, type JobRequest } from '../../../src-main/jobs/queue.ts'
import type { JobOutcome } from '../../../src-main/jobs/running-job.ts'
import { fakeLauncher, type FakeProcess } from './fake-launcher.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

let next = 0
const request = (label: string): JobRequest => ({
  label,
  task: {
    kind: 'import',
    source: '/data',
    datasetId: `ds-${String(next++).padStart(16, '0')}`,
    name: label,
    mapping: null,
  },
})

interface Rig {
  queue: JobQueue
  processes: FakeProcess[]
  changes: Job[]
  outcomes: { label: string; outcome: JobOutcome }[]
  points: Series[][]
  logs: string[]
}
function rig(options: { launch?: LaunchJob; ended?: (job: Job) => string | null | Promise<string | null> } = {}): Rig {
  const { launch, processes } = fakeLauncher()
  const built: Omit<Rig, 'queue'> = { processes, changes: [], outcomes: [], points: [], logs: [] }
  const queue = new JobQueue('/workspace', options.launch ?? launch, {
    changed: (job) => built.changes.push(job),
    started: () => undefined,
    paused: (job, _task, paused) => built.logs.push(`${job.label} ${paused ? 'held' : 'goes on'}`),
    points: (_job, series) => built.points.push(series),
    logged: (_job, level, text) => built.logs.push(`${level}: ${text}`),
    ended: (job, _task, outcome) => {
      built.outcomes.push({ label: job.label, outcome })
      return options.ended?.(job) ?? null
    },
  })
  return { queue, ...built }
}
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined)
const states = (queue: JobQueue): string[] => queue.list().map((job) => `${job.label} ${job.state}`)

test('jobs run one at a time, in the order they came', async () => {
  const { queue, processes } = rig()
  for (const label of ['a', 'b', 'c']) queue.add(request(label))
  for (const [i, label] of ['a', 'b', 'c'].entries()) {
    expect(processes.map((p) => p.label)).toEqual(['a', 'b', 'c'].slice(0, i + 1))
    expect(processes[i]!.label).toBe(label)
    processes[i]!.say({ type: 'ready' })
    processes[i]!.finish()
    await settle()
  }
  expect(states(queue)).toEqual(['a done', 'b done', 'c done'])
  expect(queue.list().map(({ fraction, phase }) => [fraction, phase])).toEqual(Array(3).fill([1, 'Done']))
})

test('a process is told what to do when it is ready, not before', () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  expect(processes[0]!.commands).toEqual([])
  processes[0]!.say({ type: 'ready' })
  expect(processes[0]!.commands).toEqual([
    {
      type: 'start',
      workspace: '/workspace',
      task: { kind: 'import', source: '/data', datasetId: job.datasetId, name: 'a', mapping: null },
    },
  ])
})

test('progress goes out at most ten times a second, the newest last; points go through', async () => {
  const { queue, processes, changes, points } = rig()
  queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  changes.length = 0
  for (let i = 1; i <= 100; i++) {
    processes[0]!.say({ type: 'progress', phase: 'Reading', fraction: i / 100, eta: null, samplesPerSecond: null })
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(changes.length).toBeGreaterThanOrEqual(9)
  expect(changes.length).toBeLessThanOrEqual(11)
  await vi.advanceTimersByTimeAsync(100)
  expect(changes.at(-1)!.fraction).toBe(1)
  processes[0]!.say({ type: 'points', series: [{ name: 'loss', x: [1], y: [2] }] })
  expect(points).toEqual([[{ name: 'loss', x: [1], y: [2] }]])
})

test('the job at work is held and goes on; the next one waits meanwhile, and progress is heard as before', async () => {
  const { queue, processes, logs } = rig()
  const job = queue.add(request('a'))
  const waiting = queue.add(request('b'))
  processes[0]!.say({ type: 'ready' })
  expect(() => queue.pause(waiting.id)).toThrow('is not at work')
  queue.pause(job.id)
  queue.pause(job.id)
  expect(states(queue)).toEqual(['a paused', 'b queued'])
  queue.resume(job.id)
  expect(processes[0]!.commands.map(({ type }) => type)).toEqual(['start', 'pause', 'resume'])
  expect(logs).toEqual(['a held', 'a goes on'])
  queue.pause(job.id)
  queue.cancel(job.id)
  processes[0]!.say({ type: 'failed', cancelled: true, reason: 'aborted' })
  processes[0]!.exit({ code: 1 })
  await settle()
  expect(states(queue)).toEqual(['a cancelled', 'b running'])
})

test('what came of a job stands where Done would', async () => {
  const { queue, processes } = rig({ ended: () => 'Brought back 2 data sets.' })
  queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  processes[0]!.finish()
  await settle()
  expect(queue.list()[0]).toMatchObject({ state: 'done', phase: 'Brought back 2 data sets.' })
})

test('cancelling asks first; a job that obeys is cancelled and the next one starts', async () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  queue.add(request('b'))
  processes[0]!.say({ type: 'ready' })
  queue.cancel(job.id)
  expect(processes[0]!.commands.at(-1)).toEqual({ type: 'cancel' })
  processes[0]!.say({ type: 'failed', cancelled: true, reason: 'aborted' })
  processes[0]!.exit({ code: 1 })
  await settle()
  expect(processes[0]!.killed).toBe(false)
  expect(states(queue)).toEqual(['a cancelled', 'b running'])
})

test('a job that does not listen is killed within a second of the cancel', async () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  queue.cancel(job.id)
  await vi.advanceTimersByTimeAsync(1000)
  expect(processes[0]!.killed).toBe(true)
  expect(states(queue)).toEqual(['a cancelled'])
})

test('a job cancelled before its process was ready never starts', async () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  queue.cancel(job.id)
  processes[0]!.say({ type: 'ready' })
  await settle()
  expect(processes[0]!.commands.map((c) => c.type)).toEqual(['cancel'])
  expect(states(queue)).toEqual(['a cancelled'])
})

test('a waiting job is cancelled at once and never launched', async () => {
  const { queue, processes, outcomes } = rig()
  queue.add(request('a'))
  const waiting = queue.add(request('b'))
  queue.cancel(waiting.id)
  await settle()
  expect(states(queue)).toEqual(['a running', 'b cancelled'])
  expect(outcomes).toEqual([{ label: 'b', outcome: { state: 'cancelled' } }])
  processes[0]!.say({ type: 'ready' })
  processes[0]!.finish()
  await settle()
  expect(processes).toHaveLength(1)
})

test.each([
  [
    'a crash with a word',
    { code: 134, stderr: ['', 'assertion failed: x'] },
    /code 134\); it said: assertion failed: x/,
  ],
  ['a kill from outside', { signal: 'SIGKILL' }, /ended from outside.*memory/],
  [
    'the heap limit',
    { signal: 'SIGABRT', stderr: ['FATAL ERROR: JavaScript heap out of memory', '----'] },
    /ran out of memory/,
  ],
  ['what Electron calls oom', { code: 1, reason: 'oom' }, /ran out of memory/],
  ['a silent end', { code: 0 }, /without a result \(code 0\)/],
])('a process that ends without a word: %s', async (_name, exit, sentence) => {
  const { queue, processes, logs } = rig()
  queue.add(request('a'))
  queue.add(request('b'))
  processes[0]!.say({ type: 'ready' })
  processes[0]!.exit(exit)
  await settle()
  expect(states(queue)).toEqual(['a failed', 'b running'])
  expect(queue.list()[0]!.error).toMatch(sentence)
  expect(logs).toEqual('stderr' in exit ? [`warning: ${exit.stderr.join('\n').trim()}`] : [])
})

test('a job that says done but does not end is ended, and is done', async () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  processes[0]!.say({ type: 'done', result: { kind: 'import', datasetId: job.datasetId! } })
  expect(states(queue)).toEqual(['a running'])
  await vi.advanceTimersByTimeAsync(3000)
  expect(processes[0]!.killed).toBe(true)
  expect(states(queue)).toEqual(['a done'])
})

test('a process that nothing ends does not hold the queue', async () => {
  const { queue, processes } = rig()
  const job = queue.add(request('a'))
  queue.add(request('b'))
  processes[0]!.mortal = false
  processes[0]!.say({ type: 'ready' })
  queue.cancel(job.id)
  await vi.advanceTimersByTimeAsync(4000)
  expect(states(queue)).toEqual(['a cancelled', 'b running'])
})

test('a process that never gets ready fails after a minute', async () => {
  const { queue } = rig()
  queue.add(request('a'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(queue.list()[0]).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('did not start within 60 s'),
  })
})

test('a launcher that throws fails the job, not the queue', async () => {
  const { queue } = rig({
    launch: () => {
      throw new Error('no such file')
    },
  })
  queue.add(request('a'))
  queue.add(request('b'))
  await settle()
  expect(states(queue)).toEqual(['a failed', 'b failed'])
  expect(queue.list()[0]!.error).toContain('no such file')
})

test('a finished job whose record cannot be kept has failed', async () => {
  const { queue, processes } = rig({ ended: () => Promise.reject(new Error('The disk is full.')) })
  queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  processes[0]!.finish()
  await settle()
  expect(queue.list()[0]).toMatchObject({ state: 'failed', error: 'The disk is full.' })
})

test('closing stops the job at work, records nothing of it and starts no other', async () => {
  const { queue, processes, outcomes } = rig()
  queue.add(request('a'))
  queue.add(request('b'))
  processes[0]!.say({ type: 'ready' })
  const closed = queue.close()
  await vi.advanceTimersByTimeAsync(1000)
  await closed
  expect(processes).toHaveLength(1)
  expect(processes[0]!.killed).toBe(true)
  expect(outcomes).toEqual([])
})

test('an unknown job cannot be cancelled; an ended one stays as it is', async () => {
  const { queue, processes } = rig()
  expect(() => queue.cancel('job-0')).toThrow('There is no job job-0')
  const job = queue.add(request('a'))
  processes[0]!.say({ type: 'ready' })
  processes[0]!.finish()
  await settle()
  queue.cancel(job.id)
  await settle()
  expect(states(queue)).toEqual(['a done'])
})

test('whatever processes do, every job ends exactly once', async () => {
  const act = fc.constantFrom('ready', 'progress', 'done', 'failed', 'exit', 'crash', 'cancel', 'wait')
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const { queue, processes, outcomes } = rig()
      const jobs = ['a', 'b', 'c'].map((label) => queue.add(request(label)))
      for (const what of acts) {
        const process = processes.at(-1)!
        if (what === 'ready') process.say({ type: 'ready' })
        if (what === 'progress')
          process.say({ type: 'progress', phase: 'x', fraction: null, eta: null, samplesPerSecond: null })
        if (what === 'done') process.say({ type: 'done', result: { kind: 'import', datasetId: 'ds-0000000000000000' } })
        if (what === 'failed') process.say({ type: 'failed', cancelled: false, reason: 'It failed.' })
        if (what === 'exit') process.exit()
        if (what === 'crash') process.exit({ signal: 'SIGSEGV' })
        if (what === 'cancel') queue.cancel(jobs[processes.length - 1]!.id)
        await vi.advanceTimersByTimeAsync(what === 'wait' ? 5000 : 0)
      }
      for (let round = 0; round < 3; round++) {
        for (const process of processes) process.exit() // also those that have ended: an end may be reported twice
        await settle()
      }
      expect(outcomes.map(({ label }) => label).toSorted()).toEqual(['a', 'b', 'c'])
      expect(queue.list().filter(({ state }) => state === 'queued' || state === 'running')).toEqual([])
    }),
    { numRuns: 60 },
  )
})

// Which jobs work at the same time: trainings share the machine, what adds a data set runs beside them, the rest alone.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JobQueue, type JobRequest } from '../../../src-main/jobs/queue.ts'
import { fits, type QueuedTask, threadsOf, type TrainingRoom } from '../../../src-main/jobs/room.ts'
import { protocol } from '../../integration/bench.ts'
import { fakeLauncher, type FakeProcess } from './fake-launcher.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const GB = 2 ** 30
const roomy: TrainingRoom = {
  most: () => 2,
  cores: 8,
  mayStart: () => true,
  needs: () => GB,
  memory: () => ({ free: 8 * GB, total: 16 * GB }),
}
let next = 0
const id = (kind: string): string => `${kind}-${String(next++).padStart(16, '0')}`
const training = (): QueuedTask => ({
  kind: 'train',
  runId: id('run'),
  datasetId: 'ds-0000000000000000',
  domains: { kind: 'single' },
  protocol,
  model: 'ease',
  config: {},
  seed: 1,
  resume: false,
  backend: 'auto',
  test: true,
  medians: [],
  weights: null,
})
const importing = (): QueuedTask => ({ kind: 'import', source: '/data', datasetId: id('ds'), name: 'x', mapping: null })
const posters = (): QueuedTask => ({ kind: 'posters', source: '/data', datasetId: 'ds-0000000000000000', by: 'auto' })

test('what fits beside what is at work', () => {
  const rows: [task: QueuedTask, atWork: QueuedTask[], fits: boolean][] = [
    [training(), [], true],
    [training(), [training()], true],
    [training(), [training(), training()], false],
    [importing(), [training(), training()], true],
    [importing(), [importing()], false],
    [training(), [importing()], true],
    [posters(), [training()], false],
    [training(), [posters()], false],
    [{ kind: 'backup', target: '/b' }, [importing()], false],
    [{ kind: 'backup', target: '/b' }, [], true],
  ]
  for (const [task, atWork, expected] of rows)
    expect(fits(task, atWork, roomy), `${task.kind} beside ${atWork.map(({ kind }) => kind).join(', ')}`).toBe(expected)
})

test('a second training waits while memory does not do for both; the first one never waits', () => {
  const tight = (free: number, total: number): TrainingRoom => ({ ...roomy, memory: () => ({ free, total }) })
  expect(fits(training(), [training()], tight(GB / 2, 16 * GB))).toBe(false)
  expect(fits(training(), [training()], tight(4 * GB, 1.5 * GB))).toBe(false) // the first has not taken its own yet
  expect(fits(training(), [training()], tight(GB, 2 * GB))).toBe(true)
  expect(fits(training(), [], tight(0, 0))).toBe(true)
})

test('trainings at a time share the cores; one alone, and other jobs, take what they find', () => {
  expect(threadsOf(training(), roomy)).toEqual({ threads: 4 })
  expect(threadsOf(training(), { ...roomy, most: () => 16 })).toEqual({ threads: 1 })
  expect(threadsOf(training(), { ...roomy, most: () => 1 })).toEqual({})
  expect(threadsOf(importing(), roomy)).toEqual({})
})

interface Rig {
  queue: JobQueue
  processes: FakeProcess[]
  states(): string[]
}
function rig(room: TrainingRoom): Rig {
  const { launch, processes } = fakeLauncher()
  const nothing = (): void => undefined
  const events = {
    changed: nothing,
    started: nothing,
    paused: nothing,
    points: nothing,
    logged: nothing,
    ended: () => null,
  }
  const queue = new JobQueue('/workspace', launch, events, room)
  return { queue, processes, states: () => queue.list().map(({ label, state }) => `${label} ${state}`) }
}
const request = (label: string, task: QueuedTask): JobRequest => ({ label, task })
async function done(process: FakeProcess): Promise<void> {
  process.say({ type: 'ready' })
  process.say({ type: 'done', result: { kind: 'train', runId: 'run-0000000000000000' } })
  process.exit()
  await vi.advanceTimersByTimeAsync(0)
}

test('two trainings at a time, each with its share of the threads; each is paused and cancelled by itself', async () => {
  const { queue, processes, states } = rig(roomy)
  const jobs = ['a', 'b', 'c', 'd'].map((label) => queue.add(request(label, training())))
  expect(states()).toEqual(['a running', 'b running', 'c queued', 'd queued'])
  processes[1]!.say({ type: 'ready' })
  expect(processes[1]!.commands[0]).toMatchObject({ type: 'start', threads: 4 })
  queue.pause(jobs[0]!.id)
  expect(states()).toEqual(['a paused', 'b running', 'c queued', 'd queued'])
  await done(processes[1]!)
  expect(states()).toEqual(['a paused', 'b done', 'c running', 'd queued'])
  queue.cancel(jobs[0]!.id)
  await vi.advanceTimersByTimeAsync(5000)
  expect(states()).toEqual(['a cancelled', 'b done', 'c running', 'd running'])
})

test('a job that must be alone waits for those at work, and none overtakes it; what fits beside goes on', async () => {
  const { queue, processes, states } = rig(roomy)
  queue.add(request('a', training()))
  queue.add(request('import', importing()))
  queue.add(request('second import', importing()))
  queue.add(request('b', training()))
  queue.add(request('posters', posters()))
  queue.add(request('c', training()))
  expect(states().filter((state) => state.endsWith('running'))).toEqual(['a running', 'import running', 'b running'])
  await done(processes[0]!)
  expect(states().filter((state) => state.endsWith('running'))).toEqual(['import running', 'b running'])
  await done(processes[1]!)
  expect(states().filter((state) => state.endsWith('running'))).toEqual(['second import running', 'b running'])
  await done(processes[2]!)
  await done(processes[3]!)
  expect(states().filter((state) => state.endsWith('running'))).toEqual(['posters running'])
  await done(processes[4]!)
  expect(states().filter((state) => state.endsWith('running'))).toEqual(['c running'])
})

test('a training whose study is held lets others pass, and starts when it is let go', async () => {
  const held = new Set<string>()
  const room: TrainingRoom = {
    ...roomy,
    most: () => 1,
    mayStart: (task) => task.kind !== 'train' || !held.has(task.runId),
  }
  const { queue, processes, states } = rig(room)
  const mine = training()
  if (mine.kind === 'train') held.add(mine.runId)
  queue.add(request('mine', mine))
  queue.add(request('other', training()))
  expect(states()).toEqual(['mine queued', 'other running'])
  await done(processes[0]!)
  expect(states()).toEqual(['mine queued', 'other done'])
  held.clear()
  queue.wake()
  expect(states()).toEqual(['mine running', 'other done'])
})

test('closing stops all that are at work', async () => {
  const { queue, processes } = rig(roomy)
  for (const label of ['a', 'b', 'c']) queue.add(request(label, training()))
  for (const process of processes) process.say({ type: 'ready' })
  const closed = queue.close()
  await vi.advanceTimersByTimeAsync(1000)
  await closed
  expect(processes.map(({ killed }) => killed)).toEqual([true, true])
})

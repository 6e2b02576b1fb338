// The utility process as the queue sees it: messages parsed, one exit with the platform's reason, a kill that cannot be ignored.
import { EventEmitter } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'
import type { JobExit } from '../../../src-main/jobs/launcher.ts'

class Child extends EventEmitter {
  pid: number | undefined = 4242
  stdout: EventEmitter & { resume(): void } = Object.assign(new EventEmitter(), { resume: () => {} })
  stderr: EventEmitter = new EventEmitter()
  posted: unknown[] = []
  ports: unknown[] = []
  postMessage(message: unknown, ports: unknown[] = []): void {
    this.posted.push(message)
    this.ports.push(...ports)
  }
}
const electron = vi.hoisted(() => ({
  listeners: [] as ((event: object, details: object) => void)[],
  forks: [] as unknown[][],
}))
let child: Child
vi.mock('electron', () => ({
  app: { on: (_name: string, listener: (event: object, details: object) => void) => electron.listeners.push(listener) },
  utilityProcess: {
    fork: (...args: unknown[]) => {
      electron.forks.push(args)
      return child
    },
  },
}))
const { launchInElectron } = await import('../../../src-main/electron/launch-job.ts')

const noPage = (): Promise<never> => Promise.reject(new Error('The page did not load.'))

beforeEach(() => {
  child = new Child()
  electron.listeners.length = 0
  electron.forks.length = 0
})
const gone = (serviceName: string, reason: string): void =>
  electron.listeners[0]?.({}, { type: 'Utility', serviceName, reason })
const nameOf = (fork: number): string => (electron.forks[fork]?.[2] as { serviceName: string }).serviceName

test('each job has a service name of its own and an environment without surprises', () => {
  vi.stubEnv('NODE_OPTIONS', '--require ./evil.cjs')
  const launch = launchInElectron('/out/main/job.js', noPage)
  launch('Import a')
  launch('Import b')
  vi.unstubAllEnvs()
  expect(nameOf(0)).not.toBe(nameOf(1))
  expect(electron.forks[0]?.slice(0, 2)).toEqual(['/out/main/job.js', ['Import a']])
  expect((electron.forks[0]?.[2] as { env: object }).env).not.toHaveProperty('NODE_OPTIONS')
})

test('a process that ran out of memory says so, once, with its last lines', async () => {
  const job = launchInElectron('job.js', noPage)('Train')
  const exits: JobExit[] = []
  job.onExit((exit) => exits.push(exit))
  child.stderr.emit('data', Buffer.from('one\ntwo'))
  child.emit('exit', 133)
  child.emit('exit', 133)
  gone(nameOf(0), 'oom')
  await vi.waitFor(() => expect(exits).toHaveLength(1))
  expect(exits).toEqual([{ code: 133, signal: null, stderr: ['one', 'two'], reason: 'oom' }])
})

test('a clean end has no reason, and a late listener still hears of it', async () => {
  const job = launchInElectron('job.js', noPage)('Train')
  gone(nameOf(0), 'clean-exit')
  gone('someone-else', 'crashed')
  child.emit('exit', 0)
  await new Promise((resolve) => setTimeout(resolve, 400))
  const exits: JobExit[] = []
  job.onExit((exit) => exits.push(exit))
  expect(exits).toEqual([{ code: 0, signal: null, stderr: [], reason: null }])
})

test('events are parsed: what is none fails the job', () => {
  const job = launchInElectron('job.js', noPage)('Train')
  const events: object[] = []
  job.onEvent((event) => events.push(event))
  child.emit('message', { type: 'ready' })
  child.emit('message', { type: 'format-disk' })
  expect(events[0]).toEqual({ type: 'ready' })
  expect(events[1]).toMatchObject({ type: 'failed', cancelled: false })
})

test('kill is SIGKILL, and a dead process gets neither signals nor messages', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  const job = launchInElectron('job.js', noPage)('Train')
  job.post({ type: 'cancel' })
  job.kill()
  child.emit('exit', 1)
  job.kill()
  job.post({ type: 'cancel' })
  expect(kill.mock.calls).toEqual([[4242, 'SIGKILL']])
  expect(child.posted).toEqual([{ type: 'cancel' }])
  kill.mockRestore()
})

test('a job that asks for the page that computes gets a port to it, and the page ends with the job', async () => {
  const closed: string[] = []
  const port = { end: 'the job’s' }
  const page = { port: port as never, close: () => void closed.push('page') }
  const job = launchInElectron('job.js', () => Promise.resolve(page))('Train')
  const events: object[] = []
  job.onEvent((event) => events.push(event))
  child.emit('message', { type: 'compute' })
  await vi.waitFor(() => expect(child.posted).toEqual([{ type: 'compute', reason: null }]))
  expect(child.ports).toEqual([port])
  expect(events).toEqual([])
  child.emit('exit', 0)
  expect(closed).toEqual(['page'])
})

test('a page that does not open is an answer too', async () => {
  launchInElectron('job.js', noPage)('Train').onEvent(() => {})
  child.emit('message', { type: 'compute' })
  await vi.waitFor(() => expect(child.posted).toEqual([{ type: 'compute', reason: 'The page did not load.' }]))
})

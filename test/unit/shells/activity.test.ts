import { beforeEach, expect, test, vi } from 'vitest'
import type { Job } from '../../../src-preload/contract.ts'

const electron = vi.hoisted(() => ({ said: [] as string[], blockers: 0 }))
vi.mock('electron', () => ({
  powerSaveBlocker: { start: () => ++electron.blockers, stop: () => void electron.blockers-- },
  Notification: class {
    static isSupported = () => true
    readonly body: string
    constructor({ body }: { body: string }) {
      this.body = body
    }
    show(): void {
      electron.said.push(this.body)
    }
  },
}))
const { summary, watchActivity } = await import('../../../src-main/electron/activity.ts')

const job = (id: string, state: Job['state'], fraction: number | null = null): Job =>
  ({ id, label: `Job ${id}`, state, fraction }) as Job
const window = { progress: [] as number[], focused: false }
const shown = {
  setProgressBar: (value: number) => window.progress.push(value),
  isFocused: () => window.focused,
} as unknown as Parameters<typeof watchActivity>[0] extends () => infer W ? NonNullable<W> : never

beforeEach(() => {
  Object.assign(window, { progress: [], focused: false })
  Object.assign(electron, { said: [], blockers: 0 })
})

test('the computer stays awake while any job is open, and one notification sums up', () => {
  const { jobChanged } = watchActivity(() => shown)
  for (const each of [job('1', 'queued'), job('2', 'queued'), job('1', 'running', 0.5), job('1', 'done')])
    jobChanged(each)
  expect(electron).toEqual({ said: [], blockers: 1 })
  jobChanged(job('2', 'running'))
  jobChanged(job('2', 'failed'))
  jobChanged(job('2', 'failed'))
  expect(window.progress).toEqual([0.5, 2, -1])
  expect(electron).toEqual({ said: ['2 jobs ended: 1 done, 1 failed.'], blockers: 0 })
})

test('who looks at the window needs no notification', () => {
  window.focused = true
  const { jobChanged } = watchActivity(() => shown)
  jobChanged(job('1', 'running'))
  jobChanged(job('1', 'done'))
  expect(electron).toEqual({ said: [], blockers: 0 })
})

test('one job is named, several are counted', () => {
  expect(summary([job('7', 'cancelled')])).toBe('Job 7: cancelled.')
  expect(summary([job('1', 'done'), job('2', 'done')])).toBe('2 jobs ended: 2 done.')
})

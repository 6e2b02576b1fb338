/**
 * What the desktop shows of the jobs: the computer does not fall asleep under one, the window's icon carries its progress, and one
 * notification says when the last has ended while the person looks elsewhere.
 */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import type { Job } from '../../src-preload/contract.ts'

export interface Activity {
  /** For every `job.changed`. */
  jobChanged(job: Job): void
}

export function watchActivity(window: () => BrowserWindow | null): Activity {
  const open = new Set<string>()
  let ended: Job[] = []
  let blocker: number | null = null

  function release(): void {
    if (blocker !== null) powerSaveBlocker.stop(blocker)
    blocker = null
    window()?.setProgressBar(-1)
    if (window()?.isFocused() === false && Notification.isSupported() && ended.length > 0) {
      new Notification({ title: 'Crossreel', body: summary(ended), silent: true }).show()
    }
    ended = []
  }

  return {
    jobChanged(job) {
      if (job.state === 'queued' || job.state === 'running') {
        open.add(job.id)
        blocker ??= powerSaveBlocker.start('prevent-app-suspension')
        // above 1 is the platform's way to say "at work, how far is unknown"
        if (job.state === 'running') window()?.setProgressBar(job.fraction ?? 2)
      } else if (open.delete(job.id)) {
        ended.push(job)
        if (open.size === 0) release()
      }
    },
  }
}

/** 'Import ml-latest-small.zip: done.' for one job, counts for several. */
export function summary(jobs: Pick<Job, 'label' | 'state'>[]): string {
  const [only, ...rest] = jobs
  if (only && rest.length === 0) return `${only.label}: ${only.state}.`
  const count = (state: Job['state']): number => jobs.filter((job) => job.state === state).length
  const parts = (['done', 'failed', 'cancelled'] as const).filter((state) => count(state) > 0)
  return `${jobs.length} jobs ended: ${parts.map((state) => `${count(state)} ${state}`).join(', ')}.`
}

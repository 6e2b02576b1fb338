/** Long work: what runs, what waits, what failed. Fed by `job.changed`; the strip at the bottom of the window shows it. */
import type { Job } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, triggerRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'

const telling = new Set<Job['kind']>(['backup', 'restore', 'move'])
const live = (job: Job): boolean => job.state === 'running' || job.state === 'paused' || job.state === 'queued'

export const useJobs = defineStore('jobs', () => {
  const wb = useWorkbench()
  const byId = shallowRef(new Map<string, Job>())
  const error = ref<string | null>(null)
  const dismissed = shallowRef(new Set<string>())
  const waiting = new Map<string, ((job: Job) => void)[]>()

  const all = computed(() => [...byId.value.values()].sort((a, b) => a.createdAt - b.createdAt))
  const running = computed(() => all.value.filter((job) => job.state === 'running' || job.state === 'paused'))
  const queued = computed(() => all.value.filter((job) => job.state === 'queued'))
  const current = computed<Job | null>(() => running.value[0] ?? queued.value[0] ?? null)
  /** Failed and not yet dismissed, newest first. */
  const failures = computed(() =>
    all.value.filter((job) => job.state === 'failed' && !dismissed.value.has(job.id)).reverse(),
  )
  /** Done, and what they say of it matters after the end: where a backup lies, what was brought back. Newest first. */
  const notices = computed(() =>
    all.value.filter((job) => job.state === 'done' && telling.has(job.kind) && !dismissed.value.has(job.id)).reverse(),
  )

  function put(job: Job): void {
    byId.value.set(job.id, job)
    triggerRef(byId)
    if (live(job)) return
    for (const resolve of waiting.get(job.id) ?? []) resolve(job)
    waiting.delete(job.id)
  }
  async function load(): Promise<void> {
    try {
      const jobs = await wb.call('jobs.list', {})
      // what ended before the page was opened has been told once already
      for (const job of jobs) if (!live(job)) dismissed.value.add(job.id)
      for (const job of jobs) put(job)
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  async function cancel(jobId: string): Promise<void> {
    try {
      await wb.call('jobs.cancel', { jobId })
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** Settles with the job's last state once it is done, failed or cancelled. */
  function ended(jobId: string): Promise<Job> {
    const job = byId.value.get(jobId)
    if (job && !live(job)) return Promise.resolve(job)
    return new Promise((resolve) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]))
  }
  function dismiss(jobId: string): void {
    dismissed.value.add(jobId)
    triggerRef(dismissed)
  }

  onScopeDispose(wb.on('job.changed', put))
  return { all, running, queued, current, failures, notices, error, put, load, cancel, ended, dismiss }
})

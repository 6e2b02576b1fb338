/** The queue of jobs: one at a time, in the order they came. Keeps what the page may know of each; every job that is added ends. */
import type { Job, Series } from '../../src-preload/contract.ts'
import { newId } from '../workspace/paths.ts'
import { Coalescer } from './coalesce.ts'
import type { LaunchJob } from './launcher.ts'
import type { JobTask } from './messages.ts'
import { type JobNews, type JobOutcome, type JobPatience, RunningJob, usualPatience } from './running-job.ts'

export interface JobRequest {
  label: string
  task: Exclude<JobTask, { kind: 'probe' | 'read' }>
}

export interface QueueEvents {
  /** A job was queued, moved on (at most ten times a second) or ended. */
  changed(job: Job): void
  started(job: Job, task: JobRequest['task']): void
  /** The job at work is held, or goes on. */
  paused(job: Job, task: JobRequest['task'], paused: boolean): void
  points(job: Job, series: Series[]): void
  logged(job: Job, level: 'info' | 'warning', text: string): void
  /**
   * Puts the outcome on record, before the next job starts. What it throws makes a finished job a failed one.
   * @returns what came of it, where 'Done' says too little
   */
  ended(job: Job, task: JobRequest['task'], outcome: JobOutcome): string | null | Promise<string | null>
}

interface Entry {
  job: Job
  task: JobRequest['task']
  progress: Coalescer<Job>
}

/** It waits, works or is held: it has not ended. */
export function isAlive({ state }: Pick<Job, 'state'>): boolean {
  return state === 'queued' || state === 'running' || state === 'paused'
}

/** Ended jobs that `list` still names. */
const remembered = 50
const progressIntervalMs = 100

export class JobQueue {
  readonly #root: string
  readonly #launch: LaunchJob
  readonly #events: QueueEvents
  readonly #patience: JobPatience
  readonly #entries: Entry[] = []
  #running: { entry: Entry; process: RunningJob; ended: Promise<void> } | null = null
  #closed = false

  constructor(root: string, launch: LaunchJob, events: QueueEvents, patience: JobPatience = usualPatience) {
    this.#root = root
    this.#launch = launch
    this.#events = events
    this.#patience = patience
  }

  /** Oldest first; the last 50 that have ended are among them. */
  list(): Job[] {
    return this.#entries.map((entry) => entry.job)
  }

  /** What each of them was asked to do. */
  tasks(): { job: Job; task: JobRequest['task'] }[] {
    return this.#entries.map(({ job, task }) => ({ job, task }))
  }

  add({ label, task }: JobRequest): Job {
    const entry: Entry = {
      job: {
        id: newId('job'),
        kind: task.kind,
        label,
        state: 'queued',
        createdAt: Date.now(),
        startedAt: null,
        phase: 'Waiting',
        fraction: null,
        eta: null,
        samplesPerSecond: null,
        error: null,
        datasetId: 'datasetId' in task ? task.datasetId : null,
        runId: task.kind === 'train' ? task.runId : null,
      },
      task,
      progress: new Coalescer<Job>(progressIntervalMs, (job) => this.#events.changed(job)),
    }
    this.#entries.push(entry)
    this.#events.changed(entry.job)
    this.#next()
    return entry.job
  }

  /** Takes a waiting job out of the queue, or stops the one at work within a second. An ended job stays as it is. */
  cancel(jobId: string): void {
    const entry = this.#entries.find(({ job }) => job.id === jobId)
    if (!entry) throw new Error(`There is no job ${jobId}. It ended a while ago.`)
    if (this.#running?.entry === entry) this.#running.process.cancel()
    else if (entry.job.state === 'queued') void this.#settle(entry, { state: 'cancelled' })
  }

  /** Holds the job at work after its step. @throws Error when it does not work now */
  pause(jobId: string): void {
    this.#setPaused(jobId, true)
  }

  /** Lets a held job go on. @throws Error when it does not work now */
  resume(jobId: string): void {
    this.#setPaused(jobId, false)
  }

  #setPaused(jobId: string, paused: boolean): void {
    const running = this.#running
    if (running?.entry.job.id !== jobId) {
      throw new Error(`The job ${jobId} is not at work, so it can be neither paused nor resumed.`)
    }
    const state = paused ? 'paused' : 'running'
    const { entry, process } = running
    if (entry.job.state === state) return
    process.setPaused(paused)
    entry.job = { ...entry.job, state, eta: null }
    this.#events.paused(entry.job, entry.task, paused)
    this.#events.changed(entry.job)
  }

  /** Stops the job at work and starts no other. What was queued or running is found interrupted when the workspace is opened again. */
  async close(): Promise<void> {
    this.#closed = true
    this.#running?.process.cancel()
    await this.#running?.ended
  }

  #next(): void {
    if (this.#running || this.#closed) return
    const entry = this.#entries.find(({ job }) => job.state === 'queued')
    if (!entry) return
    entry.job = { ...entry.job, state: 'running', startedAt: Date.now(), phase: 'Starting' }
    const process = new RunningJob(
      this.#launch,
      entry.job.label,
      { type: 'start', workspace: this.#root, task: entry.task },
      (news) => this.#hear(entry, news),
      this.#patience,
    )
    const ended = process.outcome.then(async (outcome) => {
      if (!this.#closed || outcome.state === 'done') await this.#settle(entry, outcome)
      this.#running = null
      this.#next()
    })
    this.#running = { entry, process, ended }
    this.#events.started(entry.job, entry.task)
    this.#events.changed(entry.job)
  }

  #hear(entry: Entry, news: JobNews): void {
    switch (news.type) {
      case 'progress': {
        const { phase, fraction, eta, samplesPerSecond } = news
        entry.job = { ...entry.job, phase, fraction, eta, samplesPerSecond }
        entry.progress.push(entry.job)
        return
      }
      case 'points':
        this.#events.points(entry.job, news.series)
        return
      case 'log':
        this.#events.logged(entry.job, news.level, news.text)
        return
      default:
        news satisfies never
    }
  }

  async #settle(entry: Entry, outcome: JobOutcome): Promise<void> {
    let reached = outcome
    let said: string | null = null
    // no longer queued before anything is awaited, or the queue would start it meanwhile
    entry.job = { ...entry.job, state: outcome.state, eta: null, samplesPerSecond: null }
    try {
      said = await this.#events.ended(entry.job, entry.task, outcome)
    } catch (error) {
      reached = { state: 'failed', reason: error instanceof Error ? error.message : String(error) }
    }
    entry.progress.flush()
    entry.job = {
      ...entry.job,
      state: reached.state,
      phase: { done: said ?? 'Done', failed: 'Failed', cancelled: 'Cancelled' }[reached.state],
      fraction: reached.state === 'done' ? 1 : entry.job.fraction,
      error: reached.state === 'failed' ? reached.reason : null,
    }
    this.#events.changed(entry.job)
    const ended = this.#entries.filter(({ job }) => !isAlive(job))
    for (const old of ended.slice(0, -remembered)) this.#entries.splice(this.#entries.indexOf(old), 1)
  }
}

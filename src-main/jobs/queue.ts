/**
 * The queue of jobs: in the order they came, as many at a time as there is room for (room.ts). Keeps what the page may know of each; every job
 * that is added ends.
 */
import type { Job, Series } from '../../src-preload/contract.ts'
import { newId } from '../workspace/paths.ts'
import { Coalescer } from './coalesce.ts'
import type { LaunchJob } from './launcher.ts'
import { fits, type QueuedTask, runsAlone, singleRoom, threadsOf, type TrainingRoom } from './room.ts'
import { type JobNews, type JobOutcome, type JobPatience, RunningJob, usualPatience } from './running-job.ts'

export interface JobRequest {
  label: string
  task: QueuedTask
}

export interface QueueEvents {
  /** A job was queued, moved on (at most ten times a second) or ended. */
  changed(job: Job): void
  started(job: Job, task: JobRequest['task']): void
  /** A job at work is held, or goes on. */
  paused(job: Job, task: JobRequest['task'], paused: boolean): void
  points(job: Job, series: Series[]): void
  logged(job: Job, level: 'info' | 'warning', text: string): void
  /**
   * Puts the outcome on record, before another job takes its place. What it throws makes a finished job a failed one.
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
  readonly #room: TrainingRoom
  readonly #entries: Entry[] = []
  /** By the job's id. */
  readonly #running = new Map<string, { entry: Entry; process: RunningJob; ended: Promise<void> }>()
  #closed = false

  constructor(
    root: string,
    launch: LaunchJob,
    events: QueueEvents,
    room: TrainingRoom = singleRoom,
    patience: JobPatience = usualPatience,
  ) {
    this.#root = root
    this.#launch = launch
    this.#events = events
    this.#room = room
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

  /** Takes a waiting job out of the queue, or stops one at work within a second. An ended job stays as it is. */
  cancel(jobId: string): void {
    const entry = this.#entries.find(({ job }) => job.id === jobId)
    if (!entry) throw new Error(`There is no job ${jobId}. It ended a while ago.`)
    const running = this.#running.get(jobId)
    if (running) running.process.cancel()
    else if (entry.job.state === 'queued') void this.#settle(entry, { state: 'cancelled' })
  }

  /** Holds a job at work after its step. @throws Error when it does not work now */
  pause(jobId: string): void {
    this.#setPaused(jobId, true)
  }

  /** Lets a held job go on. @throws Error when it does not work now */
  resume(jobId: string): void {
    this.#setPaused(jobId, false)
  }

  #setPaused(jobId: string, paused: boolean): void {
    const running = this.#running.get(jobId)
    if (!running) {
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

  /** Starts what may start now: there may be more room than before. */
  wake(): void {
    this.#next()
  }

  /** Stops the jobs at work and starts no other. What was queued or running is found interrupted when the workspace is opened again. */
  async close(): Promise<void> {
    this.#closed = true
    const running = [...this.#running.values()]
    for (const { process } of running) process.cancel()
    await Promise.all(running.map(({ ended }) => ended))
  }

  /** A job that has to be alone lets none behind it begin, or it would wait for ever. */
  #next(): void {
    for (const entry of this.#entries.filter(({ job }) => job.state === 'queued')) {
      if (this.#closed) return
      if (entry.job.state !== 'queued' || !this.#room.mayStart(entry.task)) continue
      const atWork = [...this.#running.values()].map((running) => running.entry.task)
      if (fits(entry.task, atWork, this.#room)) this.#start(entry)
      else if (runsAlone(entry.task)) return
    }
  }

  #start(entry: Entry): void {
    entry.job = { ...entry.job, state: 'running', startedAt: Date.now(), phase: 'Starting' }
    const process = new RunningJob(
      this.#launch,
      entry.job.label,
      { type: 'start', workspace: this.#root, task: entry.task, ...threadsOf(entry.task, this.#room) },
      (news) => this.#hear(entry, news),
      this.#patience,
    )
    const ended = process.outcome.then(async (outcome) => {
      if (!this.#closed || outcome.state === 'done') await this.#settle(entry, outcome)
      this.#running.delete(entry.job.id)
      this.#next()
    })
    this.#running.set(entry.job.id, { entry, process, ended })
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

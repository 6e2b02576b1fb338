/**
 * One job's process from start to end: start it, tell it what to do, listen, ask it to stop and kill it when it does not. Whatever the process
 * does or fails to do, `outcome` settles exactly once and never rejects.
 */
import { exitSentence } from './failure.ts'
import type { JobExit, JobProcess, LaunchJob } from './launcher.ts'
import type { JobCommand, JobEvent, JobResult } from './messages.ts'

export type JobOutcome =
  { state: 'done'; result: JobResult } | { state: 'failed'; reason: string } | { state: 'cancelled' }

export interface JobPatience {
  /** From launching until the process says it is ready. */
  startMs: number
  /** From asking it to stop until it is killed. */
  cancelMs: number
  /** From its last word, or from the kill, until it must be gone. */
  exitMs: number
}
export const usualPatience: JobPatience = { startMs: 60_000, cancelMs: 600, exitMs: 3000 }

export type JobNews = Extract<JobEvent, { type: 'progress' | 'points' | 'log' }>

export class RunningJob {
  readonly outcome: Promise<JobOutcome>
  #process: JobProcess | null = null
  #settle: (outcome: JobOutcome) => void = () => undefined
  /** What it will have come to, unless it says better; null while nothing is known. */
  #verdict: JobOutcome | null = null
  #timer: NodeJS.Timeout | undefined
  #settled = false
  #asked = false
  readonly #patience: JobPatience
  readonly #onNews: (news: JobNews) => void

  constructor(
    launch: LaunchJob,
    label: string,
    start: Extract<JobCommand, { type: 'start' }>,
    onNews: (news: JobNews) => void,
    patience: JobPatience = usualPatience,
  ) {
    this.#patience = patience
    this.#onNews = onNews
    this.outcome = new Promise((resolve) => (this.#settle = resolve))
    try {
      this.#process = launch(label)
    } catch (error) {
      this.#end({ state: 'failed', reason: `The job's process could not be started: ${String(error)}` })
      return
    }
    this.#wait(patience.startMs, () =>
      this.#kill({
        state: 'failed',
        reason: `The job did not start within ${patience.startMs / 1000} s. Start it again.`,
      }),
    )
    this.#process.onEvent((event) => this.#hear(event, start))
    this.#process.onExit((exit) => this.#exited(exit))
  }

  /** Asks it to hold still after its step, or to go on. It is not killed when it does not: it then works on. */
  setPaused(paused: boolean): void {
    if (this.#settled || this.#verdict || this.#asked) return
    this.#process?.post({ type: paused ? 'pause' : 'resume' })
  }

  /** Asks it to stop; kills it when it has not stopped in time. */
  cancel(): void {
    if (this.#settled || this.#verdict || this.#asked) return
    this.#asked = true
    this.#process?.post({ type: 'cancel' })
    this.#wait(this.#patience.cancelMs, () => this.#kill({ state: 'cancelled' }))
  }

  #hear(event: JobEvent, start: Extract<JobCommand, { type: 'start' }>): void {
    if (this.#settled || this.#verdict) return
    switch (event.type) {
      case 'ready':
        if (this.#asked) return this.#kill({ state: 'cancelled' }) // cancelled before it had begun
        clearTimeout(this.#timer)
        this.#process?.post(start)
        return
      case 'progress':
      case 'points':
      case 'log':
        this.#onNews(event)
        return
      case 'done':
        return this.#expectExit({ state: 'done', result: event.result })
      case 'failed':
        return this.#expectExit(event.cancelled ? { state: 'cancelled' } : { state: 'failed', reason: event.reason })
      case 'answer':
      case 'unanswered':
        return // a reader's, which is no such job
      default:
        event satisfies never
    }
  }

  #expectExit(verdict: JobOutcome): void {
    this.#verdict = verdict
    this.#wait(this.#patience.exitMs, () => this.#kill(verdict))
  }

  #kill(verdict: JobOutcome): void {
    this.#verdict = verdict
    this.#process?.kill()
    // a process the system will not let go of must not hold the queue
    this.#wait(this.#patience.exitMs, () => this.#end(verdict))
  }

  #exited(exit: JobExit): void {
    if (this.#settled) return
    const said = exit.stderr.join('\n').trim()
    if (said !== '' && this.#verdict?.state !== 'cancelled') this.#onNews({ type: 'log', level: 'warning', text: said })
    this.#end(this.#verdict ?? (this.#asked ? { state: 'cancelled' } : { state: 'failed', reason: exitSentence(exit) }))
  }

  #end(outcome: JobOutcome): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#process = null
    this.#settle(outcome)
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(then, ms)
  }
}

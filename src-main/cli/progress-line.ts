/**
 * How a terminal shows jobs: on a TTY one line a job, rewritten in place and left standing when the job ends; in a file or a pipe one
 * line at its start and its end, and one for each new phase, at most every ten seconds.
 */
import type { Job } from '../../src-preload/contract.ts'

export interface ProgressLine {
  show(job: Job): void
  /** Text between jobs: finishes the line being rewritten first. */
  print(text: string): void
  /** Only finishes it: what follows goes elsewhere. */
  finish(): void
}

export interface Terminal {
  write(text: string): void
  isTTY: boolean
  columns: number
}

const sparseMs = 10_000

export function createProgressLine(terminal: Terminal, now: () => number = Date.now): ProgressLine {
  /** What was last said of each job, and when. */
  const seen = new Map<string, { ended: boolean; phase: string; at: number }>()
  let open = false

  function finishLine(): void {
    if (open) terminal.write('\n')
    open = false
  }

  function rewrite(job: Job, ended: boolean): void {
    terminal.write(`\r\x1b[2K${describe(job, now()).slice(0, terminal.columns - 1)}`)
    open = true
    if (ended) finishLine()
  }

  return {
    show(job) {
      if (job.state === 'queued') return
      const before = seen.get(job.id)
      if (before?.ended) return
      const ended = job.state !== 'running' && job.state !== 'paused'
      if (terminal.isTTY) rewrite(job, ended)
      const due = !before || (job.phase !== before.phase && now() - before.at >= sparseMs)
      if (!terminal.isTTY && (ended || due)) terminal.write(`${describe(job, now())}\n`)
      if (ended || due) seen.set(job.id, { ended, phase: job.phase, at: now() })
    },
    print(text) {
      finishLine()
      terminal.write(`${text}\n`)
    },
    finish: finishLine,
  }
}

/** 'Train EASE, seed 1 · 42 % · Solving · 3 s left', or how it ended and after how long. */
export function describe(job: Job, now: number): string {
  const took = job.startedAt === null ? '' : ` · ${duration((now - job.startedAt) / 1000)}`
  switch (job.state) {
    case 'done':
      return `${job.label} · done${took}`
    case 'failed':
      return `${job.label} · failed${took} · ${job.error ?? 'no reason was given'}`
    case 'cancelled':
      return `${job.label} · cancelled${took}`
    case 'queued':
      return `${job.label} · queued`
    case 'paused':
    case 'running': {
      const percent = job.fraction === null ? [] : [`${Math.floor(job.fraction * 100)} %`]
      const left = job.eta === null ? [] : [`${duration(job.eta)} left`]
      const held = job.state === 'paused' ? ['paused'] : []
      return [job.label, ...held, ...percent, job.phase, ...left].filter((part) => part !== '').join(' · ')
    }
    default:
      return job.state satisfies never
  }
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

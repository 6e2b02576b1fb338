/**
 * What a job's process looks like to the queue, whoever starts it: `child_process.fork` in plain Node (launch-node.ts), `utilityProcess.fork`
 * in Electron (electron/launch-job.ts), a fake in tests. A launcher throws when the process cannot be started at all.
 */
import type { JobCommand, JobEvent } from './messages.ts'

/** How a process ended. Exactly one is reported for each process, after its last event. */
export interface JobExit {
  code: number | null
  signal: string | null
  /** The last lines of its standard error, at most 200. */
  stderr: string[]
  /** What the platform says about the end where it says more than a code: 'oom', 'crashed', 'killed', ... */
  reason: string | null
}

export interface JobProcess {
  post(command: JobCommand): void
  onEvent(listener: (event: JobEvent) => void): void
  onExit(listener: (exit: JobExit) => void): void
  /** Ends it at once, without asking. `onExit` still follows. */
  kill(): void
}

/** @param label names the process in task managers */
export type LaunchJob = (label: string) => JobProcess

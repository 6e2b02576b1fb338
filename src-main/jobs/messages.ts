/**
 * The two unions that cross the process boundary between main and a job. One job is one process: `start` comes once; after `done` or
 * `failed` the process exits. Structured clone carries them (child_process with serialization 'advanced', utilityProcess).
 */
import type { Series } from '../../src-preload/contract.ts'

/** What a job is asked to do. Paths are absolute; ids name rows that main has already made. */
export type JobTask =
  | { kind: 'import'; source: string; datasetId: string; name: string }
  | { kind: 'sample'; datasetId: string; name: string; seed: number }
  | { kind: 'posters'; source: string; datasetId: string }
  | { kind: 'plots'; source: string; datasetId: string }
  | { kind: 'train'; runId: string }

export type JobCommand = { type: 'start'; workspace: string; task: JobTask } | { type: 'cancel' }

export type JobEvent =
  | { type: 'ready' }
  | {
      type: 'progress'
      phase: string
      fraction: number | null
      eta: number | null
      samplesPerSecond: number | null
    }
  | { type: 'points'; series: Series[] }
  | { type: 'log'; level: 'info' | 'warning'; text: string }
  | { type: 'done'; result: JobResult }
  /** `cancelled` when it ended because of the cancel command. `reason` is a sentence with place and remedy. */
  | { type: 'failed'; cancelled: boolean; reason: string }

export type JobResult =
  | { kind: 'import' | 'sample' | 'posters' | 'plots'; datasetId: string }
  | { kind: 'train'; runId: string }

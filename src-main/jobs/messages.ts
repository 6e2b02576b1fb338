/**
 * The two unions that cross the process boundary between main and a job. One job is one process: `start` comes once; after `done` or
 * `failed` the process exits. Structured clone carries them (child_process with serialization 'advanced', utilityProcess).
 */
import type {
  BackendInfo,
  DomainSpec,
  ExperimentSpec,
  ModelConfig,
  ProtocolSpec,
  Series,
} from '../../src-preload/contract.ts'

/** What a job is asked to do. Paths are absolute; ids name rows that main has already made. */
export type JobTask =
  | { kind: 'import'; source: string; datasetId: string; name: string }
  | { kind: 'sample'; datasetId: string; name: string; seed: number }
  | { kind: 'posters'; source: string; datasetId: string }
  | { kind: 'plots'; source: string; datasetId: string }
  | TrainTask
  /** Tries every backend and measures its speed, in a process of its own: a native one may take its process down. */
  | { kind: 'probe' }

/** Everything that defines a run's numbers, so that the job never opens the workspace's database. */
export interface TrainTask {
  kind: 'train'
  runId: string
  datasetId: string
  domains: DomainSpec
  protocol: ProtocolSpec
  model: string
  config: ModelConfig
  seed: number
  backend: ExperimentSpec['backend']
}

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
  | { kind: 'probe'; backends: BackendInfo[] }

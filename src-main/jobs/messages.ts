/**
 * The two unions that cross the process boundary between main and a job. One job is one process: `start` comes once; after `done` or
 * `failed` the process exits. Structured clone carries them (child_process with serialization 'advanced', utilityProcess).
 */
import type {
  BackendInfo,
  CleaningRecipe,
  DomainSpec,
  ExperimentSpec,
  MediaKey,
  ModelConfig,
  ProtocolSpec,
  Series,
  TableMapping,
} from '../../src-preload/contract.ts'

/** What a job is asked to do. Paths are absolute; ids name rows that main has already made. */
export type JobTask =
  | { kind: 'import'; source: string; datasetId: string; name: string; mapping: TableMapping | null }
  | { kind: 'sample'; datasetId: string; name: string; seed: number }
  /** `parent` stays as it is; `datasetId` is the new one. `parentName`: what the parent is called now, for words. */
  | {
      kind: 'clean'
      parent: string
      parentName: string
      datasetId: string
      name: string
      recipe: CleaningRecipe
    }
  /** `links`: path of a table of user ids; null: equal ids are one person. `names`: what the two are called now. */
  | {
      kind: 'combine'
      first: string
      second: string
      names: [string, string]
      datasetId: string
      name: string
      links: string | null
    }
  | { kind: 'posters'; source: string; datasetId: string; by: MediaKey }
  | { kind: 'fetch-posters'; datasetId: string; key: string }
  | { kind: 'plots'; source: string; datasetId: string; by: MediaKey }
  /** `name` of the modality. */
  | { kind: 'vectors'; source: string; datasetId: string; name: string; by: MediaKey }
  /** `target`: of a backup, an absolute folder that is not there yet, in one that is; of a move, an empty one. */
  | { kind: 'backup' | 'move'; target: string }
  | { kind: 'restore'; source: string }
  | TrainTask
  /** Tries a backend and measures its speed, in a process of its own: a native one may take its process down. */
  | { kind: 'probe'; backend: BackendInfo['id'] }
  /** Answers questions about data sets (reader-questions.ts) until it is cancelled. */
  | { kind: 'read' }

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
  /** Go on from the run's checkpoint instead of its start. */
  resume: boolean
  backend: ExperimentSpec['backend']
  /** Whether the test part is evaluated; the trials of tuning see validation only. */
  test: boolean
  /** Median stopping: [epochs] the validation value below which the trial ends after that epoch (from 1); empty = never. */
  medians: number[]
  /** Path of an exported model, which is loaded and evaluated instead of training one. */
  weights: string | null
}

export type JobCommand =
  /** `threads`: as many as a training may compute on, as others run beside it; absent: as many as it likes. */
  | { type: 'start'; workspace: string; task: JobTask; threads?: number }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel' }
  | Ask

/** To a reader. It is parsed once more with the question's own schema. Of one lane only the newest question is answered. */
export interface Ask {
  type: 'ask'
  id: number
  question: string
  argument: unknown
  lane: string | null
}
/** From a reader: each question has one. `overtaken`: a newer one of its lane came. */
export type Reply =
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'unanswered'; id: number; overtaken: boolean; reason: string }

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
  | Reply

export type JobResult =
  | {
      kind: 'import' | 'sample' | 'clean' | 'combine' | 'posters' | 'fetch-posters' | 'plots' | 'vectors'
      datasetId: string
    }
  | { kind: 'backup' | 'move'; target: string }
  | { kind: 'restore'; datasetIds: string[]; experimentIds: string[] }
  | { kind: 'train'; runId: string }
  | { kind: 'probe'; backend: BackendInfo }

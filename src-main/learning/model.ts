/**
 * What every model is: one file under models/ that exports a `ModelDefinition`, listed in models/index.ts. A definition is data
 * (schema, presets, reference) plus `create`; the model itself fits, scores, saves and loads. Pure: no files, no processes.
 */
import type { ModelConfig, ModelInfo } from '../../src-preload/contract.ts'
import type { CheckpointStore } from './checkpoint.ts'
import type { DomainRange, Interactions, TrainingData } from './data.ts'
import type { Gate } from './pacer.ts'
import type { Scoring } from './scoring/scoring.ts'

/** What happens while a model is being fitted. The job forwards these; a test collects them. */
export type FitEvent =
  | { type: 'phase'; phase: string; fraction: number | null }
  | {
      type: 'step'
      epoch: number
      step: number
      steps: number
      loss: number
      learningRate: number
      samplesPerSecond: number
      eta: number
    }
  | { type: 'epoch'; epoch: number; loss: number; validation: number | null; best: boolean }

export interface FitContext {
  seed: number
  signal: AbortSignal
  onEvent(event: FitEvent): void
  /** Mean over domains of validation NDCG@10 of the model as it stands. Given by the job (evaluation/validate.ts); used for early stopping. */
  validate(model: Recommender): Promise<number>
  /** Where training keeps its state, and finds that of an earlier process; without it a run that is cut off starts again. */
  checkpoints?: CheckpointStore
  /** Closed while the run is paused. */
  gate?: Gate
  /**
   * [epochs] training ends after the epoch (from 1) at which the best validation value so far is below its entry: a trial that is behind the
   * median of earlier ones.
   */
  medians?: readonly number[]
}

export interface FitSummary {
  parameters: number | null
  epochs: number | null
  bestEpoch: number | null
  bestValidation: number | null
  backend: string
  stopped: 'finished' | 'early-stopping' | 'time-budget' | 'median'
  /** Time spent fitting, over all processes that worked on it; absent where the fit takes one go. */
  seconds?: number
}

/** Typed arrays by name, and what is not an array. Stored as safetensors + JSON. */
export interface Snapshot {
  arrays: Record<string, { shape: number[]; data: Float32Array | Float64Array | Int32Array | Uint32Array }>
  json: Record<string, unknown>
}

export interface Recommender {
  /** @throws DOMException 'AbortError' within a second after the signal. */
  fit(data: TrainingData, context: FitContext): Promise<FitSummary>
  /**
   * Scores of every item of a domain for a block of users. Higher is better; no masking here.
   * @param users [B] user indices  @param history what is known of all users at this time  @returns [B, domain.end - domain.start] row-major
   */
  score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array>
  /**
   * The same scores (to float32 rounding) before they are computed, where they are products or sums: ranking then does that itself, in blocks and
   * on several threads. Without it ranking asks for `score`.
   * @param turn to be awaited now and then in long work: there a pause or a cancel is heard
   */
  scoring?(history: Interactions, domain: DomainRange, turn?: () => Promise<void>): Promise<Scoring>
  save(): Promise<Snapshot>
  load(snapshot: Snapshot, data: TrainingData): Promise<void>
  /** Gives device memory back. */
  dispose(): void
}

export interface Estimate {
  parameters: number | null
  /** Floating-point operations of one epoch (or of the closed form); the cost estimate divides by the measured speed. */
  flopsPerEpoch: number
  epochs: number
  memoryBytes: number
}

export interface ModelDefinition extends ModelInfo {
  create(config: ModelConfig): Recommender
  estimate(config: ModelConfig, size: { users: number; items: number; events: number; featureDims: number[] }): Estimate
}

/**
 * What a job and the page that computes for it ask of each other. The job owns data, files, evaluation and the run's life; the page holds the model
 * and trains it. Both ends parse what they hear with these schemas.
 */
import * as v from 'valibot'
import type { BackendInfo, ModelConfig } from '../../src-preload/contract.ts'
import type { Checkpoint } from '../learning/checkpoint.ts'
import type { DomainRange, FeatureTable, Interactions, ItemFacts, ItemViews, TrainingData } from '../learning/data.ts'
import type { FitEvent, FitSummary, Snapshot } from '../learning/model.ts'
import { backendInfo, modelConfig, type SchemaOf } from '../workspace/schemas.ts'

/** What the page answers, by name: argument and result. */
export interface PageCalls {
  /** Starts WebGPU and tests it. `named`: false refuses an adapter in software. */
  start: { argument: { named: boolean }; result: { device: string; memoryBytes: number | null } }
  probe: { argument: null; result: BackendInfo }
  /** The model that all that follows is about. */
  create: { argument: { model: string; config: ModelConfig }; result: null }
  fit: {
    argument: { data: TrainingData; seed: number; checkpoint: Checkpoint | null; medians: number[] }
    result: FitSummary
  }
  /** A history that scores are asked for under its number; the last one is kept. */
  history: { argument: { number: number; events: Interactions }; result: null }
  score: { argument: { users: Uint32Array; history: number; domain: DomainRange }; result: Float32Array }
  save: { argument: null; result: Snapshot }
  load: { argument: { snapshot: Snapshot; data: TrainingData }; result: null }
  /** Held after the step at work, or let go on. */
  hold: { argument: { held: boolean }; result: null }
  cancel: { argument: null; result: null }
}

/** What the job answers while the page trains. */
export interface JobCalls {
  event: { argument: FitEvent; result: null }
  /** Ranks the validation part with the model as it stands, which the job asks the page's scores for. */
  validate: { argument: null; result: number }
  checkpoint: { argument: Checkpoint; result: null }
}

const nothing = v.null()
const text = v.string()
const number = v.number()
const floats = v.instance(Float32Array)
const range: SchemaOf<DomainRange> = v.strictObject({ name: v.picklist(['A', 'B']), start: number, end: number })
const events: SchemaOf<Interactions> = v.strictObject({
  indptr: v.instance(Uint32Array),
  item: v.instance(Uint32Array),
  rating: floats,
  time: v.instance(Float64Array),
})
const table: SchemaOf<FeatureTable> = v.strictObject({
  name: text,
  dim: number,
  rows: floats,
  present: v.instance(Uint8Array),
  hash: text,
})
const facts: SchemaOf<ItemFacts> = v.strictObject({
  genreNames: v.array(text),
  genres: v.instance(Uint32Array),
  year: v.instance(Int16Array),
})
const views: SchemaOf<ItemViews> = v.strictObject({
  tokens: v.instance(Int32Array),
  length: number,
  vocabulary: number,
  pixels: v.instance(Uint8Array),
  height: number,
  width: number,
  hasPoster: v.instance(Uint8Array),
  hash: text,
})
const data: SchemaOf<TrainingData> = v.strictObject({
  users: number,
  items: number,
  domains: v.array(range),
  train: events,
  validation: events,
  test: events,
  positive: number,
  historyAtTest: v.picklist(['train', 'train+validation']),
  cutoffs: v.array(number),
  features: v.array(table),
  foldIn: v.exactOptional(events),
  sampled: v.exactOptional(v.strictObject({ negatives: number, seed: number })),
  facts: v.exactOptional(facts),
  views: v.exactOptional(views),
  hash: text,
})
const arrays: SchemaOf<Snapshot['arrays']> = v.record(
  text,
  v.strictObject({
    shape: v.array(number),
    data: v.union([floats, v.instance(Float64Array), v.instance(Int32Array), v.instance(Uint32Array)]),
  }),
)
const snapshot: SchemaOf<Snapshot> = v.strictObject({ arrays, json: v.record(text, v.unknown()) })
const checkpoint: SchemaOf<Checkpoint> = v.strictObject({
  state: v.strictObject({
    epoch: number,
    position: number,
    step: number,
    loss: number,
    weight: number,
    best: v.strictObject({ epoch: number, validation: number }),
    seconds: number,
  }),
  layout: text,
  arrays,
})
const fitEvent: SchemaOf<FitEvent> = v.variant('type', [
  v.strictObject({ type: v.literal('phase'), phase: text, fraction: v.nullable(number) }),
  v.strictObject({
    type: v.literal('step'),
    epoch: number,
    step: number,
    steps: number,
    loss: number,
    learningRate: number,
    samplesPerSecond: number,
    eta: number,
  }),
  v.strictObject({
    type: v.literal('epoch'),
    epoch: number,
    loss: number,
    validation: v.nullable(number),
    best: v.boolean(),
  }),
])
const summary: SchemaOf<FitSummary> = v.strictObject({
  parameters: v.nullable(number),
  epochs: v.nullable(number),
  bestEpoch: v.nullable(number),
  bestValidation: v.nullable(number),
  backend: text,
  stopped: v.picklist(['finished', 'early-stopping', 'time-budget', 'median']),
  seconds: v.exactOptional(number),
})

/** Of each call, what its argument and its result must be. */
export type CallSchemas<Calls> = {
  [N in keyof Calls]: Calls[N] extends { argument: infer A; result: infer R }
    ? { argument: SchemaOf<A>; result: SchemaOf<R> }
    : never
}

export const pageCalls: CallSchemas<PageCalls> = {
  start: {
    argument: v.strictObject({ named: v.boolean() }),
    result: v.strictObject({ device: text, memoryBytes: v.nullable(number) }),
  },
  probe: { argument: nothing, result: backendInfo },
  create: { argument: v.strictObject({ model: text, config: modelConfig }), result: nothing },
  fit: {
    argument: v.strictObject({ data, seed: number, checkpoint: v.nullable(checkpoint), medians: v.array(number) }),
    result: summary,
  },
  history: { argument: v.strictObject({ number, events }), result: nothing },
  score: {
    argument: v.strictObject({ users: v.instance(Uint32Array), history: number, domain: range }),
    result: floats,
  },
  save: { argument: nothing, result: snapshot },
  load: { argument: v.strictObject({ snapshot, data }), result: nothing },
  hold: { argument: v.strictObject({ held: v.boolean() }), result: nothing },
  cancel: { argument: nothing, result: nothing },
}

export const jobCalls: CallSchemas<JobCalls> = {
  event: { argument: fitEvent, result: nothing },
  validate: { argument: nothing, result: number },
  checkpoint: { argument: checkpoint, result: nothing },
}

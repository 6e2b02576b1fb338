// Our side, as a process of its own that takes a step of real training whenever a line on its input asks for one (see peer.ts):
// node ours.ts '{"workload": {...}, "backend": "wasm", "options": {"threads": 2}, "profile": false}'
import { createInterface } from 'node:readline'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { BackendId, BackendOptions } from '../../../src-main/learning/backends/index.ts'
import { measureGflops } from '../../../src-main/learning/backends/measure.ts'
import { disposeWasm, wasmHeapBytes } from '../../../src-main/learning/backends/wasm.ts'
import type { Recommender } from '../../../src-main/learning/model.ts'
import { freezeFeatures } from '../../../src-main/learning/models/transformer-features.ts'
import { uploadAllItems } from '../../../src-main/learning/models/transformer-inputs.ts'
import { TransformerLearner } from '../../../src-main/learning/models/transformer-learner.ts'
import { readSettings } from '../../../src-main/learning/models/transformer-settings.ts'
import { parameterSpecs, transformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import type { TransformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import { startWeights, transformerWeights } from '../../../src-main/learning/models/transformer-start.ts'
import type { ModelWeights } from '../../../src-main/learning/model-weights.ts'
import { Gate } from '../../../src-main/learning/pacer.ts'
import { train } from '../../../src-main/learning/trainer.ts'
import { SEED } from './batches.ts'
import { peakResident } from './memory.ts'
import type { Memory, Ready, Step } from './peer.ts'
import { Profile } from './profile.ts'
import { madeUpData } from './workload.ts'
import type { Workload } from './workload.ts'

/** Its only argument, as JSON. */
export interface Task {
  workload: Workload
  backend: BackendId
  options: BackendOptions
  /** Time every operation; the steps are slower for it. */
  profile: boolean
}

const task: Task = JSON.parse(process.argv[2] ?? '')
const { device } = await startBackend(task.backend, task.options)
const gflops = await measureGflops()
const { shape, learner, weights } = prepared(madeUpData(task.workload.scale))
const extents = new Set(parameterSpecs(shape).flatMap(({ shape: dims }) => dims))
const profile = task.profile ? await Profile.start(extents) : null

/** Training asks for validation alone, and that is answered here. */
const never = (): Promise<never> => Promise.reject(new Error('not asked'))
const notAsked: Recommender = { fit: never, score: never, save: never, load: never, dispose: () => undefined }

/** Closed between two steps: the trainer stands where it stands while a run is paused. */
const gate = new Gate()
gate.close()
let ready = false
let stepped: (step: Step) => void = () => {}
/** When the trainer went on: with a step, or after one with what it does before it stops for a pause. */
let begun = now()
let before = { wall: 0, processor: 0 }

const trained = train(
  learner,
  notAsked,
  { ...shape.settings, epochs: 1000, patience: 1000, minutes: 0 },
  {
    seed: SEED,
    signal: new AbortController().signal,
    gate,
    validate: () => Promise.resolve(0),
    onEvent: (event) => {
      if (event.type === 'phase') {
        before = since(begun)
        if (!ready) say({ device, gflops } satisfies Ready)
        ready = true
      }
      if (event.type !== 'step') return
      const { wall, processor } = since(begun)
      gate.close()
      begun = now()
      stepped({ wall: wall + before.wall, processor: processor + before.processor, loss: event.loss })
    },
  },
)
trained.catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})

for await (const line of createInterface({ input: process.stdin })) {
  const { ask }: { ask: 'loss' | 'step' | 'memory' | 'profile' } = JSON.parse(line)
  if (ask === 'loss') say({ wall: 0, processor: 0, loss: await firstLoss() } satisfies Step)
  else if (ask === 'step') say(await step())
  else if (ask === 'memory') say(memory())
  else say({ text: (await profile?.text()) ?? '' })
}
disposeWasm()
process.exit()

function prepared(data: TrainingData): {
  shape: TransformerShape
  learner: TransformerLearner
  weights: ModelWeights
} {
  const shape = transformerShape(readSettings(task.workload.config), data)
  const weights = transformerWeights(shape)
  startWeights(shape, weights, data, SEED)
  const features = freezeFeatures(shape, data, SEED)
  const items = shape.settings.loss === 'softmax' ? uploadAllItems(features) : null
  const parts = { shape, domains: data.domains, seed: SEED, weights, features, items }
  return { shape, weights, learner: new TransformerLearner(parts, data) }
}

function step(): Promise<Step> {
  return new Promise((resolve) => {
    stepped = resolve
    profile?.nextStep()
    begun = now()
    gate.open()
  })
}

/** Of the first batch with the first weights, without dropout. */
async function firstLoss(): Promise<number> {
  const { dropout } = shape.settings
  shape.settings.dropout = 0
  const [first] = learner.epoch(1)
  let loss = 0
  const { tensors, named } = weights.upload()
  for (let part = 0; part < (first?.parts ?? 0); part++) {
    const { rows, upload } = first!.prepare(part, 0) // it was counted
    const value = tf.tidy(() => {
      const tables = learner.tables.map((table, k) => [table.name, table.upload(rows[k]!)] as const) // rows a table
      return upload()({ ...named, ...Object.fromEntries(tables) })
    })
    loss += (await value.data())[0] ?? Number.NaN
    value.dispose()
  }
  tf.dispose(tensors)
  shape.settings.dropout = dropout
  return loss
}

function memory(): Memory {
  globalThis.gc?.()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  return {
    peak: peakResident(),
    resident: rss,
    heap: heapUsed + arrayBuffers,
    wasm: wasmHeapBytes(),
    tensors: tf.memory().numTensors,
  }
}

function now(): { wall: number; processor: number } {
  const { user, system } = process.cpuUsage()
  return { wall: performance.now(), processor: (user + system) / 1000 }
}

function since(then: { wall: number; processor: number }): { wall: number; processor: number } {
  const { wall, processor } = now()
  return { wall: wall - then.wall, processor: processor - then.processor }
}

function say(answer: object): void {
  console.log(JSON.stringify(answer))
}

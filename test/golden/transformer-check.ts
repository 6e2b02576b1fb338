/**
 * How a backend's Transformer is held against PyTorch's values: loss and gradients of the golden cases, and the losses of thirty steps. Free of
 * Node, so that a page runs it too. The backend is started by whoever asks.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../../src-main/learning/batches.ts'
import { Dropout } from '../../src-main/learning/dropout.ts'
import type { Recommender } from '../../src-main/learning/model.ts'
import { uploadAllItems, uploadBatch } from '../../src-main/learning/models/transformer-inputs.ts'
import { layOutBatch } from '../../src-main/learning/models/transformer-layout.ts'
import { transformerLoss } from '../../src-main/learning/models/transformer-loss.ts'
import { parameterSpecs } from '../../src-main/learning/models/transformer-shape.ts'
import { OwnItems } from '../../src-main/learning/sampling.ts'
import { train } from '../../src-main/learning/trainer.ts'
import type { PreparedPart, TrainingStep } from '../../src-main/learning/trainer.ts'
import type { GoldenCase } from './transformer-cases.ts'
import stored from './transformer.json' with { type: 'json' }

/** What backends in float32 may differ by. */
export const tolerance = { loss: 2e-6, gradient: 1e-5, training: 1e-4 }

/** gradient: base64 of little-endian float32, all parameters in order */
const golden: {
  cases: { name: string; loss: number; gradient: string }[]
  trainings: { name: string; losses: number[] }[]
} = stored

export interface Distance {
  /** |loss - PyTorch's| */
  loss: number
  /** |gradient - PyTorch's| / |PyTorch's|, over all parameters */
  gradient: number
}

/** @throws Error when there are no values for the case */
export async function distanceOf(of: GoldenCase): Promise<Distance> {
  const expected = golden.cases.find(({ name }) => name === of.name)
  if (!expected) throw new Error(`PyTorch's values lack '${of.name}'. Run test/golden/transformer.py.`)
  const bytes = Uint8Array.from(atob(expected.gradient), (character) => character.charCodeAt(0))
  const reference = new Float32Array(bytes.buffer)
  const [loss, gradient] = await lossAndGradient(of)
  if (gradient.length !== reference.length) throw new Error(`'${of.name}' has other parameters than PyTorch's.`)
  let difference = 0
  let size = 0
  for (const [i, g] of reference.entries()) {
    difference += ((gradient[i] ?? Number.NaN) - g) ** 2
    size += g ** 2
  }
  return { loss: Math.abs(loss - expected.loss), gradient: Math.sqrt(difference / size) }
}

/** Thirty steps, or the first few of them. @returns |loss - PyTorch's| of each @throws Error when there are no values for the case */
export async function trainingDistances(of: GoldenCase, first = 30): Promise<number[]> {
  const expected = golden.trainings.find(({ name }) => name === of.name)
  if (!expected) throw new Error(`PyTorch's values lack '${of.name}'. Run test/golden/transformer.py.`)
  const steps = of.batches.map((batch): TrainingStep => {
    return { samples: 1, weight: 1, parts: 1, about: () => '', prepare: () => prepare(of, batch) }
  })
  const losses: number[] = []
  const plan = { learningRate: 0.01, warmUpSteps: 0, decay: 'none', clip: 1 } as const
  await train(
    { parameters: of.weights.parameters, tables: of.weights.tables, epoch: () => steps },
    notAsked,
    {
      ...plan,
      adam: of.shape.settings.adam,
      epochs: Math.ceil(first / steps.length),
      validateEvery: 1,
      patience: 1000,
      minutes: 0,
    },
    {
      seed: 1,
      signal: new AbortController().signal,
      onEvent: (event) => void (event.type === 'step' && losses.push(event.loss)),
      validate: () => Promise.resolve(0),
    },
  )
  return expected.losses.slice(0, first).map((loss, step) => Math.abs((losses[step] ?? Number.NaN) - loss))
}

function prepare({ data, shape, features, weights }: GoldenCase, batch: Batch): PreparedPart {
  const host = layOutBatch(shape, data.domains, features, new OwnItems(data.train), batch)
  const total = batch.targets.reduce((sum, { weight }) => sum + weight.reduce((a, b) => a + b, 0), 0)
  return {
    rows: weights.tables.map(() => host.items ?? new Int32Array()),
    upload: () => {
      const device = uploadBatch(shape, uploadAllItems(features), host)
      return (p) => transformerLoss(shape, p, device, total, Dropout.none)
    },
  }
}

/** The gradient of all parameters in the order of the specification; 0 in the rows of a table that were not looked at. */
async function lossAndGradient(of: GoldenCase): Promise<[number, Float32Array]> {
  const { parameters, tables } = of.weights
  const { rows, upload } = prepare(of, of.batches[0]!) // every case has one
  const dense = parameters.tensors()
  const results = tf.tidy(() => {
    const lossOf = upload()
    const inputs = [...dense, ...tables.map((table, k) => table.upload(rows[k]!))]
    const { value, grads } = tf.valueAndGrads((...t) => {
      const named = parameters.byName(t.slice(0, dense.length))
      for (const [k, { name }] of tables.entries()) named[name] = t[dense.length + k]!
      return lossOf(named)
    })(inputs)
    return [value, ...grads]
  })
  const [value, ...grads] = results
  const flat: number[] = []
  for (const { name, shape } of parameterSpecs(of.shape)) {
    const k = tables.findIndex((table) => table.name === name)
    if (k === -1) {
      const at = parameters.specs.findIndex((spec) => spec.name === name)
      flat.push(...(await grads[at]!.data()))
      continue
    }
    const width = shape[1]!
    const whole = new Array<number>(shape[0]! * width).fill(0)
    const gradient = await grads[dense.length + k]!.data()
    for (const [i, row] of rows[k]!.entries())
      for (let j = 0; j < width; j++) whole[row * width + j] = gradient[i * width + j]!
    flat.push(...whole)
  }
  const loss = (await value!.data())[0]!
  tf.dispose([...results, ...dense])
  return [loss, Float32Array.from(flat)]
}

const notAsked: Recommender = {
  fit: () => Promise.reject(new Error('not asked')),
  score: () => Promise.reject(new Error('not asked')),
  save: () => Promise.reject(new Error('not asked')),
  load: () => Promise.reject(new Error('not asked')),
  dispose: () => undefined,
}

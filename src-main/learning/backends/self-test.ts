/**
 * A backend that loads may still compute wrongly: a broken driver, a shader compiler's mistake, another precision than float32. So every start of
 * one computes a tiny Transformer's loss and gradient, whose values PyTorch has found from the same weights (test/golden/self-test-values.ts).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { freezeFeatures } from '../models/transformer-features.ts'
import { uploadAllItems } from '../models/transformer-inputs.ts'
import { TransformerLearner } from '../models/transformer-learner.ts'
import { readSettings } from '../models/transformer-settings.ts'
import { parameterSpecs, transformerShape } from '../models/transformer-shape.ts'
import { transformerWeights } from '../models/transformer-start.ts'
import { StepGradient } from '../step-gradient.ts'
import type { TrainingData } from '../data.ts'
import { WrongResultError } from './choose.ts'
import type { BackendId } from './choose.ts'
import stored from './self-test.json' with { type: 'json' }

export interface StepResult {
  loss: number
  /** Of the gradient of all parameters. */
  norm: number
}

/** As stored: plain numbers. */
export interface StoredStep {
  config: ModelConfig
  users: number
  items: number
  /** The first item of domain B. */
  boundary: number
  train: { indptr: number[]; item: number[]; rating: number[]; time: number[] }
  positive: number
  features: { name: string; dim: number; rows: number[]; present: number[] }[]
  expected: StepResult
}

/** Ten times what backends in float32 were seen to differ by; a product in half precision or TF32 is off by a hundred times as much. */
const LOSS_TOLERANCE = 2e-5
const NORM_TOLERANCE = 1e-4

/** @throws WrongResultError when the running backend gives another loss or gradient, or none */
export async function selfTest(id: BackendId, step: StoredStep = stored): Promise<void> {
  const { expected } = step
  let found: StepResult
  try {
    found = await computeStep(step)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new WrongResultError(`${id} starts, but fails its self-test (${said.split('\n')[0]}). ${remedies[id]}`, {
      cause: error,
    })
  }
  const loss = Math.abs(found.loss - expected.loss)
  const norm = Math.abs(found.norm / expected.norm - 1)
  if (loss <= LOSS_TOLERANCE && norm <= NORM_TOLERANCE) return // not the other way round: a NaN is wrong
  throw new WrongResultError(
    `${id} starts, but computes wrongly: in its self-test the loss is ${found.loss.toPrecision(7)} instead of ${expected.loss.toPrecision(7)}, the gradient's norm ${found.norm.toPrecision(7)} instead of ${expected.norm.toPrecision(7)}. ${remedies[id]}`,
  )
}

const remedies: Record<BackendId, string> = {
  tensorflow: 'Reinstall TensorFlow with the versions of CUDA and cuDNN that it names.',
  webgpu: 'Update the graphics driver.',
  wasm: 'Reinstall Crossreel; if it happens again, report it with the name of the processor.',
  cpu: 'Reinstall Crossreel.',
}

/** One step over all windows of the data, without dropout. The weights come from a formula. */
export async function computeStep(step: StoredStep): Promise<StepResult> {
  const data = dataOf(step)
  const settings = readSettings(step.config)
  const shape = transformerShape(settings, data)
  const weights = transformerWeights(shape)
  let k = 0
  for (const { name } of parameterSpecs(shape)) {
    const values = weights.values(name)
    for (let i = 0; i < values.length; i++) values[i] = 0.6 * Math.sin(1.7 * k++ + 0.4)
  }
  const features = freezeFeatures(shape, data, 1)
  const items = uploadAllItems(features)
  try {
    const learner = new TransformerLearner({ shape, domains: data.domains, seed: 1, weights, features, items }, data)
    const [only] = learner.epoch(1)
    if (!only) throw new Error('there is no step')
    const gradient = new StepGradient(learner)
    const loss = await gradient.compute(only, 0, null, () => Promise.resolve())
    return { loss, norm: gradient.norm() }
  } finally {
    tf.dispose(items.features)
  }
}

function dataOf({ users, items, boundary, train, positive, features }: StoredStep): TrainingData {
  const none = {
    indptr: new Uint32Array(users + 1),
    item: new Uint32Array(),
    rating: new Float32Array(),
    time: new Float64Array(),
  }
  return {
    users,
    items,
    domains: [
      { name: 'A', start: 0, end: boundary },
      { name: 'B', start: boundary, end: items },
    ],
    train: {
      indptr: Uint32Array.from(train.indptr),
      item: Uint32Array.from(train.item),
      rating: Float32Array.from(train.rating),
      time: Float64Array.from(train.time),
    },
    validation: none,
    test: none,
    positive,
    historyAtTest: 'train',
    cutoffs: [10],
    features: features.map(({ name, dim, rows, present }) => ({
      name,
      dim,
      rows: Float32Array.from(rows),
      present: Uint8Array.from(present),
      hash: name,
    })),
    hash: 'self-test',
  }
}

/** How fast the running backend is: at one large matrix product, and at training a small Transformer. */
import * as tf from '@tensorflow/tfjs-core'
import { freezeFeatures } from '../models/transformer-features.ts'
import { uploadAllItems } from '../models/transformer-inputs.ts'
import { TransformerLearner } from '../models/transformer-learner.ts'
import { readSettings } from '../models/transformer-settings.ts'
import { transformerShape } from '../models/transformer-shape.ts'
import { startWeights, transformerWeights } from '../models/transformer-start.ts'
import { Adam } from '../optimiser.ts'
import { StepGradient } from '../step-gradient.ts'
import { measuredConfig, measuredData } from './measured-problem.ts'

/** Milliseconds that a measurement may take, besides its first step; a slow device is measured by that alone. */
const PATIENCE = 900

/** Of a product of two 512 x 512 float32 matrices; of smaller ones where those take long. @returns GFLOP/s */
export async function measureGflops(): Promise<number> {
  await bestProduct(128, 0) // shaders and machine code are made in it
  const small = await bestProduct(128, PATIENCE / 10)
  return small < SLOW ? small : bestProduct(512, PATIENCE / 2)
}

/** GFLOP/s below which a step is measured on one history alone, and below which it is not measured at all: it would take a minute. */
const SLOW = 2
const HOPELESS = 0.1

/** Best of a few, each read back so that nothing is left unfinished. */
async function bestProduct(size: number, patience: number): Promise<number> {
  const [a, b] = tf.tidy(() => [tf.fill([size, size], 0.5), tf.fill([size, size], 0.25)] as const)
  let best = Infinity
  for (let i = 0, begun = performance.now(); i === 0 || (i < 12 && performance.now() - begun < patience); i++) {
    const start = performance.now()
    const product = tf.matMul(a, b)
    await product.data()
    best = Math.min(best, performance.now() - start)
    product.dispose()
  }
  tf.dispose([a, b])
  return (2 * size ** 3) / (best * 1e6)
}

/**
 * Steps of the measured problem (measured-problem.ts), the first left out where there is time for more.
 * @param gflops what one large product reaches: a slow device gets smaller steps @returns targets a second; null where a single step would take too long
 */
export async function measureTraining(gflops: number, patience = PATIENCE): Promise<number | null> {
  if (gflops < HOPELESS) return null
  const data = measuredData()
  const settings = readSettings(gflops < SLOW ? { ...measuredConfig, batch: 1 } : measuredConfig)
  const shape = transformerShape(settings, data)
  const weights = transformerWeights(shape)
  startWeights(shape, weights, data, 1)
  const features = freezeFeatures(shape, data, 1)
  const items = settings.loss === 'softmax' ? uploadAllItems(features) : null
  try {
    const learner = new TransformerLearner({ shape, domains: data.domains, seed: 1, weights, features, items }, data)
    const steps = learner.epoch(1)
    const gradient = new StepGradient(learner)
    const optimiser = new Adam(learner.parameters.values.length)
    let [samples, spent, number] = [0, 0, 0]
    for (const begun = performance.now(); ; number++) {
      const start = performance.now()
      const [current, next] = [steps[number % steps.length], steps[(number + 1) % steps.length]]
      if (!current || !next) throw new Error('The measured problem has no step.')
      await gradient.compute(current, number, next, () => Promise.resolve())
      gradient.apply(optimiser, current.weight, 1e-3, number + 1)
      const now = performance.now()
      const first = number === 0 // shaders and machine code are made in it
      if (!first || now - begun >= patience) {
        samples += current.samples
        spent += now - start
      }
      if (now - begun >= patience && samples > 0) return (1000 * samples) / spent
    }
  } finally {
    if (items) tf.dispose(items.features)
  }
}

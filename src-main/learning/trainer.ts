/**
 * The training loop of every model trained by gradients. It owns epochs, steps, the learning rate, clipping, validation, early stopping, best
 * weights, events and cancelling; a model owns its parameters, its batches and its loss.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { FitContext, FitSummary, Recommender } from './model.ts'
import { Adam, clipGlobalNorm, learningRateAt } from './optimiser.ts'
import type { Schedule } from './optimiser.ts'
import { Pacer } from './pacer.ts'
import type { Parameters, ParameterTensors } from './parameters.ts'

/** One optimiser step. Its parts are computed one after the other and their gradients added, so that a large batch fits into memory. */
export interface TrainingStep {
  /** Targets in the step. */
  samples: number
  /** How much its gradient and its loss count; 1 in the mean over an epoch. */
  weight: number
  parts: number
  /** Uploads what part `index` needs and gives its share of the step's loss as a function of the parameters. */
  part(index: number, step: number): (parameters: ParameterTensors) => tf.Scalar
}

export interface Learner {
  parameters: Parameters
  /** The same number of steps in every epoch. @param epoch from 1 */
  epoch(epoch: number): TrainingStep[]
}

export interface TrainingPlan extends Omit<Schedule, 'steps'> {
  epochs: number
  /** Largest global norm of the gradient, 0 = no limit. */
  clip: number
  /** Epochs without a better validation value after which training stops. */
  patience: number
}

/**
 * Trains until the epochs are over or validation has not improved for `patience` of them, and leaves the best weights in `learner.parameters`.
 * @throws DOMException 'AbortError' after the signal; Error with step and likely cause when the loss is no longer a number.
 */
export async function train(
  learner: Learner,
  model: Recommender,
  plan: TrainingPlan,
  context: FitContext,
): Promise<Pick<FitSummary, 'epochs' | 'bestEpoch' | 'bestValidation' | 'stopped'>> {
  const { parameters } = learner
  const adam = new Adam(parameters.values.length)
  const gradient = new Float32Array(parameters.values.length)
  const pacer = new Pacer(context.signal)
  const best = { epoch: 0, validation: -Infinity, values: parameters.values.slice() }
  const clock = new Clock()
  let step = 0
  let epoch = 1
  let stopped: FitSummary['stopped'] = 'finished'

  for (; epoch <= plan.epochs; epoch++) {
    const steps = learner.epoch(epoch)
    const total = steps.length * plan.epochs
    let epochLoss = 0
    let epochWeight = 0
    for (const current of steps) {
      const loss = await lossAndGradient(parameters, current, step, gradient, pacer)
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= current.weight
      const norm = clipGlobalNorm(gradient, plan.clip)
      const learningRate = learningRateAt(step, { ...plan, steps: total })
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw diverged(epoch, step, loss, learningRate)
      adam.update(parameters.values, gradient, learningRate)

      step++
      epochLoss += loss * current.weight
      epochWeight += current.weight
      clock.tick(current.samples)
      context.onEvent({
        type: 'step',
        epoch,
        step,
        steps: total,
        loss,
        learningRate,
        samplesPerSecond: clock.samplesPerSecond,
        eta: (total - step) * clock.secondsPerStep,
      })
    }

    const validation = await context.validate(model)
    context.signal.throwIfAborted()
    clock.restart()
    const better = validation > best.validation
    if (better) {
      best.epoch = epoch
      best.validation = validation
      best.values.set(parameters.values)
    }
    context.onEvent({ type: 'epoch', epoch, loss: epochLoss / epochWeight, validation, best: better })
    if (epoch - best.epoch >= plan.patience) {
      stopped = 'early-stopping'
      break
    }
  }

  parameters.values.set(best.values)
  return { epochs: Math.min(epoch, plan.epochs), bestEpoch: best.epoch, bestValidation: best.validation, stopped }
}

/** Leaves the step's gradient in `gradient`; a cancel is seen before each part. @returns the step's loss */
async function lossAndGradient(
  parameters: Parameters,
  current: TrainingStep,
  step: number,
  gradient: Float32Array,
  pacer: Pacer,
): Promise<number> {
  gradient.fill(0)
  const tensors = parameters.tensors()
  let loss = 0
  try {
    for (let part = 0; part < current.parts; part++) {
      await pacer.turn()
      const results = tf.tidy(() => {
        const lossOf = current.part(part, step)
        const { value, grads } = tf.valueAndGrads((...t) => lossOf(parameters.byName(t)))(tensors)
        return [value, ...grads]
      })
      const [value, ...gradients] = results
      loss += (await value?.data())?.[0] ?? Number.NaN
      await parameters.addGradients(gradients, gradient)
      tf.dispose(results)
    }
  } finally {
    tf.dispose(tensors)
  }
  return loss
}

function diverged(epoch: number, step: number, loss: number, learningRate: number): Error {
  const where = `Training diverged in epoch ${epoch}, step ${step + 1}`
  const what = Number.isFinite(loss) ? 'the gradient is no longer a finite number' : `the loss became ${loss}`
  const cause =
    step < 3
      ? 'As this is one of the first steps, the features are likely to hold values that are not finite or very large: encode them again.'
      : `The learning rate is likely to be too high (${learningRate.toPrecision(2)} here): try a third of it, a longer warm-up or a smaller gradient limit.`
  return new Error(`${where}: ${what}. ${cause}`)
}

/** Smoothed time and samples a step; validation is not counted. */
class Clock {
  secondsPerStep = 0
  samplesPerSecond = 0
  #last = performance.now()

  tick(samples: number): void {
    const now = performance.now()
    const seconds = (now - this.#last) / 1000
    this.#last = now
    const weight = this.secondsPerStep === 0 ? 1 : 0.1
    this.secondsPerStep += weight * (seconds - this.secondsPerStep)
    this.samplesPerSecond += weight * (samples / Math.max(seconds, 1e-6) - this.samplesPerSecond)
  }

  restart(): void {
    this.#last = performance.now()
  }
}

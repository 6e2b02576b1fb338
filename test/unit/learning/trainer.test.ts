import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import { train } from '../../../src-main/learning/trainer.ts'
import type { Learner, TrainingPlan } from '../../../src-main/learning/trainer.ts'

beforeAll(async () => void (await startBackend('cpu')))

const plan: TrainingPlan = {
  epochs: 6,
  learningRate: 0.1,
  warmUpSteps: 0,
  decay: 'none',
  clip: 0,
  patience: 2,
}

/** Learns w = [3, 3] from (w - 3)^2, in two parts a step. */
function learner(slope = 1): Learner {
  const parameters = new Parameters([{ name: 'w', shape: [2], start: { constant: 0 } }])
  parameters.initialise(1)
  const step = {
    samples: 10,
    weight: 1,
    parts: 2,
    part: () => (p: Record<string, tf.Tensor>) => tf.sum(tf.mul(tf.square(tf.sub(p['w']!, 3)), slope / 2)) as tf.Scalar,
  }
  return { parameters, epoch: () => [step, step] }
}

const model: Recommender = {
  fit: () => Promise.reject(new Error('not asked')),
  score: () => Promise.reject(new Error('not asked')),
  save: () => Promise.reject(new Error('not asked')),
  load: () => Promise.reject(new Error('not asked')),
  dispose: () => undefined,
}

function context(validations: number[], events: FitEvent[] = [], signal = new AbortController().signal) {
  let epoch = 0
  return {
    seed: 1,
    signal,
    onEvent: (event: FitEvent) => void events.push(event),
    validate: async () => validations[epoch++] ?? 0,
  }
}

test('training stops when validation has not improved for the patience, and keeps the best weights', async () => {
  const subject = learner()
  const events: FitEvent[] = []
  const best: number[] = []
  const watched = context([0.1, 0.3, 0.2, 0.3], events)
  const summary = await train(subject, model, plan, {
    ...watched,
    validate: async () => {
      best.push(subject.parameters.values[0]!)
      return watched.validate()
    },
  })
  expect(summary).toEqual({ epochs: 4, bestEpoch: 2, bestValidation: 0.3, stopped: 'early-stopping' })
  expect(subject.parameters.values[0]).toBe(best[1])
  const epochs = events.filter((e) => e.type === 'epoch')
  expect(epochs.map(({ best }) => best)).toEqual([true, true, false, false])
  const steps = events.filter((e) => e.type === 'step')
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(steps[0]).toMatchObject({ epoch: 1, steps: 12, learningRate: 0.1 })
  expect(steps[0]!.loss).toBeCloseTo(18, 5) // both parts added
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss)
})

test('training that goes on to the end says so', async () => {
  const summary = await train(learner(), model, { ...plan, epochs: 3 }, context([0.1, 0.2, 0.3]))
  expect(summary).toEqual({ epochs: 3, bestEpoch: 3, bestValidation: 0.3, stopped: 'finished' })
})

test('a loss that is no number ends training with step and likely cause', async () => {
  await expect(train(learner(Number.NaN), model, plan, context([]))).rejects.toThrow(
    'Training diverged in epoch 1, step 1: the loss became NaN. As this is one of the first steps, the features are likely to hold values that are not finite or very large: encode them again.',
  )
  const late = learner()
  const [healthy] = late.epoch(1)
  const broken = {
    ...healthy!,
    part: () => (p: Record<string, tf.Tensor>) => tf.sum(tf.mul(p['w']!, Infinity)) as tf.Scalar,
  }
  late.epoch = (epoch) => [healthy!, epoch === 2 ? broken : healthy!]
  await expect(train(late, model, plan, context([0.1, 0.2]))).rejects.toThrow(
    /epoch 2, step 4: the loss became Infinity\. The learning rate is likely to be too high \(0\.10 here\)/,
  )
})

test('a cancel is seen between two steps', async () => {
  const controller = new AbortController()
  const events: FitEvent[] = []
  const watched = context([], events, controller.signal)
  const training = train(
    learner(),
    model,
    { ...plan, epochs: 1000, patience: 1000 },
    {
      ...watched,
      onEvent: (event) => {
        watched.onEvent(event)
        if (event.type === 'step' && event.step === 5) controller.abort()
      },
    },
  )
  await expect(training).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(events.filter((e) => e.type === 'step').length).toBe(5)
})

test('no tensor is left behind', async () => {
  const before = tf.memory().numTensors
  await train(learner(), model, plan, context([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]))
  expect(tf.memory().numTensors).toBe(before)
})

import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import type { ParameterTensors } from '../../../src-main/learning/parameters.ts'
import { train } from '../../../src-main/learning/trainer.ts'
import type { Learner, TrainingPlan, TrainingStep } from '../../../src-main/learning/trainer.ts'
import { CheckpointKeeper } from '../../../src-main/learning/checkpoint-keeper.ts'
import { BestWeights } from '../../../src-main/learning/checkpoint.ts'
import type { CheckpointStore } from '../../../src-main/learning/checkpoint.ts'
import { Adam } from '../../../src-main/learning/optimiser.ts'
import { SparseTable } from '../../../src-main/learning/sparse-table.ts'
import { StepGradient } from '../../../src-main/learning/step-gradient.ts'

beforeAll(async () => void (await startBackend('cpu')))

const plan: TrainingPlan = {
  epochs: 6,
  learningRate: 0.1,
  warmUpSteps: 0,
  decay: 'none',
  clip: 0,
  patience: 2,
  validateEvery: 1,
  minutes: 0,
}

/** Learns w = [3, 3] from (w - 3)^2, in two parts a step. */
function learner(slope = 1): Omit<Learner, 'epoch'> & { epoch(epoch: number): TrainingStep[] } {
  const parameters = new Parameters([{ name: 'w', shape: [2], start: { constant: 0 } }])
  parameters.initialise(1)
  const step = {
    samples: 10,
    weight: 1,
    parts: 2,
    about: () => 'all there is',
    prepare: () => ({
      rows: [],
      upload: () => (p: ParameterTensors) => tf.sum(tf.mul(tf.square(tf.sub(p['w']!, 3)), slope / 2)) as tf.Scalar,
    }),
  }
  return { parameters, tables: [], epoch: () => [step, step] }
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
  expect(summary).toMatchObject({ epochs: 4, bestEpoch: 2, bestValidation: 0.3, stopped: 'early-stopping' })
  expect(subject.parameters.values[0]).toBe(best[1])
  const epochs = events.filter((e) => e.type === 'epoch')
  expect(epochs.map(({ best }) => best)).toEqual([true, true, false, false])
  const steps = events.filter((e) => e.type === 'step')
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(steps[0]).toMatchObject({ epoch: 1, steps: 12, learningRate: 0.1 })
  expect(steps[0]!.loss).toBeCloseTo(18, 5) // both parts added
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss)
})

test('a trial ends after the epoch at which its best value so far is behind the median of earlier trials', async () => {
  const values = [0.1, 0.3, 0.2, 0.4, 0.5]
  const medians = [0, 0, 0.3, 0.41]
  const behind = await train(learner(), model, plan, { ...context(values), medians })
  expect(behind).toMatchObject({ epochs: 4, bestEpoch: 4, bestValidation: 0.4, stopped: 'median' })
  const beside = await train(
    learner(),
    model,
    { ...plan, epochs: 5 },
    { ...context(values), medians: [0, 0, 0.3, 0.4] },
  )
  expect(beside).toMatchObject({ epochs: 5, bestEpoch: 5, stopped: 'finished' })
})

test('training that goes on to the end says so', async () => {
  const summary = await train(learner(), model, { ...plan, epochs: 3 }, context([0.1, 0.2, 0.3]))
  expect(summary).toMatchObject({ epochs: 3, bestEpoch: 3, bestValidation: 0.3, stopped: 'finished' })
})

test('a loss that is no number ends training with step and likely cause', async () => {
  await expect(train(learner(Number.NaN), model, plan, context([]))).rejects.toThrow(
    'Training diverged in epoch 1, step 1 (all there is): the loss became NaN. As this is one of the first steps, the features are likely to hold values that are not finite or very large: encode them again.',
  )
  const late = learner()
  const [healthy] = late.epoch(1)
  const broken = {
    ...healthy!,
    prepare: () => ({
      rows: [],
      upload: () => (p: ParameterTensors) => tf.sum(tf.mul(p['w']!, Infinity)) as tf.Scalar,
    }),
  }
  late.epoch = (epoch) => [healthy!, epoch === 2 ? broken : healthy!]
  await expect(train(late, model, plan, context([0.1, 0.2]))).rejects.toThrow(
    /epoch 2, step 4 \(all there is\): the loss became Infinity\. The learning rate is likely to be too high \(0\.10 here\)/,
  )
})

test('diverged training leaves the best weights so far, and says of which epoch', async () => {
  const subject = learner()
  const [healthy] = subject.epoch(1)
  const broken: TrainingStep = {
    ...healthy!,
    about: () => '2 windows of users 3, 4',
    prepare: () => ({ rows: [], upload: () => (p) => tf.sum(tf.mul(p['w']!, Number.NaN)) as tf.Scalar }),
  }
  subject.epoch = (epoch) => [healthy!, epoch === 4 ? broken : healthy!]
  const seen: number[] = []
  const training = train(subject, model, plan, {
    ...context([]),
    validate: async () => (seen.push(subject.parameters.values[0]!), [0.1, 0.3, 0.2][seen.length - 1]!),
  })
  await expect(training).rejects.toMatchObject({
    name: 'DivergedError',
    kept: 2,
    message: expect.stringMatching(
      /epoch 4, step 8 \(2 windows of users 3, 4\): the loss became NaN\..* The best weights so far, of epoch 2, are kept\./,
    ),
  })
  expect(subject.parameters.values[0]).toBe(seen[1])
  expect(subject.parameters.values.every(Number.isFinite)).toBe(true)
})

test('a time budget ends training after the step, validates what there is and keeps the best', async () => {
  const events: FitEvent[] = []
  const watched = context([0.1], events)
  const subject = learner()
  const summary = await train(
    subject,
    model,
    { ...plan, epochs: 100_000, patience: 100_000, minutes: 0.05 / 60 },
    watched,
  )
  expect(summary).toMatchObject({ stopped: 'time-budget', bestEpoch: 1 })
  expect(summary.seconds).toBeGreaterThanOrEqual(0.05)
  expect(summary.seconds).toBeLessThan(10)
  expect(events.at(-1)).toMatchObject({ type: 'epoch', epoch: summary.epochs })
  expect(summary.epochs).toBeLessThan(100_000)
})

test('validation every n epochs, and after the last; patience counts epochs', async () => {
  const validated = async (changes: Partial<TrainingPlan>, values: number[]): Promise<[number[], string]> => {
    const events: FitEvent[] = []
    const { stopped } = await train(learner(), model, { ...plan, ...changes }, context(values, events))
    const epochs = events.filter((e) => e.type === 'epoch')
    return [epochs.filter(({ validation }) => validation !== null).map(({ epoch }) => epoch), stopped]
  }
  expect(await validated({ epochs: 7, validateEvery: 3, patience: 7 }, [1, 2, 3])).toEqual([[3, 6, 7], 'finished'])
  expect(await validated({ epochs: 30, validateEvery: 3, patience: 4 }, [2, 1, 1, 1])).toEqual([
    [3, 6, 9],
    'early-stopping',
  ])
  expect(await validated({ epochs: 2, validateEvery: 5 }, [1])).toEqual([[2], 'finished'])
})

test('the gradient limit holds for parameters and tables together', async () => {
  const table = new SparseTable({ name: 't', shape: [4, 2], start: { constant: 0 } })
  const parameters = new Parameters([{ name: 'w', shape: [2], start: { constant: 0 } }])
  const step: TrainingStep = {
    samples: 1,
    weight: 2,
    parts: 2,
    about: () => '',
    prepare: (part) => ({
      rows: [Int32Array.of(part, 3)],
      upload: () => (p) => tf.add(tf.sum(p['w']!), tf.mul(2, tf.sum(p['t']!))) as tf.Scalar,
    }),
  }
  const gradient = new StepGradient({ parameters, tables: [table], epoch: () => [step] })
  await gradient.compute(step, 0, null, () => Promise.resolve())
  // w: 2 in both entries; rows 0 and 1: 2, row 3: 4 in both entries
  expect(gradient.norm()).toBeCloseTo(Math.sqrt(2 * 4 + 4 * 4 + 2 * 16), 6)
  expect(table.squaredNorm()).toBeCloseTo(48, 6)
})

test('while a part is computed the next one is prepared: the first of a step during the step before it', async () => {
  const subject = learner()
  const [step] = subject.epoch(1)
  const order: string[] = []
  const watched: TrainingStep = {
    ...step!,
    prepare: (part, number) => {
      order.push(`prepare ${number}/${part}`)
      const { rows, upload } = step!.prepare(part, number)
      return { rows, upload: () => (order.push(`compute ${number}/${part}`), upload()) }
    },
  }
  subject.epoch = () => [watched, watched]
  await train(subject, model, { ...plan, epochs: 1 }, context([1]))
  expect(order).toEqual([
    'prepare 0/0',
    'compute 0/0',
    'prepare 0/1',
    'compute 0/1',
    'prepare 1/0',
    'compute 1/0',
    'prepare 1/1',
    'compute 1/1',
  ])
})

test('a checkpoint is written every minute, and at an epoch’s end unless that would take more than a tenth of the time', async () => {
  const clock = { ms: 0 }
  const parameters = new Parameters([{ name: 'w', shape: [2], start: { constant: 0 } }])
  const trained = {
    parameters,
    tables: [],
    optimiser: new Adam(2),
    best: new BestWeights(parameters, []),
    average: null,
  }
  const written: string[] = []
  const store: CheckpointStore = {
    read: () => Promise.resolve(null),
    write: async ({ state }) => {
      written.push(`${state.epoch}/${state.position}`)
      clock.ms += 500
    },
  }
  const keeper = new CheckpointKeeper(store, trained, () => clock.ms)
  const state = await keeper.resume()
  const at = async (ms: number, epoch: number, position: number): Promise<void> => {
    clock.ms = Math.max(clock.ms, ms)
    Object.assign(state, { epoch, position })
    await (position === 0 ? keeper.afterEpoch(state) : keeper.afterStep(state))
  }
  await at(1000, 1, 1)
  await at(2000, 2, 0) // the first end of an epoch: written until 2.5 s
  await at(7000, 3, 0) // 4.5 s later: too early after half a second of writing
  await at(7600, 4, 0)
  await at(60_000, 4, 1)
  await at(69_000, 4, 2)
  await at(70_000, 4, 3)
  expect(written).toEqual(['2/0', '4/0', '4/2'])
  await keeper.write(state)
  await keeper.write(state) // the same state is not written twice
  expect(written).toEqual(['2/0', '4/0', '4/2', '4/3'])
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

/** Matrix factorisation with biases by plain stochastic gradients, one sample after the other, on the host. */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import type { Learner, MovingStep } from '../trainer.ts'
import { MfSamples } from './biased-mf-samples.ts'
import { biasedMfSchema as schema } from './biased-mf-schema.ts'
import { type BiasedFactors, moveOnSample } from './biased-mf-sgd.ts'
import { choiceOf, numberOf } from './config.ts'
import { type GradientModel, GradientRecommender } from './gradient-recommender.ts'
import { openVectors } from './vector-scores.ts'

interface Settings {
  stars: boolean
  negatives: number
  l2: number
  width: number
  deviation: number
  minRating: number
}

function settingsOf(config: ModelConfig): Settings {
  const stars = choiceOf(schema, config, 'objective') === 'stars'
  return {
    stars,
    negatives: stars ? 0 : numberOf(schema, config, 'negatives'),
    l2: numberOf(schema, config, 'regularisation'),
    width: numberOf(schema, config, 'dim'),
    deviation: numberOf(schema, config, 'initialDeviation'),
    minRating: stars ? 0 : numberOf(schema, config, 'minRating'),
  }
}

function begin(settings: Settings, data: TrainingData, seed: number): GradientModel {
  const { width, deviation } = settings
  // plain steps keep no moments: one flat vector, with the mean as the last of its numbers
  const weights = new ModelWeights([
    { name: 'user', shape: [data.users, width], start: { deviation } },
    { name: 'item', shape: [data.items, width], start: { deviation } },
    { name: 'user.bias', shape: [data.users], start: { constant: 0 } },
    { name: 'item.bias', shape: [data.items], start: { constant: 0 } },
    { name: 'mean', shape: [1], start: { constant: 0 } },
  ])
  const threshold = Math.min(settings.minRating, data.positive)
  return {
    weights,
    learner: () => {
      const samples = new MfSamples(data, { seed, threshold, negatives: settings.negatives })
      // what a sample is on average: its stars, or the logarithm of the odds of a positive
      weights.values('mean')[0] = settings.stars ? samples.meanStars : -Math.log(settings.negatives)
      return learner(weights, factorsOf(weights, width), samples, settings)
    },
    open: () => openVectors(withConstants(factorsOf(weights, width))),
  }
}

function factorsOf(weights: ModelWeights, width: number): BiasedFactors {
  return {
    width,
    mean: weights.values('mean')[0] ?? 0,
    users: weights.values('user'),
    items: weights.values('item'),
    userBias: weights.values('user.bias'),
    itemBias: weights.values('item.bias'),
  }
}

function learner(weights: ModelWeights, factors: BiasedFactors, samples: MfSamples, settings: Settings): Learner {
  const { stars, negatives, l2 } = settings
  const loss = stars ? 'squared' : 'logistic'
  const total = samples.users.length
  const move = async (chosen: Uint32Array, rate: number, step: number, turn: () => Promise<void>): Promise<number> => {
    await turn()
    const unseen = samples.negatives(chosen, step)
    let sum = 0
    for (let k = 0; k < chosen.length; k++) {
      const user = samples.users[chosen[k]!]!
      const item = samples.items[chosen[k]!]!
      sum += moveOnSample(factors, loss, { user, item, target: stars ? samples.stars[chosen[k]!]! : 1 }, rate, l2)
      for (let j = k * negatives; j < (k + 1) * negatives; j++)
        if (unseen[j] !== item) sum += moveOnSample(factors, loss, { user, item: unseen[j]!, target: 0 }, rate, l2)
    }
    return sum / (chosen.length * (1 + negatives))
  }
  return {
    parameters: weights.parameters,
    tables: weights.tables,
    epoch: (epoch) => {
      const steps = samples.epoch(epoch)
      return steps.map((chosen): MovingStep => ({
        samples: chosen.length * (1 + negatives),
        weight: (chosen.length * steps.length) / total,
        about: () => `${chosen.length} events, the first of user ${samples.users[chosen[0] ?? 0]}`,
        move: (rate, step, turn) => move(chosen, rate, step, turn),
      }))
    },
  }
}

/** Mean and user bias as one more dimension, in which every item is 1: a score is the predicted stars, or the log-odds. */
function withConstants({
  width,
  mean,
  users,
  items,
  userBias,
  itemBias,
}: BiasedFactors): Parameters<typeof openVectors>[0] {
  const widened = (rows: Float32Array, last: (row: number) => number): Float32Array => {
    const out = new Float32Array((rows.length / width) * (width + 1))
    for (let row = 0; row * width < rows.length; row++) {
      out.set(rows.subarray(row * width, (row + 1) * width), row * (width + 1))
      out[row * (width + 1) + width] = last(row)
    }
    return out
  }
  return {
    width: width + 1,
    users: widened(users, (u) => mean + userBias[u]!),
    items: widened(items, () => 1),
    bias: itemBias,
  }
}

export const biasedMf: ModelDefinition = {
  ...schema,
  create: (config) => {
    const settings = settingsOf(config)
    return new GradientRecommender({
      id: schema.id,
      label: schema.label,
      plan: {
        epochs: numberOf(schema, config, 'epochs'),
        learningRate: numberOf(schema, config, 'learningRate'),
        warmUpSteps: 0,
        decay: 'cosine',
        clip: 0,
        validateEvery: numberOf(schema, config, 'validateEvery'),
        patience: numberOf(schema, config, 'patience'),
        minutes: numberOf(schema, config, 'minutes'),
      },
      host: true,
      begin: (data, seed) => begin(settings, data, seed),
    })
  },
  estimate(config, { users, items, events }): Estimate {
    const { width, negatives } = settingsOf(config)
    const parameters = (users + items) * (width + 1) + 1
    return {
      parameters,
      flopsPerEpoch: FLOPS * events * (1 + negatives) * width,
      epochs: numberOf(schema, config, 'epochs'),
      memoryBytes: 24 * parameters + 24 * events,
    }
  },
}

/** A sample's product and its two rows' moves; scalar arithmetic, counted as what products of matrices would do meanwhile. */
const FLOPS = 20

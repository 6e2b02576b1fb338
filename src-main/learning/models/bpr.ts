/** BPR: matrix factorisation with item biases by stochastic gradients over triples, on the host: its steps are far too small for a device. */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import type { HostStep, Learner } from '../trainer.ts'
import { bprGradient } from './bpr-gradient.ts'
import type { BprTables } from './bpr-gradient.ts'
import { bprSchema } from './bpr-schema.ts'
import { numberOf } from './config.ts'
import { GradientRecommender } from './gradient-recommender.ts'
import type { GradientModel } from './gradient-recommender.ts'
import { PAIRED, pairwisePlan, samplerOptions, UPDATED } from './pairwise-rows.ts'
import { TripleSampler, usersWithPositives } from './pairwise-sampler.ts'
import { averageForUntrained, openVectors } from './vector-scores.ts'

function beginBpr(config: ModelConfig, data: TrainingData, seed: number): GradientModel {
  const width = numberOf(bprSchema, config, 'dim')
  const deviation = numberOf(bprSchema, config, 'initialDeviation')
  const weights = new ModelWeights(
    [
      { name: 'user', shape: [data.users, width], start: { deviation } },
      { name: 'item', shape: [data.items, width], start: { deviation } },
      { name: 'item.bias', shape: [data.items, 1], start: { constant: 0 } },
    ],
    ['user', 'item', 'item.bias'],
  )
  const [user, item, bias] = weights.tables
  if (!user || !item || !bias) throw new Error('BPR has lost a table. This is a defect.')
  const options = samplerOptions(bprSchema, config)
  const trained = usersWithPositives(data, options.minRating)
  return {
    weights,
    learner: () => {
      const sampler = new TripleSampler(data, { ...options, seed })
      return bprLearner(weights, { user, item, bias }, sampler, numberOf(bprSchema, config, 'regularisation'))
    },
    open: () => {
      const vectors = { width, users: user.values, items: item.values, bias: bias.values }
      return openVectors(averageForUntrained(vectors, trained))
    },
  }
}

function bprLearner(
  { parameters, tables }: ModelWeights,
  rows: BprTables,
  sampler: TripleSampler,
  l2: number,
): Learner {
  return {
    parameters,
    tables,
    epoch: (epoch) =>
      sampler.epoch(epoch).map((chosen): HostStep => ({
        ...sampler.facts(chosen),
        differentiate: async (_vector, step) => bprGradient(rows, sampler.draw(chosen, step), l2),
      })),
  }
}

export const bpr: ModelDefinition = {
  ...bprSchema,
  create: (config) =>
    new GradientRecommender({
      id: 'bpr',
      label: bprSchema.label,
      plan: pairwisePlan(bprSchema, config),
      host: true,
      begin: (data, seed) => beginBpr(config, data, seed),
    }),
  estimate(config, { users, items, events }): Estimate {
    const width = numberOf(bprSchema, config, 'dim')
    const batch = numberOf(bprSchema, config, 'batch')
    const parameters = users * width + items * (width + 1)
    const touched = Math.min(users, batch) + Math.min(items, 2 * batch)
    return {
      parameters,
      flopsPerEpoch: Math.ceil(events / batch) * touched * width * UPDATED + events * width * PAIRED,
      epochs: numberOf(bprSchema, config, 'epochs'),
      memoryBytes: 16 * parameters + 24 * events,
    }
  },
}

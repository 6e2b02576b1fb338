/** LightGCN, on the host: a step is a few products of a sparse matrix with a narrow dense one, forward and back. */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import type { HostStep } from '../trainer.ts'
import { numberOf } from './config.ts'
import { GradientRecommender } from './gradient-recommender.ts'
import type { GradientModel, OpenModel } from './gradient-recommender.ts'
import { interactionGraph } from './interaction-graph.ts'
import { lightGcnGradient, propagatedVectors } from './lightgcn-gradient.ts'
import type { LightGcnShape } from './lightgcn-gradient.ts'
import { lightGcnSchema } from './lightgcn-schema.ts'
import { ADDED, PAIRED, pairwisePlan, samplerOptions, UPDATED } from './pairwise-rows.ts'
import { TripleSampler, usersWithPositives } from './pairwise-sampler.ts'
import { averageForUntrained, openVectors } from './vector-scores.ts'

function beginLightGcn(config: ModelConfig, data: TrainingData, seed: number): GradientModel {
  const width = numberOf(lightGcnSchema, config, 'dim')
  const l2 = numberOf(lightGcnSchema, config, 'regularisation')
  const deviation = numberOf(lightGcnSchema, config, 'initialDeviation')
  const options = samplerOptions(lightGcnSchema, config)
  const sampler = new TripleSampler(data, { ...options, seed })
  const trained = usersWithPositives(data, options.minRating)
  const shape: LightGcnShape = {
    graph: interactionGraph(data, sampler.users, sampler.items),
    users: data.users,
    width,
    layers: numberOf(lightGcnSchema, config, 'layers'),
  }
  // every step moves every row that a path leads to, so there is no sparse table
  const weights = new ModelWeights([
    { name: 'user', shape: [data.users, width], start: { deviation } },
    { name: 'item', shape: [data.items, width], start: { deviation } },
  ])
  const embeddings = weights.parameters.values // [users + items, d]
  return {
    weights,
    learner: () => ({
      parameters: weights.parameters,
      tables: weights.tables,
      epoch: (epoch) =>
        sampler.epoch(epoch).map((chosen): HostStep => ({
          ...sampler.facts(chosen),
          differentiate: (gradient, step, turn) =>
            lightGcnGradient(shape, embeddings, sampler.draw(chosen, step), l2, gradient, turn),
        })),
    }),
    open: () => openPropagated(shape, embeddings, trained),
  }
}

/** Propagates once, when it is first asked. */
function openPropagated(shape: LightGcnShape, embeddings: Float32Array, trained: Uint8Array): OpenModel {
  let propagated: Promise<ReturnType<typeof openVectors>> | null = null
  const opened = (): NonNullable<typeof propagated> =>
    (propagated ??= propagatedVectors(shape, embeddings, async () => undefined).then((vectors) =>
      openVectors(averageForUntrained(vectors, trained)),
    ))
  return {
    score: async (users, history, domain) => (await opened()).score(users, history, domain),
    scoring: async (history, domain) => (await opened()).scoring(history, domain),
  }
}

export const lightgcn: ModelDefinition = {
  ...lightGcnSchema,
  create: (config) =>
    new GradientRecommender({
      id: 'lightgcn',
      label: lightGcnSchema.label,
      plan: pairwisePlan(lightGcnSchema, config),
      host: true,
      begin: (data, seed) => beginLightGcn(config, data, seed),
    }),
  estimate(config, { users, items, events }): Estimate {
    const number = (key: string): number => numberOf(lightGcnSchema, config, key)
    const width = number('dim')
    const parameters = (users + items) * width
    const steps = Math.ceil(events / number('batch'))
    return {
      parameters,
      flopsPerEpoch:
        steps * (2 * number('layers') * 2 * events * width * ADDED + parameters * UPDATED) + events * width * PAIRED,
      epochs: number('epochs'),
      memoryBytes: 36 * parameters + 24 * events,
    }
  },
}

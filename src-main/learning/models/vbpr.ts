/** VBPR: matrix factorisation by BPR whose items have a second vector, projected from their text and poster. */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { sizeOf } from '../parameters.ts'
import type { ParameterTensors } from '../parameters.ts'
import { prepareRows, uploadRows, uploadStretch } from '../row-upload.ts'
import type { RowSource } from '../row-upload.ts'
import type { TrainingStep } from '../trainer.ts'
import { choiceOf, numberOf } from './config.ts'
import { GradientRecommender } from './gradient-recommender.ts'
import type { GradientModel, OpenModel } from './gradient-recommender.ts'
import { PAIRED, pairwisePlan, samplerOptions, UPDATED } from './pairwise-rows.ts'
import { TripleSampler, usersWithPositives } from './pairwise-sampler.ts'
import { vbprBatch } from './vbpr-batch.ts'
import { unitFeatures } from './vbpr-features.ts'
import { projected, vbprLoss, vbprSpecs, vbprTables } from './vbpr-forward.ts'
import type { VbprSettings } from './vbpr-forward.ts'
import { vbprSchema } from './vbpr-schema.ts'
import { averageForUntrained, openVectors } from './vector-scores.ts'
import type { Vectors } from './vector-scores.ts'

function settingsOf(config: ModelConfig): VbprSettings {
  const number = (key: string): number => numberOf(vbprSchema, config, key)
  return {
    dim: number('dim'),
    visualDim: number('visualDim'),
    regularisation: number('regularisation'),
    projectionRegularisation: number('projectionRegularisation'),
    initialDeviation: number('initialDeviation'),
  }
}

function beginVbpr(config: ModelConfig, data: TrainingData, seed: number): GradientModel {
  const settings = settingsOf(config)
  const wanted = choiceOf(vbprSchema, config, 'features')
  const tables = data.features.filter(({ name }) => wanted === 'all' || name === wanted)
  if (tables.length === 0)
    throw new Error(
      `VBPR needs ${wanted === 'all' ? 'item' : wanted} features, and this run has none. Add posters or plots to the data set, choose other features, or take BPR.`,
    )
  const features = unitFeatures(tables, data.items)
  const options = samplerOptions(vbprSchema, config)
  const trained = usersWithPositives(data, options.minRating)
  const weights = new ModelWeights(vbprSpecs(settings, { ...data, features: features.width }), vbprTables)
  return {
    weights,
    learner: () => {
      const sampler = new TripleSampler(data, { ...options, seed })
      const step = (chosen: Uint32Array): TrainingStep => ({
        ...sampler.facts(chosen),
        parts: 1,
        prepare: (_part, number) => {
          const batch = vbprBatch(sampler.draw(chosen, number), data)
          const rows = prepareRows(features, batch.items.rows)
          return {
            rows: [batch.users.rows, batch.items.rows, batch.items.rows],
            upload: () => {
              const uploaded = uploadRows(rows)
              return (parameters) => vbprLoss(settings, parameters, batch, uploaded)
            },
          }
        },
      })
      const { parameters, tables } = weights
      return { parameters, tables, epoch: (epoch) => sampler.epoch(epoch).map(step) }
    },
    open: (parameters) => openProjected(settings, weights, features, parameters, trained),
  }
}

/** Items projected at a time. */
const BLOCK = 4096

/** Projects all items once, when it is first asked. */
function openProjected(
  { dim, visualDim }: VbprSettings,
  weights: ModelWeights,
  features: RowSource,
  parameters: ParameterTensors,
  trained: Uint8Array,
): OpenModel {
  const width = dim + visualDim
  const project = async (): Promise<Vectors> => {
    const items = new Float32Array(features.rows * width)
    const bias = weights.values('item.bias').slice()
    const own = weights.values('item')
    for (let first = 0; first < features.rows; first += BLOCK) {
      const end = Math.min(features.rows, first + BLOCK)
      const made = tf.tidy(() => projected(parameters, uploadStretch(features, first, end)))
      const [vectors, biases] = await Promise.all([made.vectors.data<'float32'>(), made.bias.data<'float32'>()])
      tf.dispose([made.vectors, made.bias])
      for (let i = first; i < end; i++) {
        items.set(own.subarray(i * dim, (i + 1) * dim), i * width)
        items.set(vectors.subarray((i - first) * visualDim, (i - first + 1) * visualDim), i * width + dim)
        bias[i]! += biases[i - first]!
      }
    }
    return { width, users: weights.values('user'), items, bias }
  }
  let opened: Promise<ReturnType<typeof openVectors>> | null = null
  const vectors = (): NonNullable<typeof opened> =>
    (opened ??= project().then((made) => openVectors(averageForUntrained(made, trained))))
  return {
    score: async (users, history, domain) => (await vectors()).score(users, history, domain),
    scoring: async (history, domain) => (await vectors()).scoring(history, domain),
  }
}

/** Operations that the dispatches of a step are worth, and the memory of an empty process; as for the Transformer. */
const STEP = 6e8
const RUNTIME = 2e8

export const vbpr: ModelDefinition = {
  ...vbprSchema,
  create: (config) =>
    new GradientRecommender({
      id: 'vbpr',
      label: vbprSchema.label,
      plan: pairwisePlan(vbprSchema, config),
      begin: (data, seed) => beginVbpr(config, data, seed),
    }),
  estimate(config, { users, items, events, featureDims }): Estimate {
    const settings = settingsOf(config)
    const { dim, visualDim } = settings
    const features = featureDims.reduce((sum, each) => sum + each + 1, 0)
    const parameters = vbprSpecs(settings, { users, items, features }).reduce(
      (sum, { shape }) => sum + sizeOf(shape),
      0,
    )
    const batch = numberOf(vbprSchema, config, 'batch')
    const steps = Math.ceil(events / batch)
    const seen = Math.min(items, 2 * batch)
    const moved = Math.min(users, batch) * (dim + visualDim) + seen * dim + features * visualDim
    return {
      parameters,
      flopsPerEpoch:
        steps * (4 * seen * features * (visualDim + 1) + moved * UPDATED + STEP) + events * (dim + visualDim) * PAIRED,
      epochs: numberOf(vbprSchema, config, 'epochs'),
      memoryBytes:
        RUNTIME +
        20 * parameters +
        24 * events +
        8 * seen * features +
        24 * Math.min(events, batch) * (dim + visualDim),
    }
  },
}

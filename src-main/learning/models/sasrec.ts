/**
 * SASRec: what a user rates next follows from the items rated before, in their order. The Transformer's peer that knows ids alone: one stream over
 * both domains, without texts, posters, ratings or a sharing layer.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { sizeOf } from '../parameters.ts'
import type { ParameterTensors } from '../parameters.ts'
import { readStreams } from '../streams.ts'
import { matrix } from './encoder.ts'
import { factorCost, itemFactors } from './factor-start.ts'
import { GradientRecommender } from './gradient-recommender.ts'
import type { GradientModel, OpenModel } from './gradient-recommender.ts'
import { sasrecLayout, sasrecSpecs, sasrecStates } from './sasrec-forward.ts'
import { SasrecLearner, SCORE_COPIES, SCORES } from './sasrec-learner.ts'
import { readSasrec, sasrecPresets, sasrecRows, sasrecSearch } from './sasrec-schema.ts'
import type { SasrecSettings } from './sasrec-schema.ts'
import { uploadStreams } from './transformer-inputs.ts'
import { layOutStreams } from './transformer-layout.ts'

/** Users encoded at once when scoring. */
const BLOCK = 64

function begin(settings: SasrecSettings, data: TrainingData, seed: number): GradientModel {
  const weights = new ModelWeights(sasrecSpecs(settings, data.items))
  return {
    weights,
    async initialise(from, context) {
      weights.initialise(from)
      if (!settings.factors) return
      const ranges = [{ start: 0, end: data.items }]
      weights.values('item').set(await itemFactors(data, { ...settings, ranges }, context))
    },
    learner: () => new SasrecLearner(settings, weights, data, seed),
    open: (parameters) => openSasrec(settings, data.items, parameters),
  }
}

function openSasrec(settings: SasrecSettings, items: number, p: ParameterTensors): OpenModel {
  const layout = sasrecLayout(settings)
  const vectors = async (users: Uint32Array, history: Interactions): Promise<Float32Array> => {
    const out = new Float32Array(users.length * settings.width)
    for (let first = 0; first < users.length; first += BLOCK) {
      const block = users.subarray(first, first + BLOCK)
      const readings = Array.from(block, (user) => {
        const end = history.indptr[user + 1]!
        return { start: history.indptr[user]!, first: end, end, context: layout.capacity, queries: [end] }
      })
      const streams = readStreams(history, layout, readings)
      const last = tf.tidy(() => {
        const laidOut = layOutStreams({ tokens: 1 }, streams, (item) => item, items)
        const states = sasrecStates(settings, p, uploadStreams({ tokens: 1 }, laidOut), Dropout.none)
        const rows = Int32Array.from(streams.states[0] ?? [], laidOut.stateRow)
        return tf.gather(states, tf.tensor1d(rows, 'int32'))
      })
      out.set(await last.data<'float32'>(), first * settings.width)
      last.dispose()
    }
    return out
  }
  const candidates = async ({ start, end }: DomainRange): Promise<Float32Array> => {
    const rows = tf.slice(matrix(p, 'item'), [start, 0], [end - start, -1])
    const values = await rows.data<'float32'>()
    rows.dispose()
    return values
  }
  return {
    async score(users, history, domain) {
      const [h, z] = [await vectors(users, history), await candidates(domain)]
      const n = domain.end - domain.start
      const scores = tf.tidy(() =>
        tf.matMul(tf.tensor2d(h, [users.length, settings.width]), tf.tensor2d(z, [n, settings.width]), false, true),
      )
      const values = await scores.data<'float32'>()
      scores.dispose()
      return values
    },
    async scoring(history, domain) {
      return {
        kind: 'vectors',
        width: settings.width,
        items: await candidates(domain),
        bias: null,
        users: (users) => vectors(users, history),
      }
    },
  }
}

/** How often an event is encoded in an epoch, the share of targets, and what is no matrix product on top (as for the Transformer). */
const ENCODED = 1.3
const TARGET_SHARE = 0.6
const OVERHEAD = 3
const RUNTIME = 2e8

function estimateSasrec(settings: SasrecSettings, size: { items: number; events: number; users: number }): Estimate {
  const { items, events, users } = size
  const { width: D, layers, heads, history, epochs, batch } = settings
  const parameters = sasrecSpecs(settings, items).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const length = Math.min(history, events / Math.max(1, users))
  const targets = events * TARGET_SHARE
  const forward = events * ENCODED * layers * (24 * D * D + 4 * length * D) + targets * 2 * D * items
  const rows = Math.min(events, batch * length)
  const scores = Math.max(4 * SCORE_COPIES * items * Math.min(rows, history), 0)
  // given back before the first step
  const factors = settings.factors ? factorCost(D, size) : { flops: 0, memoryBytes: 0 }
  const step = 4 * rows * layers * (60 * D + 3 * heads * length) + Math.min(SCORES, scores)
  return {
    parameters,
    flopsPerEpoch: OVERHEAD * 3 * forward + factors.flops / epochs,
    epochs,
    memoryBytes: RUNTIME + 24 * parameters + Math.max(step, factors.memoryBytes),
  }
}

export const sasrec: ModelDefinition = {
  id: 'sasrec',
  label: 'SASRec',
  summary:
    'Reads the order in which a user rated, ids alone, in one stream over both domains, and predicts the next item.',
  reference:
    'Kang, McAuley: Self-attentive sequential recommendation. ICDM 2018. With the full softmax of Klenitskiy, Vasilev: Turning dross into gold loss. RecSys 2023.',
  family: 'neural',
  usesFeatures: false,
  usesViews: false,
  newUsers: true,
  seeded: true,
  hyperParameters: sasrecRows,
  presets: sasrecPresets,
  search: sasrecSearch,
  create: (config: ModelConfig) => {
    const settings = readSasrec(config)
    return new GradientRecommender({
      id: 'sasrec',
      label: 'SASRec',
      plan: settings,
      begin: (data, seed) => begin(settings, data, seed),
    })
  },
  estimate: (config, size): Estimate => estimateSasrec(readSasrec(config), size),
}

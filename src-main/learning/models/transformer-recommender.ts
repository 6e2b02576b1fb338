/** The Transformer's life: fit, score, save, load. Weights live on the host; what the device holds can be made again from them. */
import * as tf from '@tensorflow/tfjs-core'
import { activeBackend, startBackend } from '../backends/index.ts'
import { Dropout } from '../dropout.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { FitContext, FitSummary, Recommender, Snapshot } from '../model.ts'
import type { ParameterTensors } from '../parameters.ts'
import type { Scoring } from '../scoring/scoring.ts'
import { readStreams } from '../streams.ts'
import { train } from '../trainer.ts'
import { embedCatalogue } from './transformer-catalogue.ts'
import type { Catalogue } from './transformer-catalogue.ts'
import { encode, userVectors } from './transformer-forward.ts'
import { freezeFeatures } from './transformer-features.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import { uploadAllItems, uploadStreams } from './transformer-inputs.ts'
import type { ItemBlock } from './transformer-inputs.ts'
import { layOutStreams } from './transformer-layout.ts'
import { TransformerLearner } from './transformer-learner.ts'
import { startIds, startWeights, transformerWeights } from './transformer-start.ts'
import { transformerShape } from './transformer-shape.ts'
import type { TransformerShape } from './transformer-shape.ts'
import type { TransformerSettings } from './transformer-settings.ts'
import type { ModelWeights } from '../model-weights.ts'

/** Users encoded at once when scoring. */
const BLOCK = 64
/** States of users that are kept for the other domain: beyond this many bytes they are computed again. */
const KEPT_STATES = 256e6

/** What one data set and seed make of the settings. */
interface Fitted {
  shape: TransformerShape
  domains: DomainRange[]
  seed: number
  dataHash: string
  weights: ModelWeights
  features: FrozenFeatures[]
  /** All items' features on the device, where every step looks at all of them. */
  items: ItemBlock | null
}

/** Everything on the device that depends on the weights alone, for one state of them. */
interface Ready {
  tensors: tf.Tensor[]
  parameters: ParameterTensors
  catalogue: Catalogue
  /** On the host: the last states [K, D] of users whose history has been read. */
  states: { history: Interactions | null; byUser: Map<number, Float32Array> }
}

export class TransformerRecommender implements Recommender {
  readonly #settings: TransformerSettings
  #fitted: Fitted | null = null
  #ready: Ready | null = null

  constructor(settings: TransformerSettings) {
    this.#settings = settings
  }

  async fit(data: TrainingData, context: FitContext): Promise<FitSummary> {
    context.signal.throwIfAborted()
    const backend = activeBackend() ?? (await startBackend('auto'))
    context.onEvent({ type: 'phase', phase: 'Preparing', fraction: null })
    const fitted = this.#begin(data, context.seed)
    startWeights(fitted.shape, fitted.weights, data, context.seed)
    await startIds(fitted.shape, fitted.weights, data, context)
    const learner = new TransformerLearner(fitted, data)
    context.onEvent({ type: 'phase', phase: 'Training', fraction: 0 })
    const summary = await train(learner, this, this.#settings, {
      ...context,
      validate: (model) => {
        this.#forget() // the weights have moved since the last score
        return context.validate(model)
      },
    })
    this.#forget()
    return { parameters: fitted.weights.count, backend: backend.id, ...summary }
  }

  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const h = await this.#vectorsOf(users, history, domain)
    const ready = this.#prepare(this.#require())
    const scores = tf.tidy(() => {
      const { z, bias } = candidatesOf(ready, domain)
      return tf.add(tf.matMul(h, tf.transpose(z)), tf.reshape(bias, [1, -1]))
    })
    return read(scores, h)
  }

  /** The score is an inner product, so ranking needs the vectors only. */
  async scoring(history: Interactions, domain: DomainRange): Promise<Scoring> {
    const { z, bias } = candidatesOf(this.#prepare(this.#require()), domain)
    const width = z.shape[1]
    const [items, biases] = [await read(z), await read(bias)]
    const users = async (ids: Uint32Array): Promise<Float32Array> => read(await this.#vectorsOf(ids, history, domain))
    return { kind: 'vectors', width, items, bias: biases, users }
  }

  /** @returns [B, S], which the caller disposes of */
  async #vectorsOf(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<tf.Tensor2D> {
    const fitted = this.#require()
    const ready = this.#prepare(fitted)
    const { shape, domains } = fitted
    const index = Math.max(
      0,
      domains.findIndex(({ start }) => start === domain.start),
    )
    const first = shape.use === 'all' ? 0 : Math.min(index, shape.layout.streams - 1)
    const states = await this.#statesOf(fitted, ready, users, history)
    return tf.tidy(() => {
      const table = tf.tensor2d(states, [users.length * shape.layout.streams, shape.settings.width])
      const rows = Array.from({ length: shape.statesUsed }, (_, k) =>
        tf.tensor1d(
          Int32Array.from(users, (_, b) => b * shape.layout.streams + first + k),
          'int32',
        ),
      )
      return userVectors(shape, ready.parameters, table, rows)
    })
  }

  async save(): Promise<Snapshot> {
    const { weights, seed, dataHash, shape } = this.#require()
    const modalities = shape.modalities.map(({ name, dim }) => ({ name, dim }))
    return { arrays: weights.arrays(), json: { model: 'transformer', seed, dataHash, modalities } }
  }

  /** @throws Error when the snapshot is of another model, data set or configuration. */
  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const { model, seed, dataHash } = snapshot.json
    if (model !== 'transformer' || typeof seed !== 'number')
      throw new Error('These are not the weights of a Transformer. Choose the checkpoint of the run itself.')
    if (dataHash !== data.hash)
      throw new Error(
        'The weights were trained on another data set or split. Train again, or load the split they belong to.',
      )
    if (!activeBackend()) await startBackend('auto')
    this.#begin(data, seed).weights.restore(snapshot.arrays)
  }

  dispose(): void {
    this.#forget()
    if (this.#fitted?.items) tf.dispose(this.#fitted.items.features)
    this.#fitted = null
  }

  #begin(data: TrainingData, seed: number): Fitted {
    this.dispose()
    const shape = transformerShape(this.#settings, data)
    const features = freezeFeatures(shape, data, seed)
    this.#fitted = {
      shape,
      domains: data.domains,
      seed,
      dataHash: data.hash,
      weights: transformerWeights(shape),
      features,
      items: shape.settings.loss === 'softmax' ? uploadAllItems(features) : null,
    }
    return this.#fitted
  }

  #require(): Fitted {
    if (!this.#fitted) throw new Error('The Transformer has no weights yet: fit it or load a checkpoint first.')
    return this.#fitted
  }

  /** Item embeddings and item tower are computed once for one state of the weights. */
  #prepare({ shape, weights, features, items }: Fitted): Ready {
    if (this.#ready) return this.#ready
    const { tensors, named: parameters } = weights.upload()
    const catalogue = embedCatalogue(shape, parameters, features, items)
    this.#ready = { tensors, parameters, catalogue, states: { history: null, byUser: new Map() } }
    return this.#ready
  }

  /**
   * The last state of every stream, [B, K, D]. A history's states are kept until the weights or the history change: ranking asks for the same
   * users once a domain.
   */
  async #statesOf(
    { shape }: Fitted,
    { parameters, catalogue, states }: Ready,
    users: Uint32Array,
    history: Interactions,
  ): Promise<Float32Array> {
    if (states.history !== history) {
      states.history = history
      states.byUser.clear()
    }
    const size = shape.layout.streams * shape.settings.width
    const length = (user: number): number => history.indptr[user + 1]! - history.indptr[user]!
    // users of similar length together: a block is padded to its longest stream
    if (states.byUser.size * size * 4 > KEPT_STATES) states.byUser.clear()
    const missing = users.filter((user) => !states.byUser.has(user)).sort((a, b) => length(a) - length(b))
    for (let first = 0; first < missing.length; first += BLOCK) {
      const block = missing.subarray(first, first + BLOCK)
      const readings = Array.from(block, (user) => {
        const end = history.indptr[user + 1]!
        return { start: history.indptr[user]!, first: end, end, context: shape.layout.capacity, queries: [end] }
      })
      const streams = readStreams(history, shape.layout, readings)
      const last = tf.tidy(() => {
        const laidOut = layOutStreams(shape, streams, (item) => item, shape.items)
        const table = encode(shape, parameters, catalogue.tokens, uploadStreams(shape, laidOut), Dropout.none)
        const rows = new Int32Array(block.length * shape.layout.streams)
        for (const [k, of] of streams.states.entries())
          for (let b = 0; b < block.length; b++) rows[b * shape.layout.streams + k] = laidOut.stateRow(of[b]!)
        return tf.gather(table, tf.tensor1d(rows, 'int32'))
      })
      const values = await last.data<'float32'>()
      last.dispose()
      for (const [b, user] of block.entries()) states.byUser.set(user, values.slice(b * size, (b + 1) * size))
    }
    const out = new Float32Array(users.length * size)
    for (const [b, user] of users.entries()) out.set(states.byUser.get(user) ?? [], b * size)
    return out
  }

  #forget(): void {
    if (!this.#ready) return
    const { tensors, catalogue } = this.#ready
    tf.dispose([...new Set([...tensors, ...catalogue.tokens, catalogue.z])])
    this.#ready = null
  }
}

/** Item vectors [n, S] and biases [n, 1] of a domain; the caller disposes of them. */
function candidatesOf(
  { catalogue, parameters }: Ready,
  { start, end }: DomainRange,
): Record<'z' | 'bias', tf.Tensor2D> {
  const bias = tf.slice(parameters['item.bias'] as tf.Tensor2D, [start, 0], [end - start, 1])
  return { z: tf.slice(catalogue.z, [start, 0], [end - start, -1]), bias }
}

/** The values of a tensor, which is disposed of with whatever else it was made of. */
async function read(tensor: tf.Tensor, ...others: tf.Tensor[]): Promise<Float32Array> {
  try {
    return await tensor.data<'float32'>()
  } finally {
    tf.dispose([tensor, ...others])
  }
}

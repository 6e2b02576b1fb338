/** The Transformer's life: fit, score, save, load. Weights live on the host; what the device holds can be made again from them. */
import * as tf from '@tensorflow/tfjs-core'
import { activeBackend, startBackend } from '../backends/index.ts'
import { Dropout } from '../dropout.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { FitContext, FitSummary, Recommender, Snapshot } from '../model.ts'
import { Parameters } from '../parameters.ts'
import { readStreams } from '../streams.ts'
import { train } from '../trainer.ts'
import { embedItems, encode, itemTower, userVectors } from './transformer-forward.ts'
import { freezeFeatures } from './transformer-features.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import { uploadAllItems, uploadStreams } from './transformer-inputs.ts'
import type { ItemBlock } from './transformer-inputs.ts'
import { TransformerLearner } from './transformer-learner.ts'
import { startParameters } from './transformer-start.ts'
import { parameterSpecs, transformerShape } from './transformer-shape.ts'
import type { TransformerShape } from './transformer-shape.ts'
import type { TransformerSettings } from './transformer-settings.ts'

/** Users encoded at once when scoring. */
const BLOCK = 64

/** What one data set and seed make of the settings. */
interface Fitted {
  shape: TransformerShape
  domains: DomainRange[]
  seed: number
  dataHash: string
  parameters: Parameters
  features: FrozenFeatures[]
  items: ItemBlock
}

/** Everything on the device that depends on the weights alone, for one state of them. */
interface Ready {
  tensors: tf.Tensor[]
  /** Sum or parts of the item embeddings, and the item vectors z [V, S]. */
  embedded: { parts: tf.Tensor2D[]; sum: tf.Tensor2D }
  z: tf.Tensor2D
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
    startParameters(fitted.shape, fitted.parameters, data, context.seed)
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
    return { parameters: fitted.parameters.values.length, backend: backend.id, ...summary }
  }

  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const fitted = this.#require()
    const ready = this.#prepare(fitted)
    const { shape, parameters } = fitted
    const size = domain.end - domain.start
    const index = Math.max(
      0,
      fitted.domains.findIndex(({ start }) => start === domain.start),
    )
    const first = shape.use === 'all' ? 0 : Math.min(index, shape.layout.streams - 1)
    const states = await this.#statesOf(fitted, ready, users, history)
    const scores = tf.tidy(() => {
      const p = parameters.byName(ready.tensors)
      const table = tf.tensor2d(states, [users.length * shape.layout.streams, shape.settings.width])
      const rows = Array.from({ length: shape.statesUsed }, (_, k) =>
        tf.tensor1d(
          Int32Array.from(users, (_, b) => b * shape.layout.streams + first + k),
          'int32',
        ),
      )
      const h = userVectors(p, table, rows)
      const candidates = tf.slice(ready.z, [domain.start, 0], [size, ready.z.shape[1]])
      const bias = tf.reshape(tf.slice(p['item.bias']!, [domain.start, 0], [size, 1]), [1, size])
      return tf.add(tf.matMul(h, tf.transpose(candidates)), bias)
    })
    try {
      return await scores.data<'float32'>()
    } finally {
      scores.dispose()
    }
  }

  async save(): Promise<Snapshot> {
    const { parameters, seed, dataHash, shape } = this.#require()
    const modalities = shape.modalities.map(({ name, dim }) => ({ name, dim }))
    return { arrays: parameters.arrays(), json: { model: 'transformer', seed, dataHash, modalities } }
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
    this.#begin(data, seed).parameters.restore(snapshot.arrays)
  }

  dispose(): void {
    this.#forget()
    if (this.#fitted) tf.dispose(this.#fitted.items.features.flatMap(({ x, transposed }) => [x, transposed!]))
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
      parameters: new Parameters(parameterSpecs(shape)),
      features,
      items: uploadAllItems(features),
    }
    return this.#fitted
  }

  #require(): Fitted {
    if (!this.#fitted) throw new Error('The Transformer has no weights yet: fit it or load a checkpoint first.')
    return this.#fitted
  }

  /** Item embeddings and item tower are computed once for one state of the weights. */
  #prepare({ shape, parameters, items }: Fitted): Ready {
    if (this.#ready) return this.#ready
    const tensors = parameters.tensors()
    const { embedded, z } = tf.tidy(() => {
      const p = parameters.byName(tensors)
      const embedded = embedItems(shape, p, items)
      return { embedded, z: itemTower(shape, p, items, embedded) }
    })
    this.#ready = { tensors, embedded, z, states: { history: null, byUser: new Map() } }
    return this.#ready
  }

  /**
   * The last state of every stream, [B, K, D]. A history's states are kept until the weights or the history change: ranking asks for the same
   * users once a domain.
   */
  async #statesOf(
    { shape, parameters }: Fitted,
    { tensors, embedded, states }: Ready,
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
    const missing = users.filter((user) => !states.byUser.has(user)).sort((a, b) => length(a) - length(b))
    for (let first = 0; first < missing.length; first += BLOCK) {
      const block = missing.subarray(first, first + BLOCK)
      const readings = Array.from(block, (user) => {
        const end = history.indptr[user + 1]!
        return { start: history.indptr[user]!, first: end, end, context: shape.layout.capacity, queries: [end] }
      })
      const streams = readStreams(history, shape.layout, readings)
      const last = tf.tidy(() => {
        const device = uploadStreams(shape, streams, (item) => item, shape.items)
        const table = encode(shape, parameters.byName(tensors), embedded, device, Dropout.none)
        const rows = new Int32Array(block.length * shape.layout.streams)
        for (const [k, of] of streams.states.entries())
          for (let b = 0; b < block.length; b++) rows[b * shape.layout.streams + k] = of[b]!
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
    const { tensors, embedded, z } = this.#ready
    tf.dispose([...new Set([...tensors, ...embedded.parts, embedded.sum, z])])
    this.#ready = null
  }
}

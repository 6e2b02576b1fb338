/**
 * The life that models trained by gradients share: fit through the trainer, score, save, load. Such a model is its weights, its steps, and what
 * it computes from one state of the weights.
 */
import * as tf from '@tensorflow/tfjs-core'
import { activeBackend, startBackend } from '../backends/index.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { ModelWeights } from '../model-weights.ts'
import type { FitContext, FitSummary, Recommender, Snapshot } from '../model.ts'
import type { ParameterTensors } from '../parameters.ts'
import type { Scoring } from '../scoring/scoring.ts'
import { train } from '../trainer.ts'
import type { Learner, TrainingPlan } from '../trainer.ts'

/** What one data set and seed make of a configuration. */
export interface GradientModel {
  weights: ModelWeights
  /** Brings the weights to their start; by default each as its specification says. @throws DOMException 'AbortError' */
  initialise?(seed: number, context: FitContext): void | Promise<void>
  learner(): Learner
  /** Called again after the weights have moved. @param parameters on the device, disposed of by the caller after `close` */
  open(parameters: ParameterTensors): OpenModel
  /** Gives back what it holds on the device besides. */
  dispose?(): void
}

/** As `Recommender`'s methods of these names, for one state of the weights. */
export interface OpenModel {
  score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array>
  scoring?(history: Interactions, domain: DomainRange, turn?: () => Promise<void>): Promise<Scoring>
  close?(): void
}

export interface GradientModelKind {
  id: string
  label: string
  plan: TrainingPlan
  /** Its steps are `HostStep`s: no backend is started, nothing is uploaded, and `open` is given no parameters. */
  host?: true
  begin(data: TrainingData, seed: number): GradientModel
}

interface Begun {
  model: GradientModel
  seed: number
  dataHash: string
}

export class GradientRecommender implements Recommender {
  readonly #kind: GradientModelKind
  #begun: Begun | null = null
  #open: { model: OpenModel; tensors: tf.Tensor[] } | null = null

  constructor(kind: GradientModelKind) {
    this.#kind = kind
  }

  async fit(data: TrainingData, context: FitContext): Promise<FitSummary> {
    context.signal.throwIfAborted()
    const backend = await this.#backend()
    context.onEvent({ type: 'phase', phase: 'Preparing', fraction: null })
    const model = this.#begin(data, context.seed)
    if (model.initialise) await model.initialise(context.seed, context)
    else model.weights.initialise(context.seed)
    const learner = model.learner()
    context.onEvent({ type: 'phase', phase: 'Training', fraction: 0 })
    const summary = await train(learner, this, this.#kind.plan, {
      ...context,
      validate: (candidate) => {
        this.#close() // the weights have moved since the last score
        return context.validate(candidate)
      },
    })
    this.#close()
    return { parameters: model.weights.count, backend, ...summary }
  }

  score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    return this.#opened().score(users, history, domain)
  }

  get scoring(): Recommender['scoring'] {
    const opened = this.#opened()
    return opened.scoring?.bind(opened)
  }

  async save(): Promise<Snapshot> {
    const { model, seed, dataHash } = this.#required()
    return { arrays: model.weights.arrays(), json: { model: this.#kind.id, seed, dataHash } }
  }

  /** @throws Error when the snapshot is of another model, data set or configuration. */
  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const { id, label } = this.#kind
    const { model, seed, dataHash } = snapshot.json
    if (model !== id || typeof seed !== 'number')
      throw new Error(`These are not the weights of ${label}. Choose the file of the run itself.`)
    if (dataHash !== data.hash)
      throw new Error(
        'The weights were trained on another data set or split. Train again, or load the split they belong to.',
      )
    await this.#backend()
    this.#begin(data, seed).weights.restore(snapshot.arrays)
  }

  dispose(): void {
    this.#close()
    this.#begun?.model.dispose?.()
    this.#begun = null
  }

  /** What computes, started if need be. */
  async #backend(): Promise<string> {
    if (this.#kind.host) return 'typed arrays'
    return (activeBackend() ?? (await startBackend('auto'))).id
  }

  #begin(data: TrainingData, seed: number): GradientModel {
    this.dispose()
    const model = this.#kind.begin(data, seed)
    this.#begun = { model, seed, dataHash: data.hash }
    return model
  }

  #required(): Begun {
    if (!this.#begun) throw new Error(`${this.#kind.label} has no weights yet: fit it or load a file first.`)
    return this.#begun
  }

  #opened(): OpenModel {
    if (!this.#open) {
      const { model } = this.#required()
      const { tensors, named } = this.#kind.host ? { tensors: [], named: {} } : model.weights.upload()
      this.#open = { model: model.open(named), tensors }
    }
    return this.#open.model
  }

  #close(): void {
    if (!this.#open) return
    this.#open.model.close?.()
    tf.dispose(this.#open.tensors)
    this.#open = null
  }
}

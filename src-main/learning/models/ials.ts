/** iALS: matrix factorisation by implicit alternating least squares. Users are folded in from their history when they are scored. */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import { ImplicitAls, type AlsSettings, type Gramian } from '../implicit-als.ts'
import type { BinaryRows } from '../linear-algebra/gram.ts'
import { multiplyTransposed } from '../linear-algebra/product.ts'
import type { Estimate, FitContext, FitSummary, ModelDefinition, Recommender, Snapshot } from '../model.ts'
import { Pacer } from '../pacer.ts'
import { Random } from '../random.ts'
import type { Scoring } from '../scoring/scoring.ts'
import { binaryRows, indices, transpose } from './binary-input.ts'
import { numberOf } from './config.ts'
import { ialsSchema } from './ials-schema.ts'

export interface AlternatingOptions {
  epochs: number
  pacer: Pacer
  /** After every epoch, with the objective; without it, the objective is not computed. */
  onEpoch?(epoch: number, loss: number): void
  onProgress?(fraction: number): void
}

/**
 * Alternates users and items from given item factors.
 * @param x [users, items] binary  @param items [items, d] in: the initial factors; out: the fitted ones  @returns [users, d] user factors
 * @throws DOMException 'AbortError'
 */
export async function alternate(
  als: ImplicitAls,
  x: BinaryRows,
  items: Float64Array,
  { epochs, pacer, onEpoch, onProgress }: AlternatingOptions,
): Promise<Float64Array> {
  const { dim } = als.settings
  const byItem = transpose(x, items.length / dim)
  const users = new Float64Array((x.indptr.length - 1) * dim)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await als.solveRows(x, items, als.gramian(items), users, pacer)
    onProgress?.((epoch - 0.5) / epochs)
    await als.solveRows(byItem, users, als.gramian(users), items, pacer)
    onProgress?.(epoch / epochs)
    onEpoch?.(epoch, await als.loss(x, byItem, users, items, pacer))
  }
  return users
}

class Ials implements Recommender {
  readonly #als: ImplicitAls
  readonly #epochs: number
  readonly #deviation: number
  readonly #minRating: number
  #threshold = 0
  /** [items, d] */
  #items: Float64Array = new Float64Array(0)
  #gramian: Gramian = new Float64Array(0)

  constructor(config: ModelConfig) {
    this.#als = new ImplicitAls(alsSettings(config))
    this.#epochs = numberOf(ialsSchema, config, 'epochs')
    this.#deviation = numberOf(ialsSchema, config, 'initialDeviation')
    this.#minRating = numberOf(ialsSchema, config, 'minRating')
  }

  async fit(data: TrainingData, { seed, signal, onEvent, validate }: FitContext): Promise<FitSummary> {
    const { dim } = this.#als.settings
    const epochs = this.#epochs
    const deviation = this.#deviation / Math.sqrt(dim)
    this.#threshold = Math.min(this.#minRating, data.positive)
    const random = Random.stream(seed, 'ials')
    const items = Float64Array.from({ length: data.items * dim }, () => deviation * random.normal())
    const x = binaryRows(data.train, indices(data.users), this.#threshold, 0, data.items)
    await alternate(this.#als, x, items, {
      epochs,
      pacer: new Pacer(signal),
      onEpoch: (epoch, loss) => onEvent({ type: 'epoch', epoch, loss, validation: null, best: true }),
      onProgress: (fraction) => onEvent({ type: 'phase', phase: 'Solving users and items in turn', fraction }),
    })
    this.#use(items)
    return {
      parameters: (data.users + data.items) * dim,
      epochs,
      bestEpoch: epochs,
      bestValidation: await validate(this),
      backend: 'typed arrays + SIMD',
      stopped: 'finished',
    }
  }

  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const { dim } = this.#als.settings
    const w = await this.#foldIn(users, history)
    return multiplyTransposed(w, this.#items.subarray(domain.start * dim, domain.end * dim), dim)
  }

  async scoring(history: Interactions, domain: DomainRange): Promise<Scoring> {
    const { dim } = this.#als.settings
    return {
      kind: 'vectors',
      width: dim,
      items: Float32Array.from(this.#items.subarray(domain.start * dim, domain.end * dim)),
      bias: null,
      users: async (users) => Float32Array.from(await this.#foldIn(users, history)),
    }
  }

  /** @returns [B, d] the factors that fit a user's history best */
  async #foldIn(users: Uint32Array, history: Interactions): Promise<Float64Array> {
    const { dim } = this.#als.settings
    const x = binaryRows(history, users, this.#threshold, 0, this.#items.length / dim)
    const w = new Float64Array(users.length * dim)
    await this.#als.solveRows(x, this.#items, this.#gramian, w, new Pacer(new AbortController().signal))
    return w
  }

  #use(items: Float64Array): void {
    this.#items = items
    this.#gramian = this.#als.gramian(items)
  }

  async save(): Promise<Snapshot> {
    const { dim } = this.#als.settings
    const shape = [this.#items.length / dim, dim]
    return { arrays: { items: { shape, data: this.#items } }, json: { model: 'ials', threshold: this.#threshold } }
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const items = snapshot.arrays['items']?.data
    const threshold = snapshot.json['threshold']
    const length = data.items * this.#als.settings.dim
    if (!(items instanceof Float64Array) || items.length !== length || typeof threshold !== 'number')
      throw new Error(
        'iALS: the saved factors do not fit this data set, split and number of dimensions. Train it again.',
      )
    this.#threshold = threshold
    this.#use(new Float64Array(items))
  }

  dispose(): void {
    this.#items = new Float64Array(0)
  }
}

/** Those of the iALS model; the empty configuration has its defaults. */
export function alsSettings(config: ModelConfig): AlsSettings {
  return {
    dim: numberOf(ialsSchema, config, 'dim'),
    regularisation: numberOf(ialsSchema, config, 'regularisation'),
    unobservedWeight: numberOf(ialsSchema, config, 'unobservedWeight'),
    exponent: numberOf(ialsSchema, config, 'exponent'),
  }
}

export const ials: ModelDefinition = {
  ...ialsSchema,
  create: (config) => new Ials(config),
  estimate(config, { users, items, events }): Estimate {
    const { dim } = alsSettings(config)
    return {
      parameters: (users + items) * dim,
      flopsPerEpoch: 2 * events * dim * dim + (users + items) * (dim ** 3 / 3 + 2 * dim * dim),
      epochs: numberOf(ialsSchema, config, 'epochs'),
      memoryBytes: 8 * (users + items) * dim + 16 * events,
    }
  },
}

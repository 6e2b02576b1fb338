/** The Transformer as the trainer sees it: parameters, steps of an epoch, and the loss of a step. */
import { makeBatch, planEpoch, userWeights } from '../batches.ts'
import type { NegativeSource } from '../batches.ts'
import type { DomainRange, TrainingData } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { Parameters } from '../parameters.ts'
import { Random } from '../random.ts'
import { NegativeSampler, OwnItems } from '../sampling.ts'
import type { SparseTable } from '../sparse-table.ts'
import type { Forgetting } from '../streams.ts'
import type { Learner, PreparedPart, TrainingStep } from '../trainer.ts'
import { cutWindows } from '../windows.ts'
import type { Window } from '../windows.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import { uploadBatch } from './transformer-inputs.ts'
import type { ItemBlock } from './transformer-inputs.ts'
import { layOutBatch } from './transformer-layout.ts'
import { transformerLoss } from './transformer-loss.ts'
import type { TransformerShape } from './transformer-shape.ts'
import { targetEvents } from './transformer-start.ts'
import type { TransformerSettings } from './transformer-settings.ts'
import type { ModelWeights } from '../model-weights.ts'

export interface Parts {
  shape: TransformerShape
  domains: DomainRange[]
  seed: number
  weights: ModelWeights
  features: FrozenFeatures[]
  /** All items; only full softmax needs them. */
  items: ItemBlock | null
}

export class TransformerLearner implements Learner {
  readonly parameters: Parameters
  readonly tables: SparseTable[]
  readonly #parts: Parts
  readonly #data: TrainingData
  readonly #memory: number
  readonly #windows: Window[]
  /** [users] */
  readonly #weights: Float64Array
  readonly #own: OwnItems
  readonly #samplers: NegativeSampler[]

  /** @param memory bytes that the activations of a part may take @throws Error when no training event is a target. */
  constructor(parts: Parts, data: TrainingData, memory = MEMORY) {
    const { shape } = parts
    const { settings } = shape
    this.parameters = parts.weights.parameters
    this.tables = parts.weights.tables
    this.#parts = parts
    this.#data = data
    this.#memory = memory
    const isTarget = targetEvents(data, settings.minRating)
    this.#windows = cutWindows(data.train, isTarget, shape.layout)
    if (this.#windows.length === 0)
      throw new Error(
        `No training rating is ${Math.min(settings.minRating, data.positive)} stars or better, so there is nothing to predict. Lower 'Targets from'.`,
      )
    this.#weights = userWeights(this.#windows, data.users, settings.userBalance)
    this.#own = new OwnItems(data.train)
    this.#samplers = data.domains.map((d) => new NegativeSampler(d, settings.negativeDistribution, data.train))
  }

  epoch(epoch: number): TrainingStep[] {
    const { seed, shape } = this.#parts
    const steps = planEpoch(this.#windows, shape.settings.batch, Random.stream(seed, `batches/${epoch}`))
    const targets = this.#windows.reduce((sum, window) => sum + window.targets, 0)
    return steps.map((windows) => this.#step(windows, targets / steps.length))
  }

  /** @param mean weight of a step: weights are 1 in the mean over all targets */
  #step(windows: Window[], mean: number): TrainingStep {
    const samples = windows.reduce((sum, window) => sum + window.targets, 0)
    const total = windows.reduce((sum, { user, targets }) => sum + targets * this.#weights[user]!, 0)
    const parts = this.#split(windows)
    return {
      samples,
      weight: total / mean,
      parts: parts.length,
      about: () => aboutWindows(windows),
      prepare: (part, step) => this.#prepare(parts[part] ?? [], total, part, step),
    }
  }

  #prepare(windows: Window[], total: number, part: number, step: number): PreparedPart {
    const { shape, features, items, seed } = this.#parts
    const { domains } = this.#data
    const forgetting = this.#forgetting(step * MOST_PARTS + part)
    const negatives = this.#negatives(step)
    const batch = makeBatch(this.#data, shape.layout, windows, shape.use, this.#weights, negatives, forgetting)
    const host = layOutBatch(shape, domains, features, this.#own, batch)
    const dropout = new Dropout(shape.settings.dropout, seed, step * MOST_PARTS + part)
    return {
      rows: this.tables.map(() => host.items ?? new Int32Array()),
      upload: () => {
        const device = uploadBatch(shape, items, host)
        return (p) => transformerLoss(shape, p, device, total, dropout)
      },
    }
  }

  #forgetting(at: number): Forgetting | null {
    const { seed, shape } = this.#parts
    const share = shape.settings.historyDropout
    return share > 0 ? { share, random: Random.stream(seed, `history/${at}`) } : null
  }

  #negatives(step: number): NegativeSource | null {
    const { settings } = this.#parts.shape
    if (settings.loss === 'softmax') return null
    return {
      samplers: this.#samplers,
      own: this.#own,
      count: settings.negatives,
      random: (domain) => Random.stream(this.#parts.seed, `negatives/${step}/${domain}`),
    }
  }

  /** What the scores of a target take at the peak of a step. */
  #scoreBytes(): number {
    const { shape, domains } = this.#parts
    const { loss, candidates, negatives } = shape.settings
    const domain = Math.max(...domains.map(({ start, end }) => end - start))
    const items = candidates === 'all' ? shape.items : domain
    return 4 * SCORE_COPIES * (loss === 'softmax' ? items : negatives)
  }

  /** Neighbouring windows together while their activations fit into memory, and `microBatch` allows; a step of long windows falls into parts. */
  #split(windows: Window[]): Window[][] {
    const { settings, tokens, layout } = this.#parts.shape
    const most = settings.microBatch || Infinity
    const parts: Window[][] = []
    let longest = 0
    let targets = 0
    for (const window of windows) {
      const length = Math.min(layout.capacity, window.end - window.start)
      const part = parts.at(-1)
      longest = Math.max(longest, length)
      const T = longest * tokens
      const bytes = 4 * layout.streams * T * keptNumbers(settings, T)
      targets += window.targets
      const kept = part ? (part.length + 1) * bytes + targets * this.#scoreBytes() : 0
      if (part && part.length < most && kept <= this.#memory) part.push(window)
      else {
        parts.push([window])
        longest = length
        targets = window.targets
      }
    }
    return parts
  }
}

/** Matrices of the size of the scores that a step keeps: scores, hidden, probabilities, gradient. */
const SCORE_COPIES = 5
/** Activations a part may keep for its backward pass; the whole heap of wasm is 4 GB. */
export const MEMORY = 1.2e9
/**
 * Numbers held for a token at the peak of a step, in a sequence of `length` tokens: 35 of width D a layer (norms, queries, keys, values, and
 * their gradients; of them 16 for feed-forward layers four times as wide), the attention's own, and 45 outside the layers. Measured with our
 * kernels at 2 and 6 layers; without them it is a quarter to a half more.
 */
export function keptNumbers({ layers, width, feedForward, heads }: TransformerSettings, length: number): number {
  return (45 + (19 + 4 * feedForward) * layers) * width + 3 * layers * heads * length
}
/** More than a step can fall into: a batch has at most 512 windows. Dropout of every part has a seed of its own. */
const MOST_PARTS = 512

function aboutWindows(windows: Window[]): string {
  const users = [...new Set(windows.map(({ user }) => user))]
  const named = users.slice(0, 5).join(', ') + (users.length > 5 ? ', ...' : '')
  return `${windows.length} windows of ${users.length === 1 ? 'user' : 'users'} ${named}`
}

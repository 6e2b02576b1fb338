/** The Transformer as the trainer sees it: parameters, steps of an epoch, and the loss of a step. */
import type * as tf from '@tensorflow/tfjs-core'
import { makeBatch, planEpoch, userWeights } from '../batches.ts'
import type { NegativeSource } from '../batches.ts'
import type { DomainRange, TrainingData } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { Parameters, ParameterTensors } from '../parameters.ts'
import { Random } from '../random.ts'
import { NegativeSampler, OwnItems } from '../sampling.ts'
import type { Learner, TrainingStep } from '../trainer.ts'
import { cutWindows } from '../windows.ts'
import type { Window } from '../windows.ts'
import { transformerLoss } from './transformer-forward.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import { uploadBatch } from './transformer-inputs.ts'
import type { ItemBlock } from './transformer-inputs.ts'
import type { TransformerShape } from './transformer-shape.ts'
import { targetEvents } from './transformer-start.ts'

export interface Parts {
  shape: TransformerShape
  domains: DomainRange[]
  seed: number
  parameters: Parameters
  features: FrozenFeatures[]
  items: ItemBlock
}

export class TransformerLearner implements Learner {
  readonly parameters: Parameters
  readonly #parts: Parts
  readonly #data: TrainingData
  readonly #memory: number
  readonly #windows: Window[]
  /** [users] */
  readonly #weights: Float64Array
  readonly #own: OwnItems
  readonly #negatives: NegativeSource | null
  readonly #random: { order: Random; negatives: Random }

  /** @param memory bytes that the activations of a part may take @throws Error when no training event is a target. */
  constructor(parts: Parts, data: TrainingData, memory = MEMORY) {
    const { shape, seed } = parts
    const { settings } = shape
    this.parameters = parts.parameters
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
    this.#negatives =
      settings.loss === 'bce'
        ? {
            samplers: data.domains.map((d) => new NegativeSampler(d, settings.negativeDistribution, data.train)),
            own: this.#own,
            count: settings.negatives,
          }
        : null
    this.#random = { order: Random.stream(seed, 'batches'), negatives: Random.stream(seed, 'negatives') }
  }

  epoch(): TrainingStep[] {
    const { settings } = this.#parts.shape
    const steps = planEpoch(this.#windows, settings.batch, this.#random.order)
    const targets = this.#windows.reduce((sum, { queries }) => sum + queries.length, 0)
    return steps.map((windows) => this.#step(windows, targets / steps.length))
  }

  /** @param mean weight of a step: weights are 1 in the mean over all targets */
  #step(windows: Window[], mean: number): TrainingStep {
    const samples = windows.reduce((sum, { queries }) => sum + queries.length, 0)
    const total = windows.reduce((sum, { user, queries }) => sum + queries.length * this.#weights[user]!, 0)
    const parts = this.#split(windows)
    return {
      samples,
      weight: total / mean,
      parts: parts.length,
      part: (index, step) => this.#loss(parts[index] ?? [], total, step * 64 + index),
    }
  }

  /** Uploads now, computes when called. */
  #loss(windows: Window[], total: number, seedOfPart: number): (p: ParameterTensors) => tf.Scalar {
    const { shape, features, items, seed } = this.#parts
    const random = this.#random.negatives
    const batch = makeBatch(this.#data, shape.layout, windows, shape.use, this.#weights, this.#negatives, random)
    const device = uploadBatch(shape, this.#data.domains, features, items, this.#own, batch)
    const dropout = new Dropout(shape.settings.dropout, seed, seedOfPart)
    return (p) => transformerLoss(shape, p, device, total, dropout)
  }

  /** Neighbouring windows together while their activations fit into memory; a step of long windows and a wide encoder falls into parts. */
  #split(windows: Window[]): Window[][] {
    const { settings, tokens, layout } = this.#parts.shape
    const parts: Window[][] = []
    let longest = 0
    for (const window of windows) {
      const length = Math.min(layout.capacity, window.end - window.start)
      const part = parts.at(-1)
      longest = Math.max(longest, length)
      const T = longest * tokens
      const bytes = 4 * layout.streams * T * settings.layers * (KEPT * settings.width + 3 * settings.heads * T)
      if (part && (part.length + 1) * bytes <= this.#memory) part.push(window)
      else {
        parts.push([window])
        longest = length
      }
    }
    return parts
  }
}

/** Activations a part may keep for its backward pass; the whole heap of wasm is 4 GB. */
export const MEMORY = 1.2e9
/** Numbers of width D kept a token and layer: norms, queries, keys, values, the feed-forward layer at four times the width; and their gradients. */
export const KEPT = 60

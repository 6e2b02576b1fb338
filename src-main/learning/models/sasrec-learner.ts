/** SASRec as the trainer sees it: windows of the merged timelines in steps, and steps in parts that fit into memory. */
import { makeBatch, planEpoch, userWeights } from '../batches.ts'
import type { TrainingData } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { ModelWeights } from '../model-weights.ts'
import type { Parameters } from '../parameters.ts'
import { Random } from '../random.ts'
import { OwnItems } from '../sampling.ts'
import type { SparseTable } from '../sparse-table.ts'
import type { StreamLayout } from '../streams.ts'
import type { Learner, PreparedPart, TrainingStep } from '../trainer.ts'
import { cutWindows } from '../windows.ts'
import type { Window } from '../windows.ts'
import { layOutSasrec, sasrecLayout, uploadSasrec } from './sasrec-forward.ts'
import type { SasrecSettings } from './sasrec-schema.ts'
import { targetEvents } from './transformer-start.ts'

/** Bytes that the scores of a part, their gradient and what is hidden of them may take; one window may be more. */
export const SCORES = 1.2e9
/** Matrices of the size of the scores that a step keeps: scores, hidden, probabilities, gradient. */
export const SCORE_COPIES = 5
/** More than a step can fall into. Dropout of every part has a seed of its own. */
const MOST_PARTS = 512

export class SasrecLearner implements Learner {
  readonly parameters: Parameters
  readonly tables: SparseTable[]
  readonly #settings: SasrecSettings
  readonly #data: TrainingData
  readonly #seed: number
  readonly #layout: StreamLayout
  readonly #windows: Window[]
  /** [users] */
  readonly #weights: Float64Array
  readonly #own: OwnItems

  /** @throws Error when no training event is a target. */
  constructor(settings: SasrecSettings, weights: ModelWeights, data: TrainingData, seed: number) {
    this.parameters = weights.parameters
    this.tables = weights.tables
    this.#settings = settings
    this.#data = { ...data, domains: [{ name: 'A', start: 0, end: data.items }] } // one catalogue
    this.#seed = seed
    this.#layout = sasrecLayout(settings)
    this.#windows = cutWindows(data.train, targetEvents(data, settings.minRating), this.#layout)
    if (this.#windows.length === 0)
      throw new Error(
        `No training rating is ${Math.min(settings.minRating, data.positive)} stars or better, so there is nothing to predict. Lower 'Targets from'.`,
      )
    this.#weights = userWeights(this.#windows, data.users, settings.userBalance)
    this.#own = new OwnItems(data.train)
  }

  epoch(epoch: number): TrainingStep[] {
    const steps = planEpoch(this.#windows, this.#settings.batch, Random.stream(this.#seed, `batches/${epoch}`))
    const targets = this.#windows.reduce((sum, window) => sum + window.targets, 0)
    return steps.map((windows) => this.#step(windows, targets / steps.length))
  }

  /** @param mean weight of a step: weights are 1 in the mean over all targets */
  #step(windows: Window[], mean: number): TrainingStep {
    const total = windows.reduce((sum, { user, targets }) => sum + targets * this.#weights[user]!, 0)
    const parts = this.#split(windows)
    return {
      samples: windows.reduce((sum, window) => sum + window.targets, 0),
      weight: total / mean,
      parts: parts.length,
      about: () => `${windows.length} windows, the first of user ${windows[0]?.user ?? 'none'}`,
      prepare: (part, step) => this.#prepare(parts[part] ?? [], total, step * MOST_PARTS + part),
    }
  }

  #prepare(windows: Window[], total: number, at: number): PreparedPart {
    const share = this.#settings.historyDropout
    const forgetting = share > 0 ? { share, random: Random.stream(this.#seed, `history/${at}`) } : null
    const { streams, targets } = makeBatch(this.#data, this.#layout, windows, 'all', this.#weights, null, forgetting)
    const [block] = targets
    if (!block) throw new Error('A part of a step has no target.') // every window has one
    const part = layOutSasrec(this.#data.items, streams, block, this.#own)
    const dropout = new Dropout(this.#settings.dropout, this.#seed, at)
    return { rows: [], upload: () => uploadSasrec(this.#settings, part, total, dropout) }
  }

  #split(windows: Window[]): Window[][] {
    const most = SCORES / (4 * SCORE_COPIES * this.#data.items)
    const parts: Window[][] = []
    let targets = 0
    for (const window of windows) {
      const part = parts.at(-1)
      targets += window.targets
      if (part && targets <= most) part.push(window)
      else {
        parts.push([window])
        targets = window.targets
      }
    }
    return parts
  }
}

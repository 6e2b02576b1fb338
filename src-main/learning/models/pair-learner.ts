/** A model of users and items as the trainer sees it: steps of positives with sampled negatives, and the loss of a step. */
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingData } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { Parameters, ParameterTensors } from '../parameters.ts'
import { Random } from '../random.ts'
import type { SparseTable } from '../sparse-table.ts'
import type { Learner, PreparedPart, TrainingStep } from '../trainer.ts'
import { pieces, PairSource } from './pair-batch.ts'
import type { PairBatch } from './pair-batch.ts'
import { itemBlocks } from './pair-blocks.ts'
import type { PairTask } from './pair-blocks.ts'
import { matrix, pairLogits, pairLoss, squaredLengths } from './pair-forward.ts'
import type { DevicePairs } from './pair-forward.ts'
import { tableOf } from './pair-model.ts'
import type { PairModel } from './pair-model.ts'
import type { PairSettings } from './pair-settings.ts'

/** Numbers that the pairs of a part may take up in one layer, 16 MB: larger steps fall into parts, between which a cancel is heard. */
const LAYER = 1 << 22
/** More than a step can fall into; dropout of every part has a seed of its own. */
const MOST_PARTS = 4096

export class PairLearner implements Learner {
  readonly parameters: Parameters
  readonly tables: SparseTable[]
  readonly #model: PairModel
  readonly #settings: PairSettings
  readonly #seed: number
  readonly #source: PairSource
  readonly #plan: (random: Random) => PairTask[]

  /** @param itemsAStep null: steps of `settings.batch` positives; else steps of all positives of so many items, whose negatives are of these items too */
  constructor(
    model: PairModel,
    settings: PairSettings,
    data: TrainingData,
    seed: number,
    itemsAStep: number | null = null,
  ) {
    this.parameters = model.weights.parameters
    this.tables = model.weights.tables
    this.#model = model
    this.#settings = settings
    this.#seed = seed
    this.#source = new PairSource(data, settings)
    this.#plan =
      itemsAStep === null ? (random) => this.#byEvents(random) : itemBlocks(this.#source.positives, data, itemsAStep)
  }

  epoch(epoch: number): TrainingStep[] {
    const tasks = this.#plan(Random.stream(this.#seed, `batches/${epoch}`))
    const mean = this.#source.positives.length / tasks.length // weights are 1 in the mean over all positives
    return tasks.map((task) => this.#step(task, mean))
  }

  #byEvents(random: Random): PairTask[] {
    return this.#source.shuffled(this.#settings.batch, random).map((rows) => ({ rows, pool: null }))
  }

  #step({ rows, pool }: PairTask, mean: number): TrainingStep {
    const weight = this.#source.weightOf(rows)
    const pairs = 1 + this.#settings.negatives
    const parts = pieces(rows, Math.max(1, Math.floor(LAYER / Math.max(...this.#model.widths) / pairs)))
    return {
      samples: rows.length,
      weight: weight / mean,
      parts: parts.length,
      about: () => `${rows.length} positives`,
      prepare: (part, step) => {
        const at = step * MOST_PARTS + part
        const batch = this.#source.batch(
          parts[part] ?? new Uint32Array(),
          pool,
          Random.stream(this.#seed, `pairs/${at}`),
        )
        const dropout = new Dropout(this.#settings.dropout, this.#seed, at)
        return preparePairs(this.#model, this.#settings, batch, weight * pairs, dropout)
      },
    }
  }
}

/** @param total weight of all pairs of the step @returns what the trainer needs for a part of it */
export function preparePairs(
  model: PairModel,
  { l2 }: Pick<PairSettings, 'l2'>,
  batch: PairBatch,
  total: number,
  dropout: Dropout,
): PreparedPart {
  const { users, items } = batch
  return {
    rows: model.weights.tables.map(({ name }) => (tableOf(name) === 'user' ? users : items)),
    upload: () => {
      const pairs = uploadPairs(batch)
      const [userSide, itemSide] = [model.users(users), model.items(items)]
      return (p) => {
        const sides = { users: userSide(p), items: itemSide(p, dropout) }
        const loss = pairLoss(pairLogits(p, model.widths.length, sides, pairs, dropout), pairs, total)
        return l2 > 0 ? tf.add(loss, penalty(model, p, pairs, l2 / total)) : loss
      }
    },
  }
}

function penalty({ penalised }: PairModel, p: ParameterTensors, pairs: DevicePairs, factor: number): tf.Scalar {
  const terms = penalised.map((name) =>
    squaredLengths(matrix(p, name), tableOf(name) === 'user' ? pairs.userCounts : pairs.itemCounts),
  )
  return tf.mul(
    terms.reduce((sum, term) => tf.add(sum, term), tf.scalar(0)),
    factor,
  )
}

function uploadPairs(batch: PairBatch): DevicePairs {
  const { users, items, userRows, itemRows, positiveWeights, negativeWeights } = batch
  const positives = positiveWeights.length
  return {
    users: tf.tensor1d(userRows, 'int32'),
    items: tf.tensor1d(itemRows, 'int32'),
    positiveWeights: tf.tensor2d(positiveWeights, [positives, 1]),
    negativeWeights: tf.tensor2d(negativeWeights, [positives, negativeWeights.length / positives]),
    userCounts: tf.tensor2d(countsOf(userRows, users.length), [users.length, 1]),
    itemCounts: tf.tensor2d(countsOf(itemRows, items.length), [items.length, 1]),
  }
}

function countsOf(rows: Int32Array, size: number): Float32Array {
  const counts = new Float32Array(size)
  for (const row of rows) counts[row]! += 1
  return counts
}

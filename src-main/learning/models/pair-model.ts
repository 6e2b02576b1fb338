/** What a model of users and items must say of itself so that pair-learner.ts trains it and pair-scores.ts ranks with it. */
import type * as tf from '@tensorflow/tfjs-core'
import type { Dropout } from '../dropout.ts'
import type { ModelWeights } from '../model-weights.ts'
import type { ParameterTensors } from '../parameters.ts'
import type { Side } from './pair-forward.ts'

/**
 * Tables with a row a user are named 'user. ...', those with a row an item 'item. ...'. `users` and `items` upload what the ids need besides, and give
 * the sides as a function of the parameters, in which such a name stands for the rows of these ids.
 */
export interface PairModel {
  weights: ModelWeights
  /** Of the perceptron, the first one included. */
  widths: number[]
  users(ids: Int32Array): (p: ParameterTensors) => Side
  items(ids: Int32Array): (p: ParameterTensors, dropout: Dropout) => Side
  /** Tables that L2 regularisation holds down. */
  penalised: readonly string[]
  /** Items whose sides are computed at once when all of them are scored. */
  itemsAtOnce: number
  /** Brings the weights to their start. */
  initialise(seed: number): void
  /** Gives back what it holds on the device. */
  dispose?(): void
}

export type TableOf = 'user' | 'item'

/** Whose rows a table holds. */
export function tableOf(name: string): TableOf {
  return name.startsWith('user.') ? 'user' : 'item'
}

/** The parameters, with the tables cut down to the rows of some users or items. @param rows [n] int32 */
export function withRows(
  p: ParameterTensors,
  of: TableOf,
  tables: readonly string[],
  gather: (table: tf.Tensor) => tf.Tensor,
): ParameterTensors {
  const cut: ParameterTensors = { ...p }
  for (const name of tables) if (tableOf(name) === of && p[name]) cut[name] = gather(p[name])
  return cut
}

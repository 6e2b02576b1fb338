/**
 * Scores of a model of users and items for one state of its weights, exact: the sides of all items are computed once, the sides of users as they are
 * asked for, and a pair costs an inner product and the perceptron from its second layer on.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { DomainRange, Interactions } from '../data.ts'
import { Dropout } from '../dropout.ts'
import type { ParameterTensors } from '../parameters.ts'
import type { Scoring } from '../scoring/scoring.ts'
import type { OpenModel } from './gradient-recommender.ts'
import { perceptron } from './pair-forward.ts'
import type { Side } from './pair-forward.ts'
import { withRows } from './pair-model.ts'
import type { PairModel } from './pair-model.ts'

/** Numbers of one layer held at a time: 8 MB, near the processor. */
const LAYER = 1 << 21
/** Floating-point operations between two turns, a few tenths of a second. */
const PIECE = 8e9

type Matrix = tf.Tensor2D

export class PairScores implements OpenModel {
  readonly #model: PairModel
  readonly #parameters: ParameterTensors
  readonly #tables: string[]
  /** By the domain's start. */
  readonly #items = new Map<number, Side>()

  constructor(model: PairModel, parameters: ParameterTensors) {
    this.#model = model
    this.#parameters = parameters
    this.#tables = model.weights.tables.map(({ name }) => name)
  }

  async scoring(_history: Interactions, domain: DomainRange, turn?: () => Promise<void>): Promise<Scoring> {
    await this.#itemSide(domain, turn)
    const size = domain.end - domain.start
    const atOnce = Math.max(1, Math.floor(PIECE / (size * operationsOf(this.#model.widths))))
    return { kind: 'given', atOnce, users: (users) => this.score(users, _history, domain) }
  }

  async score(users: Uint32Array, _history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const items = await this.#itemSide(domain)
    const size = domain.end - domain.start
    const scores = new Float32Array(users.length * size)
    const block = Math.max(1, Math.floor(LAYER / (size * Math.max(...this.#model.widths))))
    for (let first = 0; first < users.length; first += block) {
      const some = Int32Array.from(users.subarray(first, first + block))
      const z = tf.tidy(() => this.#scores(this.#userSide(some), items))
      scores.set(await z.data<'float32'>(), first * size)
      z.dispose()
    }
    return scores
  }

  close(): void {
    for (const { vector, offset, hidden } of this.#items.values()) tf.dispose([hidden, vector ?? [], offset ?? []])
    this.#items.clear()
  }

  /** @returns [users, items] */
  #scores(users: Side, items: Side): Matrix {
    const [n, m] = [users.hidden.shape[0], items.hidden.shape[0]]
    const width = items.hidden.shape[1]
    const sums = tf.add(tf.reshape(users.hidden, [n, 1, width]), tf.reshape(items.hidden, [1, m, width]))
    const deep = perceptron(
      this.#parameters,
      this.#model.widths.length,
      tf.reshape(sums, [n * m, width]) as Matrix,
      Dropout.none,
    )
    let z = tf.reshape(deep, [n, m]) as Matrix
    if (users.vector && items.vector) z = tf.add(z, tf.matMul(users.vector, items.vector, false, true))
    if (users.offset) z = tf.add(z, users.offset)
    return items.offset ? tf.add(z, tf.reshape(items.offset, [1, m])) : z
  }

  #userSide(ids: Int32Array): Side {
    return this.#model.users(ids)(this.#rowsOf('user', ids))
  }

  /** Of all items of a domain, made block by block. */
  async #itemSide({ start, end }: DomainRange, turn?: () => Promise<void>): Promise<Side> {
    const kept = this.#items.get(start)
    if (kept) return kept
    const blocks: Side[] = []
    try {
      for (let first = start; first < end; first += this.#model.itemsAtOnce) {
        await turn?.()
        const count = Math.min(this.#model.itemsAtOnce, end - first)
        const ids = Int32Array.from({ length: count }, (_, i) => first + i)
        const block = tf.tidy(() => this.#model.items(ids)(this.#rowsOf('item', ids), Dropout.none))
        blocks.push(block)
        if (turn) await block.hidden.data() // a device works behind the queue: a turn is to come after the work
      }
      const side = tf.tidy(() => joined(blocks))
      this.#items.set(start, side)
      return side
    } finally {
      for (const { vector, offset, hidden } of blocks) tf.dispose([hidden, vector ?? [], offset ?? []])
    }
  }

  #rowsOf(of: 'user' | 'item', ids: Int32Array): ParameterTensors {
    const rows = tf.tensor1d(ids, 'int32')
    return withRows(this.#parameters, of, this.#tables, (table) => tf.gather(table, rows))
  }
}

function joined(blocks: Side[]): Side {
  const column = (key: keyof Side): Matrix | null => {
    const parts = blocks.flatMap((block) => block[key] ?? [])
    return parts.length > 0 ? tf.concat(parts, 0) : null
  }
  const [vector, offset] = [column('vector'), column('offset')]
  const hidden = tf.concat(
    blocks.map((block) => block.hidden),
    0,
  )
  return { hidden, ...(vector && { vector }), ...(offset && { offset }) }
}

/** Of a pair, products of the perceptron behind its first layer; the additions of the first count as one product a number. */
export function operationsOf(widths: readonly number[]): number {
  return widths.reduce((sum, width, k) => sum + 2 * width * (widths[k + 1] ?? 1), 2 * (widths[0] ?? 0))
}

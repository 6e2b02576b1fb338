/**
 * A parameter table with a row an item, of which a step touches few: it lives on the host, outside the flat vector of the other parameters. A
 * step uploads the rows it looks at, differentiates with respect to them, and moves those rows alone. For V = 62,000 items of width 64
 * that is fifteen times cheaper than a dense table, and the device never holds it. Where a loss looks at every item (full softmax), every row
 * is touched, and a dense part of the flat vector is the better place.
 */
import * as tf from '@tensorflow/tfjs-core'
import { ADAM, type AdamConstants, FLUSH_FIRST, FLUSH_SECOND } from './optimiser.ts'
import { Parameters } from './parameters.ts'
import type { ParameterSpec } from './parameters.ts'

export class SparseTable {
  readonly spec: ParameterSpec
  /** V rows of `width` numbers. */
  readonly rows: number
  readonly width: number
  /** [V, width] row-major, and the moments of Adam beside them */
  readonly values: Float32Array<ArrayBuffer>
  readonly first: Float32Array
  readonly second: Float32Array
  /** The gradient of the step: the rows touched so far, and for each of them `width` numbers. */
  #touched: number[] = []
  #gradient = new Float32Array(0)
  /** [V] place of a row among those touched, -1 = untouched */
  readonly #place: Int32Array

  /** @param spec of a matrix */
  constructor(spec: ParameterSpec) {
    const [rows = 0, width = 0] = spec.shape
    this.spec = spec
    this.rows = rows
    this.width = width
    this.values = new Float32Array(rows * width)
    this.first = new Float32Array(rows * width)
    this.second = new Float32Array(rows * width)
    this.#place = new Int32Array(rows).fill(-1)
  }

  get name(): string {
    return this.spec.name
  }

  /** The start it would have among the other parameters. */
  initialise(seed: number): void {
    const alone = new Parameters([this.spec])
    alone.initialise(seed)
    this.values.set(alone.values)
  }

  /** @param rows [U] @returns [U, width], which the caller disposes of */
  upload(rows: Int32Array): tf.Tensor2D {
    const { values, width } = this
    const chosen = new Float32Array(rows.length * width)
    for (const [i, row] of rows.entries()) chosen.set(values.subarray(row * width, (row + 1) * width), i * width)
    return tf.tensor2d(chosen, [rows.length, width])
  }

  /** All of it, [V, width], for scoring. */
  uploadAll(): tf.Tensor2D {
    return tf.tensor2d(this.values, [this.rows, this.width])
  }

  /** Adds to the gradient of the step. @param rows [U], summed where one comes twice @param gradient [U, width] */
  add(rows: Int32Array, gradient: Float32Array): void {
    const { width } = this
    this.#reserve((this.#touched.length + rows.length) * width)
    const [touched, places, sums] = [this.#touched, this.#place, this.#gradient]
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      let place = places[row]!
      if (place === -1) {
        place = places[row] = touched.length
        touched.push(row)
        sums.fill(0, place * width, (place + 1) * width)
      }
      for (let j = 0; j < width; j++) sums[place * width + j]! += gradient[i * width + j]!
    }
  }

  /** Of the step's gradient. */
  squaredNorm(): number {
    const gradient = this.#gradient
    const size = this.#touched.length * this.width
    let sum = 0
    for (let i = 0; i < size; i++) sum += gradient[i]! ** 2
    return sum
  }

  /**
   * Adam on the touched rows, and forgets the gradient. The correction for the moments' start at 0 counts all steps, not a row's own, and an
   * untouched row keeps its moments (as torch.optim.SparseAdam and TensorFlow's LazyAdam do).
   * @param scale the gradient's factor @param steps updates including this one
   */
  update(scale: number, rate: number, steps: number, { beta1, beta2, epsilon }: AdamConstants = ADAM): void {
    const { width, values, first, second } = this
    const [touched, gradient] = [this.#touched, this.#gradient]
    const step = rate / (1 - beta1 ** steps)
    const correction = 1 / (1 - beta2 ** steps)
    for (let place = 0; place < touched.length; place++) {
      const from = place * width
      const to = touched[place]! * width
      for (let j = 0; j < width; j++) {
        const i = to + j
        const g = scale * gradient[from + j]!
        let m = beta1 * first[i]! + (1 - beta1) * g
        let v = beta2 * second[i]! + (1 - beta2) * g * g
        if (Math.abs(m) < FLUSH_FIRST) m = 0 // one question: a sign is a coin toss, and a wrong guess of the processor costs more than the rest
        if (v < FLUSH_SECOND) v = 0
        first[i] = m
        second[i] = v
        if (m !== 0) values[i]! -= (step * m) / (Math.sqrt(v * correction) + epsilon)
      }
    }
    this.forget()
  }

  /** Drops the gradient of a step that came to nothing. */
  forget(): void {
    for (const row of this.#touched) this.#place[row] = -1
    this.#touched = []
  }

  #reserve(size: number): void {
    if (size <= this.#gradient.length) return
    const larger = new Float32Array(Math.max(size, 2 * this.#gradient.length))
    larger.set(this.#gradient)
    this.#gradient = larger
  }
}

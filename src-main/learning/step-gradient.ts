/** The gradient of one step, part by part: one vector for the parameters, the touched rows for every sparse table. */
import * as tf from '@tensorflow/tfjs-core'
import { globalNorm } from './optimiser.ts'
import type { Adam } from './optimiser.ts'
import type { HostStep, Learner, MovingStep, PreparedPart, TrainingStep } from './trainer.ts'

export class StepGradient {
  readonly #learner: Learner
  /** Laid out like the parameters' values. */
  readonly vector: Float32Array
  /** The first part of the step to come, prepared while the device was at work. */
  #ahead: { step: number; part: PreparedPart } | null = null

  constructor(learner: Learner) {
    this.#learner = learner
    this.vector = new Float32Array(learner.parameters.values.length)
  }

  /**
   * Leaves the gradient here and in the tables.
   * @param number of the step, from 0 @param next what comes after it @param turn called before each part; what it throws ends the step
   * @returns the step's loss
   */
  async compute(
    current: TrainingStep | HostStep,
    number: number,
    next: TrainingStep | HostStep | MovingStep | null,
    turn: () => Promise<void>,
  ): Promise<number> {
    const { parameters, tables } = this.#learner
    this.vector.fill(0)
    for (const table of tables) table.forget()
    if ('differentiate' in current) {
      await turn()
      return current.differentiate(this.vector, number, turn)
    }
    const tensors = parameters.tensors()
    let loss = 0
    try {
      let prepared = this.#ahead?.step === number ? this.#ahead.part : current.prepare(0, number)
      this.#ahead = null
      for (let part = 0; part < current.parts; part++) {
        await turn()
        const { rows } = prepared
        const results = this.#differentiate(prepared, tensors)
        // a device of its own computes now; the host makes what it needs next. On wasm the host is the device: the batch comes before its step, and
        // takes 3 % of it (2 layers, width 64, 256 windows).
        if (part + 1 < current.parts) prepared = current.prepare(part + 1, number)
        else if (next && 'prepare' in next) this.#ahead = { step: number + 1, part: next.prepare(0, number + 1) }
        const [value, ...gradients] = results
        loss += (await value?.data())?.[0] ?? Number.NaN
        await parameters.addGradients(gradients.slice(0, tensors.length), this.vector)
        for (const [k, gradient] of gradients.slice(tensors.length).entries())
          tables[k]?.add(rows[k] ?? new Int32Array(), await gradient.data<'float32'>())
        tf.dispose(results)
      }
    } finally {
      tf.dispose(tensors)
    }
    return loss
  }

  /** Of all of it. */
  norm(): number {
    return Math.sqrt(
      this.#learner.tables.reduce((sum, table) => sum + table.squaredNorm(), globalNorm(this.vector) ** 2),
    )
  }

  /** Moves all weights by it. @param scale its factor @param steps updates including this one */
  apply(optimiser: Adam, scale: number, rate: number, steps: number): void {
    const { parameters, tables } = this.#learner
    optimiser.update(parameters.values, this.vector, rate, scale)
    for (const table of tables) table.update(scale, rate, steps, optimiser.constants)
  }

  /** @returns the part's share of the loss, its gradients of all parameters, and those of the rows of every table */
  #differentiate({ rows, upload }: PreparedPart, tensors: tf.Tensor[]): tf.Tensor[] {
    const { parameters, tables } = this.#learner
    return tf.tidy(() => {
      const lossOf = upload()
      const inputs = [...tensors, ...tables.map((table, k) => table.upload(rows[k] ?? new Int32Array()))]
      const { value, grads } = tf.valueAndGrads((...t) => {
        const named = parameters.byName(t.slice(0, tensors.length))
        for (const [k, { name }] of tables.entries()) named[name] = t[tensors.length + k]! // one input a table
        return lossOf(named)
      })(inputs)
      return [value, ...grads]
    })
  }
}

/**
 * A running mean of the weights over the last steps (Polyak, Juditsky 1992; as in Adam's paper, section 7.2): single steps jump about, their mean
 * is steadier and ranks better. Training goes on from the weights themselves; validation and the result use the mean.
 */
import type { Parameters } from './parameters.ts'
import type { SparseTable } from './sparse-table.ts'

export class AveragedWeights {
  /** Laid out like the weights; live, for checkpoints. */
  readonly values: Float32Array<ArrayBuffer>
  readonly tables: Float32Array<ArrayBuffer>[]
  readonly #atWork: Float32Array<ArrayBuffer>[]
  readonly #decay: number

  /** @param decay share of the mean that stays at each step, 0..1 */
  constructor(parameters: Parameters, tables: SparseTable[], decay: number) {
    this.#decay = decay
    this.#atWork = [parameters.values, ...tables.map(({ values }) => values)]
    this.values = parameters.values.slice()
    this.tables = tables.map(({ values }) => values.slice())
  }

  /** Takes the weights after a step into the mean; the first steps count more, or it would remember the start. @param steps including this one */
  add(steps: number): void {
    const share = 1 - Math.min(this.#decay, steps / (9 + steps))
    for (const [k, mean] of [this.values, ...this.tables].entries()) {
      const weights = this.#atWork[k]!
      for (let i = 0; i < mean.length; i++) mean[i]! += share * (weights[i]! - mean[i]!)
    }
  }

  /** Puts the mean to work for as long as `during` takes; the weights come back whatever happens. */
  async inUse<T>(during: () => Promise<T>): Promise<T> {
    this.#exchange()
    try {
      return await during()
    } finally {
      this.#exchange()
    }
  }

  #exchange(): void {
    for (const [k, mean] of [this.values, ...this.tables].entries()) {
      const weights = this.#atWork[k]!
      const before = weights.slice()
      weights.set(mean)
      mean.set(before)
    }
  }
}

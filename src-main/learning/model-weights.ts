/**
 * A model's weights: dense parameters in one flat vector and, where a step looks at few rows, tables beside it (sparse-table.ts). Outside
 * training, under one name each, as if there were no difference.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type { Snapshot } from './model.ts'
import { Parameters } from './parameters.ts'
import type { ParameterSpec, ParameterTensors } from './parameters.ts'
import { SparseTable } from './sparse-table.ts'

export class ModelWeights {
  readonly parameters: Parameters
  readonly tables: SparseTable[]

  /** @param sparse names of the matrices that become tables */
  constructor(specs: ParameterSpec[], sparse: readonly string[] = []) {
    this.parameters = new Parameters(specs.filter(({ name }) => !sparse.includes(name)))
    this.tables = specs.filter(({ name }) => sparse.includes(name)).map((spec) => new SparseTable(spec))
  }

  /** Numbers to be learned. */
  get count(): number {
    return this.tables.reduce((sum, { values }) => sum + values.length, this.parameters.values.length)
  }

  initialise(seed: number): void {
    this.parameters.initialise(seed)
    for (const table of this.tables) table.initialise(seed)
  }

  /** The values of one of them, without a copy. @throws Error when there is none of that name */
  values(name: string): Float32Array {
    const table = this.tables.find((t) => t.name === name)
    if (table) return table.values
    const index = this.parameters.specs.findIndex((spec) => spec.name === name)
    if (index === -1) throw new Error(`There is no parameter '${name}'.`)
    return this.parameters.part(index)
  }

  /** Uploads everything, tables whole. The caller disposes of the list. */
  upload(): { tensors: tf.Tensor[]; named: ParameterTensors } {
    const dense = this.parameters.tensors()
    const named = { ...this.parameters.byName(dense) }
    const tables = this.tables.map((table) => (named[table.name] = table.uploadAll()))
    return { tensors: [...dense, ...tables], named }
  }

  arrays(): Snapshot['arrays'] {
    const arrays = this.parameters.arrays()
    for (const { name, spec, values } of this.tables) arrays[name] = { shape: [...spec.shape], data: values.slice() }
    return arrays
  }

  /** @throws Error naming the first that is missing or has another shape. */
  restore(arrays: Snapshot['arrays']): void {
    for (const { spec, values } of this.tables) {
      const alone = new Parameters([spec])
      alone.restore(arrays)
      values.set(alone.values)
    }
    this.parameters.restore(arrays)
  }
}

/**
 * All parameters of a model as ONE Float32 vector on the host, with a specification that names its parts. The optimiser, the gradient norm, the
 * best-weights copy and the checkpoint work on the vector; the forward pass sees one tensor a part.
 */
import * as tf from '@tensorflow/tfjs-core'
import { ownServices } from './backends/own.ts'
import type { Snapshot } from './model.ts'
import { Random } from './random.ts'

/** `deviation`: standard deviation of the normal start; or a constant start. */
export type Start = { deviation: number } | { constant: number }

export interface ParameterSpec {
  name: string
  shape: number[]
  start: Start
}

export type ParameterTensors = Record<string, tf.Tensor>

export class Parameters {
  readonly specs: ParameterSpec[]
  readonly values: Float32Array<ArrayBuffer>
  readonly #offsets: number[] = []

  constructor(specs: ParameterSpec[]) {
    this.specs = specs
    let size = 0
    for (const { shape } of specs) {
      this.#offsets.push(size)
      size += sizeOf(shape)
    }
    this.values = new Float32Array(size)
  }

  /** The stretch of the vector that holds part `index`, without a copy. */
  part(index: number): Float32Array<ArrayBuffer> {
    const offset = this.#offsets[index] ?? 0
    return this.values.subarray(offset, offset + sizeOf(this.specs[index]?.shape ?? [0]))
  }

  /** Every part has its own stream, so that adding one leaves the start of the others as it was. */
  initialise(seed: number): void {
    for (const [index, { name, start }] of this.specs.entries()) {
      const part = this.part(index)
      if ('constant' in start) part.fill(start.constant)
      else {
        const random = Random.stream(seed, `parameters/${name}`)
        for (let i = 0; i < part.length; i++) part[i] = start.deviation * random.normal()
      }
    }
  }

  /** Uploads all parts, in the order of `specs`. The caller disposes of them. */
  tensors(): tf.Tensor[] {
    return this.specs.map(({ shape }, index) => tf.tensor(this.part(index), shape, 'float32'))
  }

  byName(tensors: tf.Tensor[]): ParameterTensors {
    return Object.fromEntries(this.specs.map(({ name }, index) => [name, tensors[index]!])) // one tensor a spec
  }

  /** Reads the gradients of all parts back and adds them to `into`, a vector laid out like `values`. */
  async addGradients(gradients: tf.Tensor[], into: Float32Array): Promise<void> {
    const services = ownServices()
    for (const [index, gradient] of gradients.entries()) {
      const part = services?.peek(gradient) ?? (await gradient.data())
      const offset = this.#offsets[index] ?? 0
      for (let i = 0; i < part.length; i++) into[offset + i]! += part[i]!
    }
  }

  arrays(): Snapshot['arrays'] {
    return Object.fromEntries(
      this.specs.map(({ name, shape }, index) => [name, { shape: [...shape], data: this.part(index).slice() }]),
    )
  }

  /** @throws Error naming the first part that is missing or has another shape. */
  restore(arrays: Snapshot['arrays']): void {
    for (const [index, { name, shape }] of this.specs.entries()) {
      const array = arrays[name]
      if (!array || array.shape.join() !== shape.join() || !(array.data instanceof Float32Array))
        throw new Error(
          `The saved weights do not fit: '${name}' should be [${shape.join(', ')}] and is ${array ? `[${array.shape.join(', ')}]` : 'missing'}. Use the configuration and the data set they were trained with.`,
        )
      this.part(index).set(array.data)
    }
  }
}

export function sizeOf(shape: number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}

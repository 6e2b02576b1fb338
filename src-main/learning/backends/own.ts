/**
 * Layers as single operations, where the running backend has them (wasm with its own kernels); everywhere else a layer is composed of stock
 * operations. What each takes and gives stands in kernels/own-operations.ts.
 */
import * as tf from '@tensorflow/tfjs-core'

export type OwnOperation =
  | 'LayerNorm'
  | 'LayerNormGradient'
  | 'GeluDropout'
  | 'AddDropout'
  | 'Multiply'
  | 'Attention'
  | 'AttentionGradient'
  | 'SoftmaxLoss'
  | 'SoftmaxLossGradient'
  | 'BinaryLoss'
  | 'ScaleRows'

const PREFIX = 'Crossreel'
let enabled = true

/** The name under which TensorFlow.js knows it. */
export function kernelNameOf(operation: OwnOperation): string {
  return PREFIX + operation
}

export function hasOwnOperations(): boolean {
  return enabled && tf.getKernel(kernelNameOf('LayerNorm'), tf.getBackend()) !== undefined
}

/** Off: wasm computes as TensorFlow.js does without us, for comparison. */
export function enableOwnOperations(on: boolean): void {
  enabled = on
}

export function ownOperationsEnabled(): boolean {
  return enabled
}

/** @returns the results in the operation's order */
export function runOwn(
  operation: OwnOperation,
  inputs: tf.NamedTensorMap,
  attributes: Record<string, number> = {},
): tf.Tensor[] {
  const results = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernelNameOf(operation), inputs, attributes)
  return Array.isArray(results) ? results : [results]
}

/** weights -= step m / (sqrt(correction v) + epsilon), for the gradient times `scale`. */
export interface UpdateFactors {
  scale: number
  step: number
  correction: number
  beta1: number
  beta2: number
  epsilon: number
}

/** Adam's moments, and the update, where the backend does it faster than the host. */
export interface MomentKernel {
  /** Changes `weights` in place. */
  update(weights: Float32Array, gradient: Float32Array, factors: UpdateFactors): void
  read(): { first: Float32Array; second: Float32Array }
  write(first: Float32Array, second: Float32Array): void
}

/** What the running backend offers besides operations. */
export interface OwnServices {
  moments(size: number): MomentKernel
  /** What a tensor holds, without a copy; to be read at once. null where only the backend itself can read it. */
  peek(x: tf.Tensor): Float32Array | null
  /** A matrix that is written where it is to lie. @param write sets all values; it must not allocate tensors */
  fill(shape: [rows: number, columns: number], write: (values: Float32Array) => void): tf.Tensor2D
}

let services: OwnServices | null = null

export function offerServices(offered: OwnServices): void {
  services = offered
}

export function ownServices(): OwnServices | null {
  return services && hasOwnOperations() ? services : null
}

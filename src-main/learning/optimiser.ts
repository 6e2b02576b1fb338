/** What happens between a gradient and the next weights: clipping, the learning rate of the step, Adam. On flat vectors of the host. */
import { ownServices } from './backends/own.ts'
import type { MomentKernel } from './backends/own.ts'

export interface Schedule {
  learningRate: number
  warmUpSteps: number
  steps: number
  decay: 'cosine' | 'none'
}

/**
 * Linear warm-up, then half a cosine down to 0 (Loshchilov, Hutter 2017, eq. 5, one period, minimum 0).
 * @param step from 0
 */
export function learningRateAt(step: number, { learningRate, warmUpSteps, steps, decay }: Schedule): number {
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps
  if (decay === 'none') return learningRate
  const progress = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps))
  return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress))
}

/** Four sums side by side: one would wait for each of its additions. */
export function globalNorm(gradient: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 4 <= gradient.length; i += 4) {
    a += gradient[i]! * gradient[i]!
    b += gradient[i + 1]! * gradient[i + 1]!
    c += gradient[i + 2]! * gradient[i + 2]!
    d += gradient[i + 3]! * gradient[i + 3]!
  }
  for (; i < gradient.length; i++) a += gradient[i]! * gradient[i]!
  return Math.sqrt(a + b + c + d)
}

/** Scales the gradient down to `limit` where its norm is above (Pascanu et al. 2013); 0 = no limit. @returns the norm before */
export function clipGlobalNorm(gradient: Float32Array, limit: number): number {
  const norm = globalNorm(gradient)
  if (limit > 0 && norm > limit) {
    const scale = limit / norm
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= scale
  }
  return norm
}

/** What a checkpoint holds of an optimiser. */
export interface OptimiserState {
  /** Updates so far. */
  steps: number
  /** [size] running means of the gradient and of its square */
  first: Float32Array
  second: Float32Array
}

export interface Optimiser {
  /** Changes `weights` in place. All three vectors are as long as the optimiser was made for. @param scale factor of the gradient, 1 by default */
  update(weights: Float32Array, gradient: Float32Array, rate: number, scale?: number): void
  /** The moments as they are now; the next update may or may not change them. */
  state(): OptimiserState
  /** Goes on from a state as if it had never stopped; the moments are copied. */
  restore(state: OptimiserState): void
}

/** Moments below these are set to 0: rows without a gradient would decay into denormal numbers, which make everything many times slower. */
export const FLUSH_FIRST = 1e-30
export const FLUSH_SECOND = 1e-36

/** Of Adam: how much of the running means it keeps, and what keeps its quotient finite. */
export interface AdamConstants {
  beta1: number
  beta2: number
  epsilon: number
}
/** Kingma, Ba 2015, algorithm 1. */
export const ADAM: AdamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** Adam (Kingma, Ba 2015, algorithm 1), epsilon outside the root, as in PyTorch. */
export class Adam implements Optimiser {
  /** On the host; where the backend holds them, as they were when they were last asked for. */
  #first: Float32Array
  #second: Float32Array
  /** null: on the host. */
  readonly #moments: MomentKernel | null
  /** Whether the host's copy is behind. */
  #behind = false
  #steps = 0
  readonly #size: number
  readonly constants: Readonly<AdamConstants>

  constructor(size: number, constants: AdamConstants = ADAM) {
    this.#moments = ownServices()?.moments(size) ?? null
    this.#first = new Float32Array(this.#moments ? 0 : size)
    this.#second = new Float32Array(this.#moments ? 0 : size)
    this.#size = size
    this.constants = constants
  }

  /** weights -= rate * m / (sqrt(v) + epsilon), with both moments corrected for their start at 0. @param scale factor of the gradient */
  update(weights: Float32Array, gradient: Float32Array, rate: number, scale = 1): void {
    const { beta1, beta2, epsilon } = this.constants
    this.#steps++
    const step = rate / (1 - beta1 ** this.#steps)
    const correction = 1 / (1 - beta2 ** this.#steps)
    if (this.#moments) {
      this.#moments.update(weights, gradient, { scale, step, correction, beta1, beta2, epsilon })
      this.#behind = true
      return
    }
    const [first, second] = [this.#first, this.#second]
    for (let i = 0; i < weights.length; i++) {
      const g = scale * gradient[i]!
      let m = beta1 * first[i]! + (1 - beta1) * g
      let v = beta2 * second[i]! + (1 - beta2) * g * g
      if (Math.abs(m) < FLUSH_FIRST) m = 0
      if (v < FLUSH_SECOND) v = 0
      first[i] = m
      second[i] = v
      if (m !== 0) weights[i]! -= (step * m) / (Math.sqrt(v * correction) + epsilon)
    }
  }

  state(): OptimiserState {
    if (this.#moments && (this.#behind || this.#first.length !== this.#size)) {
      const { first, second } = this.#moments.read()
      this.#first = first
      this.#second = second
      this.#behind = false
    }
    return { steps: this.#steps, first: this.#first, second: this.#second }
  }

  restore({ steps, first, second }: OptimiserState): void {
    this.#steps = steps
    if (this.#moments) {
      this.#moments.write(first, second)
      this.#behind = true
      return
    }
    this.#first.set(first)
    this.#second.set(second)
  }
}

/** What happens between a gradient and the next weights: clipping, the learning rate of the step, Adam. Host arithmetic on flat vectors. */

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

export function globalNorm(gradient: Float32Array): number {
  let sum = 0
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!
  return Math.sqrt(sum)
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

/** Moments below these are set to 0: rows without a gradient would decay into denormal numbers, which make everything many times slower. */
const FLUSH_FIRST = 1e-30
const FLUSH_SECOND = 1e-36

/** Adam (Kingma, Ba 2015, algorithm 1), epsilon outside the root, as in PyTorch. */
export class Adam {
  readonly #first: Float32Array
  readonly #second: Float32Array
  #steps = 0
  readonly #beta1: number
  readonly #beta2: number
  readonly #epsilon: number

  constructor(size: number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}) {
    this.#first = new Float32Array(size)
    this.#second = new Float32Array(size)
    this.#beta1 = beta1
    this.#beta2 = beta2
    this.#epsilon = epsilon
  }

  /** weights -= rate * m / (sqrt(v) + epsilon), with both moments corrected for their start at 0. */
  update(weights: Float32Array, gradient: Float32Array, rate: number): void {
    const [first, second, beta1, beta2, epsilon] = [this.#first, this.#second, this.#beta1, this.#beta2, this.#epsilon]
    this.#steps++
    const step = rate / (1 - beta1 ** this.#steps)
    const correction = 1 / (1 - beta2 ** this.#steps)
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!
      let m = beta1 * first[i]! + (1 - beta1) * g
      let v = beta2 * second[i]! + (1 - beta2) * g * g
      if (m < FLUSH_FIRST && m > -FLUSH_FIRST) m = 0
      if (v < FLUSH_SECOND) v = 0
      first[i] = m
      second[i] = v
      if (m !== 0) weights[i]! -= (step * m) / (Math.sqrt(v * correction) + epsilon)
    }
  }
}

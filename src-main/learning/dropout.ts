/**
 * Dropout masks from a counter: entry i of a mask depends on (seed, i) alone, so a mask is made again in the backward pass instead of being
 * kept, and is the same on every backend. A training step hands out one seed for every place that drops.
 */
import * as tf from '@tensorflow/tfjs-core'

/** Seeds of one step's dropout places, in the order in which the forward pass asks. */
export class Dropout {
  readonly rate: number
  #state: number

  /** @param rate 0 switches it off, as outside training. */
  constructor(rate: number, seed: number, step: number) {
    this.rate = rate
    this.#state = Math.imul(seed ^ Math.imul(step + 1, 0x9e3779b1), 0x85ebca6b) >>> 0
  }

  static readonly none: Dropout = new Dropout(0, 0, 0)

  nextSeed(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    return this.#state
  }
}

/**
 * [n] zeros with probability `rate` (in steps of 2^-16), otherwise 1 / (1 - rate). The hash is murmur3's finaliser (public domain, A. Appleby); each of
 * its halves decides one entry.
 */
export function dropoutMask(n: number, seed: number, rate: number): Float32Array<ArrayBuffer> {
  const threshold = Math.round(rate * 65536)
  const kept = 1 / (1 - rate)
  const mask = new Float32Array(n)
  for (let i = 0; i < n; i += 2) {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ seed
    h ^= h >>> 16
    h = Math.imul(h, 0x85ebca6b)
    h ^= h >>> 13
    h = Math.imul(h, 0xc2b2ae35)
    h ^= h >>> 16
    mask[i] = (h & 0xffff) >= threshold ? kept : 0
    if (i + 1 < n) mask[i + 1] = h >>> 16 >= threshold ? kept : 0
  }
  return mask
}

export function dropoutTensor(shape: number[], seed: number, rate: number): tf.Tensor {
  return tf.tensor(dropoutMask(tf.util.sizeFromShape(shape), seed, rate), shape)
}

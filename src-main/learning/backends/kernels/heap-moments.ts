/**
 * The moments of Adam in the heap, where threads reach them. Weights and gradient stay with their owner and pass through in stretches that fit
 * into the cache, so that nothing is held twice.
 */
import type { MomentKernel, UpdateFactors } from '../own.ts'
import type { KernelHeap } from './kernel-heap.ts'

const STRETCH = 1 << 18
const BYTES = 4

/** Frees what an optimiser that is no longer there has held. */
const abandoned = new FinalizationRegistry<() => void>((free) => free())

export class HeapMoments implements MomentKernel {
  readonly size: number
  readonly #heap: KernelHeap
  /** first [size], second [size], then a stretch of weights and one of the gradient */
  readonly #block: number

  constructor(heap: KernelHeap, size: number) {
    this.size = size
    this.#heap = heap
    const block = heap.allocate(BYTES * (2 * size + 2 * STRETCH))
    this.#block = block
    heap.bytes().fill(0, block, block + 2 * BYTES * size)
    abandoned.register(this, () => heap.free(block))
  }

  update(weights: Float32Array, gradient: Float32Array, f: UpdateFactors): void {
    const [heap, size] = [this.#heap, this.size]
    const passing = this.#block + 2 * BYTES * size
    for (let from = 0; from < size; from += STRETCH) {
      const count = Math.min(STRETCH, size - from)
      const [w, g] = [heap.view(passing, count), heap.view(passing + BYTES * STRETCH, count)]
      w.set(weights.subarray(from, from + count))
      g.set(gradient.subarray(from, from + count))
      const first = this.#block + BYTES * from
      const pointers = [passing, first, first + BYTES * size, passing + BYTES * STRETCH]
      const factors = [f.scale, f.step, f.correction, f.beta1, 1 - f.beta1, f.beta2, 1 - f.beta2, f.epsilon]
      const cut = { count, align: 64, work: 20 * count }
      heap.run('adam', cut, (begin, end) => [...pointers, begin, end, ...factors])
      weights.set(w, from)
    }
  }

  /** Copies. */
  read(): { first: Float32Array; second: Float32Array } {
    const { first, second } = this.#views()
    return { first: Float32Array.from(first), second: Float32Array.from(second) }
  }

  write(first: Float32Array, second: Float32Array): void {
    const views = this.#views()
    views.first.set(first)
    views.second.set(second)
  }

  #views(): { first: Float32Array; second: Float32Array } {
    const { size } = this
    return {
      first: this.#heap.view(this.#block, size),
      second: this.#heap.view(this.#block + BYTES * size, size),
    }
  }
}

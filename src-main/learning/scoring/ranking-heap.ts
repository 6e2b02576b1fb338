/** The memory that the ranking kernels work in: one of its own, so that closed-form models are ranked without TensorFlow.js. Shared with threads where that may be. */
import { compileKernels } from '../backends/kernels/module.ts'

/** See backends/kernels/assembly/ranking.ts. Pointers are bytes from the memory's start. */
export interface RankingKernels {
  rank(scores: number, best: number, from: number, to: number, scratch: number): void
  rankScratch(kind: number, items: number, width: number, users: number): number
}

const PAGE = 65_536
const LIMIT = 65_536 * PAGE
/** A cache line: what lies beside each other is not written by two threads at once. */
const ALIGNMENT = 64

export class RankingHeap {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly kernels: RankingKernels
  /** The first line is the threads' (see ranking-crew.ts); and no pointer is 0, which means none. */
  #top = ALIGNMENT

  /** @throws Error where the processor has no SIMD */
  constructor() {
    const compiled = compileKernels(canShare())
    if (!compiled) throw new Error('Ranking needs WebAssembly with SIMD, which this processor or browser lacks.')
    this.module = compiled.module
    const unit = canShare() ? { maximum: LIMIT / PAGE, shared: true } : {}
    this.memory = new WebAssembly.Memory({ initial: 1, ...unit })
    this.kernels = instantiateRanking(this.module, this.memory)
  }

  /** Whether other threads may work in it. */
  get shared(): boolean {
    return typeof SharedArrayBuffer !== 'undefined' && this.memory.buffer instanceof SharedArrayBuffer
  }

  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  /** Where the next allocation begins; `release` gives back everything from there on. */
  get top(): number {
    return this.#top
  }

  /** @returns a pointer; what lies there is anything. Views made before are no longer valid. @throws Error when there is not so much memory */
  allocate(bytes: number): number {
    const pointer = this.#top
    const end = Math.ceil((pointer + bytes) / ALIGNMENT) * ALIGNMENT
    if (end > this.bytes) this.#grow(end)
    this.#top = end
    return pointer
  }

  release(to: number): void {
    this.#top = to
  }

  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, count)
  }

  words(pointer: number, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, count)
  }

  /** Allocated and filled. */
  keep(values: Float32Array | Uint32Array): number {
    const pointer = this.allocate(values.byteLength)
    if (values instanceof Float32Array) this.floats(pointer, values.length).set(values)
    else this.words(pointer, values.length).set(values)
    return pointer
  }

  #grow(end: number): void {
    const megabytes = Math.ceil(end / 1e6).toLocaleString('en')
    if (end > LIMIT)
      throw new Error(
        `Ranking would need ${megabytes} MB for the items' side of the scores; the limit is 4,294 MB. Raise the k-core so that fewer items remain, or make the model smaller.`,
      )
    try {
      this.memory.grow(Math.ceil((end - this.bytes) / PAGE))
    } catch (cause) {
      throw new Error(
        `Ranking needs ${megabytes} MB, more than is free. Close other programs, or raise the k-core so that fewer items remain.`,
        { cause },
      )
    }
  }
}

/** Whether this process or page may share memory between threads; a page may where it is isolated from other origins. */
function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false
}

function instantiateRanking(module: WebAssembly.Module, memory: WebAssembly.Memory): RankingKernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return exports as unknown as RankingKernels // made by tools/build-kernels.ts from the functions declared here
}

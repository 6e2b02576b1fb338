/** The heap of tfjs-backend-wasm with our kernels in it: finds tensors, makes them, and shares a kernel's work among threads. */
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { Crew } from './crew.ts'
import { instantiate } from './module.ts'
import type { KernelExports, KernelModule, KernelName } from './module.ts'

/** What the package's types leave out: Emscripten's allocator, and the memory that the build without threads exports. */
interface EmscriptenModule {
  _malloc(bytes: number): number
  _free(pointer: number): void
  asm: { memory?: WebAssembly.Memory }
  HEAPU8: Uint8Array
}

/** How a kernel's work may be cut. */
export interface Cut {
  /** Units of work: rows, columns, sequences. */
  count: number
  /** A share begins at a multiple of this. */
  align?: number
  /** Floating-point operations or numbers moved, all in all: too little is not worth a second thread. */
  work: number
  /** Bytes of scratch space that every thread needs. */
  scratch?: number
}

/** About 20 microseconds of one thread. */
const WORTH_SHARING = 100_000
const ALIGNMENT = 64

export class KernelHeap {
  readonly wasm: BackendWasm
  readonly measures: KernelExports
  readonly relaxed: boolean
  readonly #memory: WebAssembly.Memory
  readonly #module: WebAssembly.Module
  /** As many threads as were ever asked for, or more than now are. */
  #crew: Crew | null = null
  #threads = 1
  /** One a thread. */
  #scratch: { block: number; pointer: number }[] = []
  #scratchBytes = 0

  /** @param memory shared heap; null = the one that the backend exports, for one thread */
  constructor(wasm: BackendWasm, memory: WebAssembly.Memory | null, { module, relaxed }: KernelModule) {
    this.wasm = wasm
    this.relaxed = relaxed
    const heap = memory ?? this.#emscripten.asm.memory
    if (!heap) throw new Error('The WebAssembly backend does not show its heap. Reinstall the packages.')
    this.#memory = heap
    this.#module = module
    this.measures = instantiate(module, heap)
  }

  get threads(): number {
    return this.#threads
  }

  /** Whether more threads than one are possible. */
  get shared(): boolean {
    return typeof SharedArrayBuffer !== 'undefined' && this.#memory.buffer instanceof SharedArrayBuffer
  }

  /** From now on kernels run on so many threads, or on one where the heap cannot be shared. */
  async setThreads(count: number): Promise<void> {
    const size = this.shared ? Math.max(1, count) : 1
    if (size > (this.#crew?.size ?? 1)) {
      this.#crew?.dispose()
      this.#crew = await Crew.start(this.measures, this.#module, this.#memory, size)
      this.#releaseScratch()
    }
    this.#threads = size
  }

  /** Bytes from the start of the heap; it stays valid when the heap grows. */
  pointer(x: TensorInfo): number {
    return this.wasm.getMemoryOffset(x.dataId)
  }

  make(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return this.wasm.makeOutput(shape, dtype)
  }

  /** A view that the next allocation may invalidate. */
  integers(x: TensorInfo): Int32Array {
    const view = this.wasm.typedArrayFromHeap(x)
    if (!(view instanceof Int32Array)) throw new Error(`An int32 tensor was expected, not ${x.dtype}.`)
    return view
  }

  /** A view that the next allocation may invalidate. */
  floats(x: TensorInfo): Float32Array {
    const view = this.wasm.typedArrayFromHeap(x)
    if (!(view instanceof Float32Array)) throw new Error(`A float32 tensor was expected, not ${x.dtype}.`)
    return view
  }

  /** A view that the next allocation may invalidate. */
  view(pointer: number, count: number): Float32Array {
    return new Float32Array(this.bytes().buffer, pointer, count)
  }

  /** Bytes that no tensor owns. @throws Error when the heap is full */
  allocate(bytes: number): number {
    const pointer = this.#emscripten._malloc(bytes) >>> 0
    if (pointer === 0) throw new Error('The heap of the WebAssembly backend is full (4 GB). Choose a smaller batch.')
    return pointer
  }

  free(pointer: number): void {
    this.#emscripten._free(pointer)
  }

  bytes(): Uint8Array {
    return this.#emscripten.HEAPU8
  }

  /**
   * Runs a kernel over all units, on one thread or on several.
   * @param args for the units from..to-1, with the thread's scratch space
   */
  run(kernel: KernelName, cut: Cut, args: (from: number, to: number, scratch: number) => number[]): void {
    const { count, align = 1, work, scratch = 0 } = cut
    if (scratch > this.#scratchBytes) this.#reserveScratch(scratch)
    const wanted = work < WORTH_SHARING ? 1 : this.threads
    const shares: number[][] = []
    let from = 0
    for (let thread = 1; thread <= wanted; thread++) {
      const to = thread === wanted ? count : Math.min(count, Math.ceil((count * thread) / wanted / align) * align)
      if (to > from) shares.push(args(from, to, this.#scratch[shares.length]?.pointer ?? 0))
      from = to
    }
    if (shares.length === 0) return
    if (this.#crew && shares.length > 1) this.#crew.run(kernel, shares)
    else for (const share of shares) this.measures[kernel](...share)
  }

  /** Space for `bytes` that one call needs and the next may overwrite, of the first thread. */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) this.#reserveScratch(bytes)
    return this.#scratch[0]?.pointer ?? 0
  }

  dispose(): void {
    this.#crew?.dispose()
    this.#crew = null
    this.#threads = 1
    this.#releaseScratch()
  }

  get #emscripten(): EmscriptenModule {
    return this.wasm.wasm as unknown as EmscriptenModule
  }

  #reserveScratch(bytes: number): void {
    this.#releaseScratch()
    for (let thread = 0; thread < (this.#crew?.size ?? 1); thread++) {
      const block = this.allocate(bytes + ALIGNMENT)
      this.#scratch.push({ block, pointer: Math.ceil(block / ALIGNMENT) * ALIGNMENT })
    }
    this.#scratchBytes = bytes
  }

  #releaseScratch(): void {
    for (const { block } of this.#scratch) this.free(block)
    this.#scratch = []
    this.#scratchBytes = 0
  }
}

/**
 * WebAssembly with SIMD: runs on every processor, needs nothing installed. Over a heap that threads share where this process or page may have one,
 * with our own kernels in it (kernels/).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { KernelHeap } from './kernels/kernel-heap.ts'
import { compileKernels } from './kernels/module.ts'
import { canShare, startOverSharedHeap } from './kernels/shared-heap.ts'
import { HeapMoments } from './kernels/heap-moments.ts'
import { enableOwnOperations, offerServices } from './own.ts'
import { registerKernels, registerSegmentSum } from './wasm-kernels.ts'

export interface WasmOptions {
  /** Threads to compute on; by default one a core, at most MOST_THREADS. The results are the same with any number. */
  threads?: number
  /** 'stock' computes with the kernels of TensorFlow.js alone, to compare with. */
  kernels?: 'own' | 'stock'
  /** false: a heap that cannot be shared, as in a page without isolation. Counts at the first start only. */
  shared?: boolean
}

/** More gain little: memory is what they then wait for. */
const MOST_THREADS = 8

/** null: started without SIMD, so without kernels of ours. */
let heap: KernelHeap | null | undefined

/** @throws Error when WebAssembly does not start; the binaries lie inside the packages, nothing is fetched. */
export async function startWasm({ threads, kernels = 'own', shared = true }: WasmOptions): Promise<string> {
  if (heap === undefined) heap = await begin(shared)
  else await tf.setBackend('wasm')
  enableOwnOperations(kernels === 'own')
  if (!heap) return 'WebAssembly without SIMD, one thread'
  const wanted = kernels === 'own' ? (threads ?? Math.min(cores(), MOST_THREADS)) : 1
  const refusal = await heap.setThreads(wanted).then(
    () => '',
    (error: unknown) => ` (more do not start: ${error instanceof Error ? error.message : String(error)})`,
  )
  const count = heap.threads === 1 ? 'one thread' : `${heap.threads} threads`
  return `WebAssembly with SIMD, ${count}${refusal}, ${kernels} kernels`
}

/** Ends the threads; the next start makes new ones. */
export function disposeWasm(): void {
  heap?.dispose()
}

/** Bytes that the heap has grown to; it never shrinks. 0 where wasm has not been started. */
export function wasmHeapBytes(): number {
  return heap?.bytes().byteLength ?? 0
}

async function begin(shared: boolean): Promise<KernelHeap | null> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const memory = shared && canShare() ? await startOverSharedHeap(wasm) : null
  if (!memory && !(await tf.setBackend('wasm')))
    throw new Error('The WebAssembly backend does not start. Reinstall the packages.')
  registerSegmentSum()
  const compiled = compileKernels(memory !== null)
  if (!compiled) return null
  const started = new KernelHeap(tf.backend() as BackendWasm, memory, compiled) // 'wasm' is the current one
  registerKernels(started)
  offerServices({
    moments: (size) => new HeapMoments(started, size),
    peek: (x) => (x.dtype === 'float32' ? started.floats(x) : null),
    fill: (shape, write) => {
      const tensor = tf.engine().makeTensorFromTensorInfo(started.make(shape))
      write(started.floats(tensor))
      return tensor as tf.Tensor2D // of that shape
    },
  })
  return started
}

function cores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1
}

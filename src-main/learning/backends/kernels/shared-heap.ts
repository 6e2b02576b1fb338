/**
 * Starts tfjs-backend-wasm over a heap that threads can share. Its build with threads has such a heap, but its own threads are of no use here:
 * they serve few operations, and under Node they do not start at all (their worker is a blob: URL, which Node refuses; tfjs issue 3830). So while
 * it starts, its workers are stand-ins that only say they are loaded, and it is told to use one thread, so that it never calls them.
 */
import * as tf from '@tensorflow/tfjs-core'

type WasmPackage = Pick<typeof import('@tensorflow/tfjs-backend-wasm'), 'setThreadsCount'>
type Listener = (event: { data: unknown }) => void

/** Does as a thread of the package does while it loads. */
class StandIn {
  onmessage: Listener | null = null
  #listener: ((data: unknown) => void) | null = null

  on(event: string, listener: (data: unknown) => void): void {
    if (event === 'message') this.#listener = listener
  }

  postMessage(message: { cmd?: string }): void {
    if (message.cmd !== 'load') return
    const data = { cmd: 'loaded' }
    queueMicrotask(() => (this.#listener ? this.#listener(data) : this.onmessage?.({ data })))
  }

  ref(): void {}
  unref(): void {}
  terminate(): void {}
}

/** Whether this process or page may share memory between threads; a page may where it is isolated from other origins. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false
}

/** Makes 'wasm' the current backend. @returns its heap, or null where it does not start that way: it may without sharing */
export async function startOverSharedHeap(wasm: WasmPackage): Promise<WebAssembly.Memory | null> {
  let heap: WebAssembly.Memory | null = null
  const { Memory } = WebAssembly
  const restore = replaceWorkers()
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(descriptor)
      if (descriptor.shared) heap = memory
      return memory
    },
  })
  wasm.setThreadsCount(1)
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
  try {
    if (await tf.setBackend('wasm')) return heap
  } finally {
    WebAssembly.Memory = Memory
    restore()
  }
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  return null
}

/** @returns what puts the real ones back */
function replaceWorkers(): () => void {
  const page = Object.getOwnPropertyDescriptor(globalThis, 'Worker')
  const node: { Worker: unknown } | undefined = globalThis.process?.getBuiltinModule?.('node:worker_threads')
  const nodeWorker = node?.Worker
  Object.defineProperty(globalThis, 'Worker', { value: StandIn, configurable: true, writable: true })
  if (node) node.Worker = StandIn
  return () => {
    if (node) node.Worker = nodeWorker
    if (page) Object.defineProperty(globalThis, 'Worker', page)
    else Reflect.deleteProperty(globalThis, 'Worker')
  }
}

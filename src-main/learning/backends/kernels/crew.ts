/**
 * Threads that run kernels over one shared heap. The caller takes part: it computes the first share, then every share that no thread has taken yet
 * (on a busy machine one may wake late), and waits for those that are being computed. A share is computed by one thread in the order that one
 * thread alone would have, so results depend neither on the number of threads nor on who took what.
 */
import { kernelNames } from './module.ts'
import type { KernelExports, KernelName } from './module.ts'
import { Control, serve, SLOTS } from './worker.ts'
import type { WorkerTask } from './worker.ts'

/** Resolves when the thread serves. */
type Start = (task: WorkerTask) => Promise<void>

const AWAKE = 0.05 // milliseconds

export class Crew {
  /** The caller and its workers. */
  readonly size: number
  readonly #kernels: KernelExports
  readonly #control: Int32Array
  readonly #calls: Float64Array

  private constructor(kernels: KernelExports, size: number) {
    this.size = size
    this.#kernels = kernels
    this.#control = new Int32Array(new SharedArrayBuffer(4 * (Control.open + size)))
    this.#calls = new Float64Array(new SharedArrayBuffer(8 * SLOTS * size))
  }

  /** @throws Error when a thread does not start. */
  static async start(
    kernels: KernelExports,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    size: number,
  ): Promise<Crew> {
    const crew = new Crew(kernels, size)
    const startWorker = starter()
    const shared = { module, memory, names: kernelNames, control: crew.#control, calls: crew.#calls }
    await Promise.all(Array.from({ length: size - 1 }, (_, i) => startWorker({ ...shared, thread: i + 1 })))
    return crew
  }

  /** Runs a kernel once for each share, all at once. @param shares arguments, at most one list a thread @throws Error when one of them trapped */
  run(kernel: KernelName, shares: number[][]): void {
    const [control, calls] = [this.#control, this.#calls]
    const [own = [], ...others] = shares
    for (const [i, share] of others.entries()) {
      const slot = (i + 1) * SLOTS
      calls[slot] = kernelNames.indexOf(kernel)
      calls[slot + 1] = share.length
      calls.set(share, slot + 2)
    }
    Atomics.store(control, Control.pending, others.length)
    for (const i of others.keys()) Atomics.store(control, Control.open + i + 1, 1)
    this.#wake()
    this.#kernels[kernel](...own)
    for (const [i, share] of others.entries()) {
      if (Atomics.compareExchange(control, Control.open + i + 1, 1, 0) === 0) continue
      this.#kernels[kernel](...share)
      Atomics.sub(control, Control.pending, 1)
    }
    this.#wait()
    if (Atomics.load(control, Control.failed) > 0) throw new Error(`The kernel ${kernel} failed in one of its threads.`)
  }

  dispose(): void {
    Atomics.store(this.#control, Control.leave, 1)
    this.#wake()
  }

  #wake(): void {
    Atomics.add(this.#control, Control.call, 1)
    Atomics.notify(this.#control, Control.call)
  }

  #wait(): void {
    const control = this.#control
    const asleepFrom = performance.now() + AWAKE
    for (;;) {
      const left = Atomics.load(control, Control.pending)
      if (left === 0) return
      if (mayBlock && performance.now() > asleepFrom) Atomics.wait(control, Control.pending, left)
    }
  }
}

/** A page's own thread must not be put to sleep. */
const mayBlock = typeof document === 'undefined'

function starter(): Start {
  const source = `(${serve.toString()})`
  const { Worker: NodeWorker } = globalThis.process?.getBuiltinModule?.('node:worker_threads') ?? {}
  if (NodeWorker) {
    const script = `const { parentPort, workerData } = require('node:worker_threads'); ${source}(workerData, () => parentPort.postMessage('ready'))`
    return (task) =>
      new Promise((resolve, reject) => {
        const worker = new NodeWorker(script, { eval: true, workerData: task })
        worker.once('error', reject).once('message', () => {
          worker.unref() // a waiting thread does not keep the process alive
          resolve()
        })
      })
  }
  const script = `onmessage = ({ data }) => { ${source}(data, () => postMessage('ready')); close() }`
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  return (task) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(url)
      worker.onmessage = () => resolve()
      worker.onerror = ({ message }) => reject(new Error(`A thread does not start: ${message}.`))
      worker.postMessage(task)
    })
}

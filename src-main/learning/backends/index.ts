/**
 * The only door to a TensorFlow.js backend: start one, say which runs, and say honestly which could (probe.ts). Nothing else in learning/
 * names a backend. `@tensorflow/tfjs` is loaded once for its gradients, which tfjs-core's own Node bundle does not register.
 */
import * as tf from '@tensorflow/tfjs-core'
import { firstThatComputes } from './choose.ts'
import type { BackendChoice, BackendId } from './choose.ts'
import { startCpu } from './cpu.ts'
import type { Device } from './device.ts'
import { hostMemory } from './host.ts'
import { selfTest } from './self-test.ts'
import { startTensorflow } from './tensorflow.ts'
import { disposeWasm, startWasm } from './wasm.ts'
import type { WasmOptions } from './wasm.ts'
import { startWebgpu } from './webgpu.ts'

export type { BackendChoice, BackendId } from './choose.ts'

/** What concerns one backend is ignored by the others. */
export type BackendOptions = WasmOptions

export interface ActiveBackend {
  tf: typeof tf
  id: BackendId
  /** What computes, in words: 'WebAssembly with SIMD, one thread'. */
  device: string
  /** Bytes; null where the device does not say. */
  memoryBytes: number | null
  /** Settles when the device is gone, with a sentence that says why; null where that cannot happen. */
  lost: Promise<string> | null
  /** What the person should know of how it came to be this one: another that was passed over because it computes wrongly. */
  notes: readonly string[]
}

/** The heap of WebAssembly has 32-bit addresses. */
const WASM_MEMORY = 2 ** 32

/** Each start registers the backend if need be, makes it the current one and tells the device; it throws a sentence when it cannot. */
const starts: Record<BackendId, (options: BackendOptions, named: boolean) => Promise<Device>> = {
  tensorflow: startTensorflow,
  webgpu: (_options, named) => startWebgpu(named),
  wasm: async (options) => {
    const memory = hostMemory()
    return { name: await startWasm(options), memoryBytes: memory === null ? null : Math.min(memory, WASM_MEMORY) }
  },
  cpu: async () => ({ name: await startCpu(), memoryBytes: hostMemory() }),
}

let active: ActiveBackend | null = null
let activeOptions: BackendOptions = {}

export function activeBackend(): ActiveBackend | null {
  return active
}

/**
 * Makes `choice` compute from now on. 'auto' takes the first of tensorflow, webgpu (on hardware), wasm, cpu that starts and computes the self-test
 * right. A backend that was asked for by name and computes wrongly is passed over with a note.
 * @throws Error with the reason and the remedy when the choice, or with 'auto' every one of them, does not start.
 */
export async function startBackend(choice: BackendChoice, options: BackendOptions = {}): Promise<ActiveBackend> {
  const { started, notes } = await firstThatComputes(choice, (id, named) => startOne(id, options, named))
  if (notes.length > 0) active = { ...started, notes }
  return active ?? started
}

/**
 * This one or none.
 * @param named false: it is refused where it is slower than what comes after it
 * @throws Error with the reason and the remedy; WrongResultError when it starts and fails the self-test
 */
export async function startOne(id: BackendId, options: BackendOptions = {}, named = true): Promise<ActiveBackend> {
  if (active?.id === id && tf.getBackend() === id && JSON.stringify(options) === JSON.stringify(activeOptions))
    return active
  await import('@tensorflow/tfjs') // gradients; its own banner and slow checks are for beginners, not for a trainer
  tf.enableProdMode()
  active = null
  const { name, memoryBytes, lost = null } = await starts[id](options, named)
  if (tf.getBackend() !== id) throw new Error(`${id} did not start: TensorFlow.js fell back to '${tf.getBackend()}'.`)
  await selfTest(id)
  const started: ActiveBackend = { tf, id, device: name, memoryBytes, lost, notes: [] }
  active = started
  activeOptions = options
  void lost?.then(() => {
    if (active?.lost === lost) active = null
  })
  return started
}

/** Ends the threads of the running backend; the next start makes new ones. */
export function stopBackend(): void {
  disposeWasm()
  active = null
}

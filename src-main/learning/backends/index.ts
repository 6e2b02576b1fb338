/**
 * The only door to a TensorFlow.js backend: start one, say which runs, and say honestly which could. Nothing else in learning/ names a
 * backend. `@tensorflow/tfjs` is loaded once for its gradients, which tfjs-core's own Node bundle does not register.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { BackendInfo } from '../../../src-preload/contract.ts'
import { startCpu } from './cpu.ts'
import { measureGflops } from './measure.ts'
import { startTensorflow } from './tensorflow.ts'
import { startWasm } from './wasm.ts'

export type BackendId = BackendInfo['id']
export type BackendChoice = 'auto' | BackendId

export interface ActiveBackend {
  tf: typeof tf
  id: BackendId
  /** What computes, in words: 'WebAssembly with SIMD, one thread'. */
  device: string
}

/** Each start registers the backend if need be, makes it the current one and tells the device; it throws a sentence when it cannot. */
const starts: Record<BackendId, () => Promise<string>> = {
  tensorflow: startTensorflow,
  webgpu: async () => {
    throw new Error(
      'WebGPU is not built into this version yet. Choose wasm, which runs on every processor, or tensorflow where it is installed.',
    )
  },
  wasm: startWasm,
  cpu: startCpu,
}
const automatic: BackendId[] = ['tensorflow', 'wasm', 'cpu']

let active: ActiveBackend | null = null

export function activeBackend(): ActiveBackend | null {
  return active
}

/**
 * Makes `choice` compute from now on. 'auto' takes the first of tensorflow, wasm, cpu that starts and computes a small gradient right.
 * @throws Error with the reason and the remedy when the choice, or with 'auto' every one of them, does not start.
 */
export async function startBackend(choice: BackendChoice): Promise<ActiveBackend> {
  if (choice !== 'auto') return start(choice)
  const reasons: string[] = []
  for (const id of automatic) {
    try {
      return await start(id)
    } catch (error) {
      reasons.push(`${id}: ${sentence(error)}`)
    }
  }
  throw new Error(`No backend started. ${reasons.join(' ')}`)
}

/** Tries every backend, measures those that start, and leaves the one that ran before running. */
export async function probeBackends(): Promise<BackendInfo[]> {
  const before = active
  const infos: BackendInfo[] = []
  for (const id of ['tensorflow', 'webgpu', 'wasm', 'cpu'] satisfies BackendId[]) {
    try {
      const { device } = await start(id)
      infos.push({ id, available: true, device, reason: null, gflops: await measureGflops() })
    } catch (error) {
      infos.push({ id, available: false, device: '', reason: sentence(error), gflops: null })
    }
  }
  if (before) await start(before.id)
  return infos
}

async function start(id: BackendId): Promise<ActiveBackend> {
  if (active?.id === id && tf.getBackend() === id) return active
  await import('@tensorflow/tfjs') // gradients; its own banner and slow checks are for beginners, not for a trainer
  tf.enableProdMode()
  active = null
  const device = await starts[id]()
  if (tf.getBackend() !== id) throw new Error(`${id} did not start: TensorFlow.js fell back to '${tf.getBackend()}'.`)
  selfTest(id)
  active = { tf, id, device }
  return active
}

/** d/dx sum((x x)^2) at [[1, 2], [3, 4]], worked by hand: a backend that loads but computes wrongly is refused here. */
function selfTest(id: BackendId): void {
  const gradient = tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    return tf
      .grad((y) => tf.sum(tf.square(tf.matMul(y, y))))(x)
      .dataSync()
  })
  if (gradient.join() !== '158,274,266,482')
    throw new Error(`${id} starts but computes a wrong gradient (${gradient.join()}). Choose another backend.`)
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

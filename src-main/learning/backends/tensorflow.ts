/**
 * libtensorflow through @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node: on a GPU where CUDA is, else on all processor cores. Both packages
 * are optional and loaded only here, only on demand.
 */
import * as tf from '@tensorflow/tfjs-core'
import { sentenceOf } from './choose.ts'
import type { Device } from './device.ts'
import { builtin, host, hostMemory } from './host.ts'
import { nvidiaCard } from './nvidia.ts'
import { absence, damage, findPackages, packages, readInstall } from './tensorflow-package.ts'
import type { FoundPackage } from './tensorflow-package.ts'

let loaded: FoundPackage | null = null

/** @throws Error saying why libtensorflow is not there and what would change that. */
export async function startTensorflow({ threads }: { threads?: number } = {}): Promise<Device> {
  if (!host) throw new Error('TensorFlow runs in processes of this computer, not in a page.')
  loaded ??= load(findPackages(import.meta.url), threads ?? null)
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow is loaded, but its backend does not start.')
  return describe(loaded)
}

/** The first that loads. @throws Error with the reason of each that does not */
function load(found: FoundPackage[], threads: number | null): FoundPackage {
  if (found.length === 0) throw new Error(absence())
  prepareProcess(threads)
  const reasons: string[] = []
  for (const each of found) {
    const known = damage(readInstall(each))
    if (known === null)
      try {
        withOneCore(each, () => void each.require(each.name))
        return each
      } catch (error) {
        reasons.push(`${each.name} in ${each.folder} does not load: ${loadFailure(error)}`)
      }
    else reasons.push(known)
  }
  throw new Error(reasons.join(' '))
}

/** What the library reads once, when it is loaded. */
function prepareProcess(threads: number | null): void {
  const { env } = process
  if (threads !== null) env['TF_NUM_INTRAOP_THREADS'] ??= String(threads)
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2' // what it found is said here in words
  env['NVIDIA_TF32_OVERRIDE'] ??= '0' // products of 10-bit mantissas would be no float32
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true' // else it takes the whole card, and a second run finds none left
  // tfjs-node 4.22 calls these, which Node 23 removed; it looks them up on the CommonJS object
  const util: Record<string, unknown> = builtin('node:module').createRequire(import.meta.url)('node:util')
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] = Array.isArray
}

/**
 * A package that lies elsewhere brings copies of TensorFlow.js's own modules. They would share our engine, which is global, and then overwrite the
 * operations of our other backends with theirs; so while it loads, these names lead to ours.
 */
function withOneCore(found: FoundPackage, work: () => void): void {
  const { createRequire, registerHooks } = builtin('node:module')
  const { pathToFileURL } = builtin('node:url')
  const own = createRequire(import.meta.url)
  if (found.require.resolve('@tensorflow/tfjs-core') === own.resolve('@tensorflow/tfjs-core')) return work()
  const inside = pathToFileURL(found.folder).href
  const hooks = registerHooks?.({
    resolve: (name, context, next) =>
      /^@tensorflow\/tfjs(-core)?(\/|$)/.test(name) && context.parentURL?.startsWith(inside)
        ? { url: pathToFileURL(own.resolve(name)).href, format: 'commonjs', shortCircuit: true }
        : next(name, context),
  })
  try {
    work()
  } finally {
    hooks?.deregister()
  }
}

function loadFailure(error: unknown): string {
  const [line = ''] = sentenceOf(error).split('\n')
  const missing = /(lib\w+|\w+\.dll)[^:]*: cannot open shared object file/.exec(line)?.[1]
  const remedy = missing
    ? `${missing} is missing: install it, or reinstall the package with network access.`
    : `Reinstall it with network access to storage.googleapis.com, or use wasm.`
  return `${line.replace(/\.?$/, '.')} ${remedy}`
}

/** Of tfjs-node's backend, which has types of its own only where it is installed. */
interface NodeBackend {
  isUsingGpuDevice: boolean
  binding: { TF_Version: string }
}

function isNodeBackend(backend: object): backend is NodeBackend {
  return 'isUsingGpuDevice' in backend && 'binding' in backend
}

async function describe({ name }: FoundPackage): Promise<Device> {
  const backend: object = tf.backend()
  const version = isNodeBackend(backend) ? backend.binding.TF_Version : ''
  const card = name === packages[0] ? await nvidiaCard() : null
  if (isNodeBackend(backend) && backend.isUsingGpuDevice)
    return { name: `TensorFlow ${version} on ${card?.name ?? 'a GPU'}`, memoryBytes: card?.memoryBytes ?? null }
  const { availableParallelism } = builtin('node:os')
  const threads = process.env['TF_NUM_INTRAOP_THREADS'] ?? availableParallelism()
  const processor = `TensorFlow ${version} on the processor, ${threads} threads`
  const why = card
    ? ` (${card.name} is not used: it needs CUDA 11.2 and cuDNN 8.1 on the library path)`
    : ' (no GPU is used: no NVIDIA driver answers)'
  return { name: processor + (name === packages[0] ? why : ''), memoryBytes: hostMemory() }
}

/**
 * What runs will cost, before they are queued. A neural model's operations are counted and compared with those of the small Transformer that the
 * probe has trained here; a closed form's are divided by the speed of one large matrix product.
 */
import type {
  BackendInfo,
  Dataset,
  ExperimentSpec,
  ModelConfig,
  RunEstimate,
  RunSpec,
} from '../../src-preload/contract.ts'
import { backendIds } from '../learning/backends/choose.ts'
import { IN_SOFTWARE } from '../learning/backends/device.ts'
import { measuredConfig, measuredSize, measuredTargets } from '../learning/backends/measured-problem.ts'
import type { Estimate } from '../learning/model.ts'
import { modelById } from '../learning/models/index.ts'
import { transformer } from '../learning/models/transformer.ts'

/** Columns of the feature tables, for the estimate alone; the true numbers are known when they are made. */
const textAndImage = [256, 256]
export function estimatedDims({ vectors }: Pick<Dataset, 'vectors'>): number[] {
  return [...textAndImage, ...vectors.map(({ dim }) => dim)]
}
/** The share of the speed of one large matrix product that a run reaches, with its small products and everything between them: 0.1 to 0.25 measured. */
const efficiency = 0.2

/** The size of a split: what an estimate knows of the data. */
export interface EstimatedSplit {
  users: number
  items: number
  /** Training events. */
  events: number
  /** Columns of each feature table; absent: those of text and image. */
  featureDims?: number[]
}

export function estimatesOf(
  runs: readonly RunSpec[],
  { users, items, events, featureDims = textAndImage }: EstimatedSplit,
  choice: ExperimentSpec['backend'],
  backends: readonly BackendInfo[],
): RunEstimate[] {
  const size = { users, items, events, featureDims }
  return runs.map(({ model, label, config }) => {
    const definition = modelById(model)
    const estimate = definition.estimate(config, size)
    const neural = definition.family === 'neural'
    const backend = neural ? backendOf(choice, backends) : simd(backends)
    const known = { model, label, parameters: estimate.parameters, memoryBytes: estimate.memoryBytes }
    if (!backend?.available) {
      const why = backend?.reason ?? 'nothing that computes was found'
      return { ...known, seconds: null, text: `No estimate: ${why}` }
    }
    const speed = neural ? trainingSpeed(backend, config) : productSpeed(backend)
    if (speed === null)
      return { ...known, seconds: null, text: `No estimate: the speed of ${backend.id} was not measured.` }
    const seconds = (estimate.flopsPerEpoch * estimate.epochs) / speed
    if (!neural) return { ...known, seconds, text: durationText(seconds) }
    return { ...known, seconds, text: trainingText(seconds, estimate, backend) }
  })
}

/** The width of what was measured, and by which power of their width wider models reach more: between wasm's and TensorFlow's own. */
const measuredWidth = 64
const gain = 0.4
/** What the count of operations exceeds the products by; so a run does at most that many times what one large product reaches. */
const counted = 3

/** Counted operations a second in training: those of the measured model, more for a wider one; null where nothing was measured. */
function trainingSpeed(backend: BackendInfo, { width }: ModelConfig): number | null {
  const { gflops, samplesPerSecond } = backend
  if (samplesPerSecond === null) return productSpeed(backend)
  const { flopsPerEpoch } = transformer.estimate(measuredConfig, measuredSize)
  const measured = (samplesPerSecond * flopsPerEpoch) / measuredTargets()
  const wider = typeof width === 'number' ? measured * (width / measuredWidth) ** gain : measured
  return gflops === null ? wider : Math.min(wider, Math.max(measured, counted * gflops * 1e9))
}

function productSpeed({ gflops }: BackendInfo): number | null {
  return gflops === null ? null : gflops * 1e9 * efficiency
}

/** 'about 12 minutes on wasm, 2 threads; about 15 seconds an epoch'. */
function trainingText(seconds: number, { epochs, memoryBytes }: Estimate, backend: BackendInfo): string {
  const each = epochs > 1 && seconds >= 55 ? `; ${durationText(seconds / epochs)} an epoch, at most ${epochs}` : ''
  const short =
    backend.memoryBytes !== null && memoryBytes > backend.memoryBytes
      ? `; it needs about ${gigabytes(memoryBytes)}, and there are ${gigabytes(backend.memoryBytes)}: choose a smaller model or batch`
      : ''
  return `${durationText(seconds)} on ${placeOf(backend)}${each}${short}`
}

/** 'wasm, 2 threads'. */
function placeOf({ id, device }: BackendInfo): string {
  const threads = /\b(one thread|\d+ threads)\b/.exec(device)?.[0]
  return threads ? `${id}, ${threads}` : id
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`
}

/** Closed forms run in their own SIMD kernels, whatever backend the neural models take; the speed of 'wasm' is theirs too. */
function simd(backends: readonly BackendInfo[]): BackendInfo | undefined {
  return backends.find((b) => b.id === 'wasm' && b.available) ?? backends.find((b) => b.id === 'cpu')
}

/** 'auto' is what a run would take: the first that is there, WebGPU only where it is a graphics card. */
function backendOf(choice: ExperimentSpec['backend'], backends: readonly BackendInfo[]): BackendInfo | undefined {
  const find = (id: BackendInfo['id']): BackendInfo | undefined => backends.find((b) => b.id === id)
  if (choice !== 'auto') return find(choice)
  return backendIds.map(find).find((b) => b?.available && !b.device.endsWith(IN_SOFTWARE))
}

/** 'a few seconds', 'about 2 minutes', 'about 3 hours': an estimate has one digit. */
export function durationText(seconds: number): string {
  if (seconds < 10) return 'a few seconds'
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} seconds`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`
  const hours = Math.round(seconds / 3600)
  return hours < 48 ? `about ${hours} hours` : `about ${Math.round(seconds / 86400)} days`
}

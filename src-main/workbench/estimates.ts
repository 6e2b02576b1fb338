/** What runs will cost, before they are queued: the model's count of operations divided by the measured speed of what computes. */
import type { BackendInfo, ExperimentSpec, RunEstimate, RunSpec } from '../../src-preload/contract.ts'
import { modelById } from '../learning/models/index.ts'

/** Columns of the feature tables, for the estimate alone; the true numbers are known when they are made. */
const featureDims = [256, 256]
/** The share of the speed of one large matrix product that a run reaches, with its small products and everything between them: 0.1 to 0.25 measured. */
const efficiency = 0.2
/** What 'auto' tries first comes first, as in learning/backends. */
const preference: BackendInfo['id'][] = ['tensorflow', 'wasm', 'cpu']

/** What an estimate reads of a `Prepared`. */
export interface EstimatedSplit {
  data: { users: number; items: number; train: { item: Uint32Array } }
}

export function estimatesOf(
  runs: readonly RunSpec[],
  { data }: EstimatedSplit,
  choice: ExperimentSpec['backend'],
  backends: readonly BackendInfo[],
): RunEstimate[] {
  const size = { users: data.users, items: data.items, events: data.train.item.length, featureDims }
  return runs.map(({ model, label, config }) => {
    const definition = modelById(model)
    const { parameters, flopsPerEpoch, epochs, memoryBytes } = definition.estimate(config, size)
    const backend = definition.family === 'neural' ? backendOf(choice, backends) : simd(backends)
    const known = { model, label, parameters, memoryBytes }
    if (!backend?.available) {
      const why = backend?.reason ?? 'nothing that computes was found'
      return { ...known, seconds: null, text: `No estimate: ${why}` }
    }
    if (backend.gflops === null)
      return { ...known, seconds: null, text: `No estimate: the speed of ${backend.id} was not measured.` }
    const seconds = (flopsPerEpoch * epochs) / (backend.gflops * 1e9 * efficiency)
    const where = definition.family === 'neural' ? ` on ${backend.id}` : ''
    return { ...known, seconds, text: `${durationText(seconds)}${where}` }
  })
}

/** Closed forms run in their own SIMD kernels, whatever backend the neural models take; the speed of 'wasm' is theirs too. */
function simd(backends: readonly BackendInfo[]): BackendInfo | undefined {
  return backends.find((b) => b.id === 'wasm' && b.available) ?? backends.find((b) => b.id === 'cpu')
}

function backendOf(choice: ExperimentSpec['backend'], backends: readonly BackendInfo[]): BackendInfo | undefined {
  if (choice !== 'auto') return backends.find((b) => b.id === choice)
  return preference.map((id) => backends.find((b) => b.id === id)).find((b) => b?.available)
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

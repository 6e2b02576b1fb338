/** What can compute, as choices of a select: the unavailable ones stay visible with their reason. */
import type { BackendInfo, ExperimentSpec } from '@contract'
import type { Choice } from '../../ui/choice.ts'
import { formatBytes, formatCount } from '../../ui/format.ts'

export function backendChoices(backends: readonly BackendInfo[]): Choice<ExperimentSpec['backend']>[] {
  return [
    { value: 'auto', label: 'Fastest available', note: 'Chosen when the run starts.' },
    ...backends.map((backend) => ({
      value: backend.id,
      label: backend.id,
      disabled: !backend.available,
      note: backend.available ? measured(backend) : (backend.reason ?? 'Not available.'),
    })),
  ]
}

/** 'WebAssembly with SIMD, 2 threads, 45 GFLOP/s, 4,200 samples/s in training, 4.3 GB memory'. */
function measured({ device, gflops, samplesPerSecond, memoryBytes }: BackendInfo): string {
  return [
    device,
    gflops === null ? '' : `${gflops.toFixed(gflops < 10 ? 1 : 0)} GFLOP/s`,
    samplesPerSecond === null ? '' : `${formatCount(Number(samplesPerSecond.toPrecision(2)))} samples/s in training`,
    memoryBytes === null ? '' : `${formatBytes(memoryBytes)} memory`,
  ]
    .filter(Boolean)
    .join(', ')
}

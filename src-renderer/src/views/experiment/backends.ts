/** What can compute, as choices of a select: the unavailable ones stay visible with their reason. */
import type { BackendInfo, ExperimentSpec } from '@contract'
import type { Choice } from '../../ui/choice.ts'

export function backendChoices(backends: readonly BackendInfo[]): Choice<ExperimentSpec['backend']>[] {
  return [
    { value: 'auto', label: 'Fastest available', note: 'Chosen when the run starts.' },
    ...backends.map(({ id, available, device, gflops, reason }) => ({
      value: id,
      label: id,
      disabled: !available,
      note: available
        ? [device, gflops === null ? '' : `${gflops.toFixed(gflops < 10 ? 1 : 0)} GFLOP/s`].filter(Boolean).join(', ')
        : (reason ?? 'Not available.'),
    })),
  ]
}

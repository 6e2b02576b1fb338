/** When training by gradients stops, and how far one step may go: rows that such models share. */
import type { HyperParameter } from '../../../src-preload/contract.ts'

interface Stopping {
  validateEvery: number
  patience: number
  /** What a paper says about patience. */
  source?: string
}

export function stoppingRows({ validateEvery, patience, source }: Stopping): HyperParameter[] {
  return [
    {
      key: 'validateEvery',
      label: 'Validate every',
      help: 'Epochs from one validation (full ranking of all validation users) to the next. The last epoch is always validated.',
      unit: 'epochs',
      group: 'Training',
      type: 'integer',
      default: validateEvery,
      min: 1,
      max: 100,
    },
    {
      key: 'patience',
      label: 'Patience',
      help: 'Epochs without a better validation NDCG@10 after which training stops. The best weights are kept.',
      ...(source === undefined ? {} : { source }),
      unit: 'epochs',
      group: 'Training',
      type: 'integer',
      default: patience,
      min: 1,
      max: 1000,
    },
    {
      key: 'minutes',
      label: 'Time budget',
      help: 'Training stops after the step at which this time is used up, and keeps the best weights. 0 = no limit. With a limit, two runs of one seed need not be alike.',
      unit: 'minutes',
      group: 'Training',
      type: 'number',
      default: 0,
      min: 0,
      max: 100_000,
    },
  ]
}

export const clipRow: HyperParameter = {
  key: 'clip',
  label: 'Gradient limit',
  help: 'Largest global norm of the gradient; longer gradients are scaled down. 0 = no limit.',
  group: 'Training',
  type: 'number',
  default: 5,
  min: 0,
  max: 1000,
}

/** The constants of Adam as hyper-parameters, read into `AdamConstants`. */
import type { HyperParameter } from '../../../src-preload/contract.ts'

export const adamRows: HyperParameter[] = [
  {
    key: 'beta1',
    label: 'Beta 1',
    help: 'How much of its running mean of the gradient Adam keeps from step to step.',
    source: 'Liang: Adam, constants not given; Kingma, Ba 2015, algorithm 1: 0.9',
    group: 'Training',
    type: 'number',
    default: 0.9,
    min: 0,
    max: 0.999,
  },
  {
    key: 'beta2',
    label: 'Beta 2',
    help: 'How much of its running mean of the squared gradient Adam keeps from step to step.',
    source: 'Kingma, Ba 2015, algorithm 1: 0.999',
    group: 'Training',
    type: 'number',
    default: 0.999,
    min: 0.5,
    max: 0.99999,
  },
  {
    key: 'epsilon',
    label: 'Epsilon',
    help: 'Added to the root of the mean squared gradient, by which Adam divides; larger values slow down weights whose gradient is small.',
    source: 'Kingma, Ba 2015, algorithm 1: 1e-8',
    group: 'Training',
    type: 'number',
    default: 1e-8,
    min: 1e-12,
    max: 0.01,
    scale: 'log',
  },
]

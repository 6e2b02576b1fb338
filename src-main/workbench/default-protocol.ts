/** The protocol of whoever names none. */
import type { ProtocolSpec } from '../../src-preload/contract.ts'

/** Ratings of 4 and above are positives; each user's ratings are split by their time; users and movies below 5 ratings are left out. */
export const defaultProtocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.8, 0.1, 0.1],
  positive: 4,
  kCore: 5,
  historyAtTest: 'train+validation',
  cutoffs: [10, 20, 50],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

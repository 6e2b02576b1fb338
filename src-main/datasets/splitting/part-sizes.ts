/** How many of a user's events, or of the users, each part of a split gets. Pure. */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'

export interface PartSizes {
  train: number
  validation: number
  test: number
}

/**
 * RecBole's ratio rule (`_calcu_split_ids`) for n events or users: int(ratio n) each for validation and test, the rest to train; then test, after
 * it validation, takes one from train where 0 < ratio n < 1, as long as train keeps more than one.
 */
export function splitCounts(n: number, ratios: ProtocolSpec['ratios']): PartSizes {
  const sum = ratios[0] + ratios[1] + ratios[2]
  const validationShare = (ratios[1] / sum) * n
  const testShare = (ratios[2] / sum) * n
  let validation = Math.floor(validationShare)
  let test = Math.floor(testShare)
  let train = n - validation - test
  if (train > 1 && testShare > 0 && testShare < 1) {
    test++
    train--
  }
  if (train > 1 && validationShare > 0 && validationShare < 1) {
    validation++
    train--
  }
  return { train, validation, test }
}

/**
 * RecBole's leave-one-out rule (`_split_index_by_leave_one_out`, two left out): the last event is for test, the one before for validation, as long as
 * train keeps one. Of two events there is none for validation, of one there is none held out.
 */
export function leaveLastCounts(n: number): PartSizes {
  const test = n > 1 ? 1 : 0
  const validation = n > 2 ? 1 : 0
  return { train: n - validation - test, validation, test }
}

/** How many of the n events of a held-out user are known: round(share n), at least one, and not all where there are two or more. */
export function knownCount(n: number, share: number): number {
  return Math.max(Math.min(1, n), Math.min(n - 1, Math.round(share * n)))
}

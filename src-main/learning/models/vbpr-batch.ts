/** A step of VBPR on its way to the device: its distinct users and items, and where each triple finds its own among them. */
import type { Triples } from './pairwise-sampler.ts'

/** Rows of a table that a step looks at. */
export interface DistinctRows {
  /** [m] in the order in which they were met */
  rows: Int32Array
  /** For each list given, [n]: indices into `rows`. */
  places: Int32Array[]
  /** [m] how often each comes */
  counts: Float32Array
}

/** @param lists of rows below `size` */
export function distinctRows(lists: Int32Array[], size: number): DistinctRows {
  const place = new Int32Array(size).fill(-1)
  const rows: number[] = []
  const places = lists.map((list) =>
    list.map((row) => {
      if (place[row] === -1) place[row] = rows.push(row) - 1
      return place[row]!
    }),
  )
  const counts = new Float32Array(rows.length)
  for (const list of places) for (const at of list) counts[at]! += 1
  return { rows: Int32Array.from(rows), places, counts }
}

export interface VbprBatch {
  /** Triples, n. */
  size: number
  users: DistinctRows
  /** Positives first, then negatives. */
  items: DistinctRows
}

export function vbprBatch({ users, positives, negatives }: Triples, size: { users: number; items: number }): VbprBatch {
  return {
    size: users.length,
    users: distinctRows([users], size.users),
    items: distinctRows([positives, negatives], size.items),
  }
}

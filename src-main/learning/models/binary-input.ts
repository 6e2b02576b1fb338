/** Implicit input of the closed-form models: which items a user has rated at or above a threshold; the stars themselves are dropped. */
import type { Interactions } from '../data.ts'
import type { BinaryRows } from '../linear-algebra/gram.ts'

/**
 * @param users whose rows, in this order  @param threshold events below it are left out
 * @param start @param end only items in [start, end); column 0 is item `start`
 */
export function binaryRows(
  events: Interactions,
  users: Uint32Array,
  threshold: number,
  start: number,
  end: number,
): BinaryRows {
  const indptr = new Uint32Array(users.length + 1)
  const columns = new Uint32Array(users.reduce((sum, u) => sum + events.indptr[u + 1]! - events.indptr[u]!, 0))
  let n = 0
  for (let r = 0; r < users.length; r++) {
    const u = users[r]!
    for (let e = events.indptr[u]!; e < events.indptr[u + 1]!; e++) {
      const i = events.item[e]!
      if (i >= start && i < end && events.rating[e]! >= threshold) columns[n++] = i - start
    }
    indptr[r + 1] = n
  }
  return { indptr, columns: columns.slice(0, n) }
}

/** 0, 1, ..., n - 1 */
export function indices(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i)
}

/** X^T as rows: for every column the rows that have it, ascending. */
export function transpose({ indptr, columns }: BinaryRows, width: number): BinaryRows {
  const out: BinaryRows = { indptr: new Uint32Array(width + 1), columns: new Uint32Array(columns.length) }
  for (const c of columns) out.indptr[c + 1]! += 1
  for (let c = 0; c < width; c++) out.indptr[c + 1]! += out.indptr[c]!
  const next = out.indptr.slice()
  for (let u = 0; u + 1 < indptr.length; u++)
    for (let e = indptr[u]!; e < indptr[u + 1]!; e++) out.columns[next[columns[e]!]!++] = u
  return out
}

/** G = X^T X of a sparse binary matrix X [users, items]: how many users have both items. */
import type { Pacer } from '../pacer.ts'

/** The item lists of all users, user-major. */
export interface BinaryRows {
  /** [users + 1] */
  indptr: Uint32Array
  /** [n] columns; no column twice in a row */
  columns: Uint32Array
}

/**
 * @param out [n, n] row-major, zero; the lower triangle is written
 * @throws DOMException 'AbortError'
 */
export async function gram(
  { indptr, columns }: BinaryRows,
  n: number,
  out: Float64Array,
  pacer: Pacer,
  onProgress?: (fraction: number) => void,
): Promise<void> {
  const users = indptr.length - 1
  for (let u = 0; u < users; u++) {
    const row = columns.slice(indptr[u]!, indptr[u + 1]!).sort() // ascending: below the diagonal, and walking through memory forwards
    for (let p = 0; p < row.length; p++) {
      const to = row[p]! * n
      for (let q = 0; q <= p; q++) out[to + row[q]!]! += 1
    }
    await pacer.turn()
    if (u % 64 === 0) onProgress?.(u / users)
  }
}

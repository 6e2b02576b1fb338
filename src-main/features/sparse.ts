/** A sparse matrix by rows, and its products with dense matrices (row-major, float64). */

/** Compressed sparse rows: row r has columns `index[indptr[r]..indptr[r+1])` with the values beside. */
export interface SparseRows {
  rows: number
  cols: number
  /** [rows + 1] */
  indptr: Uint32Array
  /** [nonzeros] */
  index: Uint32Array
  /** [nonzeros] */
  value: Float64Array
}

/** Awaited now and then by long computations: lets other work of the process in, and throws 'AbortError' when the work was cancelled. */
export type Pause = () => Promise<void>

const rowsBetweenPauses = 512

/** out = A x. @param x [cols, k]  @param out [rows, k], overwritten */
export async function multiply(
  a: SparseRows,
  x: Float64Array,
  k: number,
  out: Float64Array,
  pause: Pause,
): Promise<void> {
  out.fill(0)
  for (let from = 0; from < a.rows; from += rowsBetweenPauses) {
    await pause()
    for (let r = from; r < Math.min(from + rowsBetweenPauses, a.rows); r++)
      for (let j = a.indptr[r]!; j < a.indptr[r + 1]!; j++) addScaled(out, r * k, x, a.index[j]! * k, a.value[j]!, k)
  }
}

/** out = A^T x. @param x [rows, k]  @param out [cols, k], overwritten */
export async function multiplyTransposed(
  a: SparseRows,
  x: Float64Array,
  k: number,
  out: Float64Array,
  pause: Pause,
): Promise<void> {
  out.fill(0)
  for (let from = 0; from < a.rows; from += rowsBetweenPauses) {
    await pause()
    for (let r = from; r < Math.min(from + rowsBetweenPauses, a.rows); r++)
      for (let j = a.indptr[r]!; j < a.indptr[r + 1]!; j++) addScaled(out, a.index[j]! * k, x, r * k, a.value[j]!, k)
  }
}

/** to[at..at+k) += scale * from[start..start+k) */
function addScaled(to: Float64Array, at: number, from: Float64Array, start: number, scale: number, k: number): void {
  for (let i = 0; i < k; i++) to[at + i]! += scale * from[start + i]!
}

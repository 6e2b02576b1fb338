/**
 * Truncated singular value decomposition of a sparse matrix by randomised subspace iteration
 * (Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.3, with the Rayleigh-Ritz step on the side of the rows, which is the smaller one here).
 */
import type { Random } from '../learning/random.ts'
import { orthonormalise, symmetricEigen } from './dense.ts'
import { multiply, multiplyTransposed, type Pause, type SparseRows } from './sparse.ts'

export interface SvdOptions {
  rank: number
  /** Columns carried beyond `rank`; they take up the error of the last ones. */
  oversample: number
  /** Multiplications by A A^T; each sharpens the separation of neighbouring singular values. */
  iterations: number
}

export interface LeftSvd {
  /** At most the rank asked for: also limited by the matrix' size. */
  rank: number
  /** [rows, rank] left singular vectors; the sign of each makes its largest element positive */
  u: Float64Array
  /** [rank] descending */
  s: Float64Array
}

/** @param onProgress called with 0..1 */
export async function truncatedSvd(
  a: SparseRows,
  options: SvdOptions,
  random: Random,
  pause: Pause,
  onProgress: (fraction: number) => void = () => {},
): Promise<LeftSvd> {
  const k = Math.min(options.rank + options.oversample, a.rows, a.cols)
  const rank = Math.min(options.rank, k)
  const tall = new Float64Array(a.rows * k) // [rows, k]
  const wide = new Float64Array(a.cols * k) // [cols, k]
  const columns = new Float64Array(a.rows * k) // [k, rows]
  const rounds = options.iterations + 2

  for (let i = 0; i < wide.length; i++) {
    if (i % 2 ** 18 === 0) await pause()
    wide[i] = random.normal()
  }
  await multiply(a, wide, k, tall, pause)
  await orthonormaliseTall(tall, columns, a.rows, k, pause)
  onProgress(1 / rounds)
  for (let i = 0; i < options.iterations; i++) {
    await multiplyTransposed(a, tall, k, wide, pause)
    await multiply(a, wide, k, tall, pause)
    await orthonormaliseTall(tall, columns, a.rows, k, pause)
    onProgress((i + 2) / rounds)
  }

  // Rayleigh-Ritz: the eigenvalues of Q^T A A^T Q are the squared singular values.
  await multiplyTransposed(a, tall, k, wide, pause)
  const projected = new Float64Array(a.rows * k)
  await multiply(a, wide, k, projected, pause)
  const { values, vectors } = await symmetricEigen(await gram(tall, projected, a.rows, k, pause), k, pause)

  const u = new Float64Array(a.rows * rank)
  for (let r = 0; r < a.rows; r++) {
    if (r % 512 === 0) await pause()
    const row = tall.subarray(r * k, (r + 1) * k)
    for (let j = 0; j < rank; j++) {
      let sum = 0
      for (let i = 0; i < k; i++) sum += row[i]! * vectors[j * k + i]!
      u[r * rank + j] = sum
    }
  }
  fixSigns(u, a.rows, rank)
  onProgress(1)
  return { rank, u, s: Float64Array.from(values.subarray(0, rank), (x) => Math.sqrt(Math.max(0, x))) }
}

async function orthonormaliseTall(
  tall: Float64Array,
  columns: Float64Array,
  rows: number,
  k: number,
  pause: Pause,
): Promise<void> {
  for (let r = 0; r < rows; r++) for (let j = 0; j < k; j++) columns[j * rows + r] = tall[r * k + j]!
  await orthonormalise(columns, rows, k, pause)
  for (let r = 0; r < rows; r++) for (let j = 0; j < k; j++) tall[r * k + j] = columns[j * rows + r]!
}

/** x^T y made exactly symmetric. @param x, y [rows, k]  @returns [k, k] */
async function gram(x: Float64Array, y: Float64Array, rows: number, k: number, pause: Pause): Promise<Float64Array> {
  const out = new Float64Array(k * k)
  for (let r = 0; r < rows; r++) {
    if (r % 512 === 0) await pause()
    for (let i = 0; i < k; i++) {
      const left = x[r * k + i]!
      for (let j = 0; j < k; j++) out[i * k + j]! += left * y[r * k + j]!
    }
  }
  for (let i = 0; i < k; i++)
    for (let j = 0; j < i; j++) out[i * k + j] = out[j * k + i] = (out[i * k + j]! + out[j * k + i]!) / 2
  return out
}

/** Singular vectors are unique up to their sign; a rule for it makes tables repeatable. */
function fixSigns(u: Float64Array, rows: number, rank: number): void {
  for (let j = 0; j < rank; j++) {
    let largest = 0
    for (let r = 0; r < rows; r++) if (Math.abs(u[r * rank + j]!) > Math.abs(largest)) largest = u[r * rank + j]!
    if (largest < 0) for (let r = 0; r < rows; r++) u[r * rank + j]! *= -1
  }
}

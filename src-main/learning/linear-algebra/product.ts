/** C = A B^T of two row-major factor matrices through the tile kernel: the scores of users for items. */
import { createTileKernel } from './tile-kernel.ts'

/** Rows of B packed at a time; with A's panel they stay within a few megabytes. */
const CHUNK = 4096

/** @param a [m, d]  @param b [n, d]  @returns [m, n], summed in float64, rounded once */
export function multiplyTransposed(a: Float64Array, b: Float64Array, d: number): Float32Array {
  const m = a.length / d
  const n = b.length / d
  const out = new Float32Array(m * n)
  const chunk = Math.min(CHUNK, n)
  const aStrips = Math.ceil(m / 4)
  const bAt = aStrips * 4 * d
  const tiles = bAt + Math.ceil(chunk / 4) * 4 * d
  const kernel = createTileKernel(tiles + 4 * (chunk + 4))
  pack(a, m, d, kernel.memory, 0)
  for (let start = 0; start < n; start += chunk) {
    const columns = Math.min(chunk, n - start)
    pack(b.subarray(start * d, (start + columns) * d), columns, d, kernel.memory, bAt)
    for (let s = 0; s < aStrips; s++) {
      kernel.multiply(s * 4 * d, bAt, 4 * d, tiles, 16, d, Math.ceil(columns / 4))
      for (let r = 0; r < Math.min(4, m - 4 * s); r++) {
        const to = (4 * s + r) * n + start
        for (let j = 0; j < columns; j++) out[to + j] = kernel.memory[tiles + (j >> 2) * 16 + 4 * r + (j & 3)]!
      }
    }
  }
  return out
}

/** Rows as columns of strips; what lies beyond the last row is not read back. */
function pack(rows: Float64Array, count: number, d: number, memory: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) {
    const to = at + (i >> 2) * 4 * d + (i & 3)
    for (let k = 0; k < d; k++) memory[to + 4 * k] = rows[i * d + k]!
  }
}

/**
 * Inverse of a large symmetric positive definite matrix, in place, by the blocked sweep operator (Beaton 1964; Goodnight 1979, "A tutorial on
 * the SWEEP operator"): one loop of equal steps, each a rank-b update of the lower triangle through the tile kernel, n^3 operations in all.
 *
 * Sweeping block k with pivot D = A_kk^-1:  A_ij -= A_ik D A_kj,  A_ik = A_ik D,  A_kk = -D.  After all blocks A holds -A^-1.
 */
import type { Pacer } from '../pacer.ts'
import { invertSmall } from './cholesky.ts'
import { createTileKernel, type TileKernel } from './tile-kernel.ts'

/** Rows of a block: a multiple of 4; a block of the packed panel (BLOCK^2 doubles) stays in the second-level cache. */
const BLOCK = 192

/** Bytes `invertSpd` needs beside the matrix. */
export function inverseScratchBytes(n: number): number {
  return 8 * (2 * strips(n) * 4 * BLOCK + 5 * BLOCK * BLOCK)
}

const strips = (n: number): number => Math.ceil(n / 4)

/**
 * @param a [n, n] row-major; the lower triangle is read, the inverse is written, both triangles
 * @throws when A is not positive definite; DOMException 'AbortError' (then `a` holds nothing of use)
 */
export async function invertSpd(
  a: Float64Array,
  n: number,
  pacer: Pacer,
  onProgress?: (fraction: number) => void,
): Promise<void> {
  const sweep = new Sweep(a, n)
  const blocks = Math.ceil(n / BLOCK)
  for (let k = 0; k < blocks; k++) {
    sweep.pivot(k * BLOCK)
    for (let j = 0; j < blocks; j++) {
      if (j !== k) sweep.update(j * BLOCK)
      await pacer.turn()
    }
    sweep.finish()
    onProgress?.((k + 1) / blocks)
  }
  await negateAndMirror(a, n, pacer)
}

class Sweep {
  readonly #a: Float64Array
  readonly #n: number
  readonly #kernel: TileKernel
  /** Offsets in the kernel's memory: packed W = A_.k, P^T = D W^T, D, and scratch tiles. */
  readonly #w = 0
  readonly #p: number
  readonly #d: number
  readonly #tiles: number
  /** The block being swept: its first row and its number of rows. */
  #start = 0
  #rows = 0

  constructor(a: Float64Array, n: number) {
    this.#a = a
    this.#n = n
    this.#p = strips(n) * 4 * BLOCK
    this.#d = 2 * this.#p
    this.#tiles = this.#d + BLOCK * BLOCK
    this.#kernel = createTileKernel(this.#tiles + 4 * BLOCK)
  }

  /** Packs W and D and makes P. Rows of W inside the block are zero: their update is then none. */
  pivot(start: number): void {
    const a = this.#a
    const n = this.#n
    const rows = Math.min(BLOCK, n - start)
    const depth = 4 * strips(rows) // the last block is padded to whole strips with zeros
    const { memory } = this.#kernel
    this.#start = start
    this.#rows = rows

    memory.fill(0, 0, this.#tiles)
    for (let i = 0; i < n; i++) {
      if (i >= start && i < start + rows) continue
      const to = this.#w + (i >> 2) * 4 * depth + (i & 3)
      if (i < start) for (let k = 0; k < rows; k++) memory[to + 4 * k] = a[(start + k) * n + i]!
      else for (let k = 0; k < rows; k++) memory[to + 4 * k] = a[i * n + start + k]!
    }

    const d = new Float64Array(rows * rows)
    for (let i = 0; i < rows; i++) d.set(a.subarray((start + i) * n + start, (start + i) * n + start + i + 1), i * rows)
    invertSmall(d, rows)
    for (let k = 0; k < rows; k++)
      for (let c = 0; c < rows; c++) memory[this.#d + (c >> 2) * 4 * depth + 4 * k + (c & 3)] = d[k * rows + c]!

    // Tile (s, i) is D_s^T W_i: 4 rows of the depth of P's strip i, already packed.
    for (let s = 0; s < depth / 4; s++)
      this.#kernel.multiply(this.#d + s * 4 * depth, this.#w, 4 * depth, this.#p + 16 * s, 4 * depth, depth, strips(n))
  }

  /** A_ij -= P_i W_j^T for the columns of the block at `column` and all rows from there down. */
  update(column: number): void {
    const a = this.#a
    const n = this.#n
    const { memory } = this.#kernel
    const depth = 4 * strips(this.#rows)
    const end = Math.min(column + BLOCK, n)
    for (let i = column; i < n; i += 4) {
      if (i >= this.#start && i < this.#start + this.#rows) continue
      const count = strips(Math.min(end, i + 4) - column) // up to the diagonal
      this.#kernel.multiply(this.#p + i * depth, this.#w + column * depth, 4 * depth, this.#tiles, 16, depth, count)
      const rows = Math.min(4, n - i)
      const columns = Math.min(4 * count, n - column)
      for (let r = 0; r < rows; r++) {
        const to = (i + r) * n + column
        const from = this.#tiles + 4 * r
        for (let j = 0; j < columns; j++) a[to + j]! -= memory[from + (j >> 2) * 16 + (j & 3)]!
      }
    }
  }

  /** Writes A_ik = P_i and A_kk = -D. */
  finish(): void {
    const a = this.#a
    const n = this.#n
    const start = this.#start
    const rows = this.#rows
    const { memory } = this.#kernel
    const depth = 4 * strips(rows)
    for (let i = 0; i < n; i++) {
      if (i >= start && i < start + rows) continue
      const from = this.#p + (i >> 2) * 4 * depth + (i & 3)
      if (i < start) for (let k = 0; k < rows; k++) a[(start + k) * n + i] = memory[from + 4 * k]!
      else for (let k = 0; k < rows; k++) a[i * n + start + k] = memory[from + 4 * k]!
    }
    for (let k = 0; k < rows; k++)
      for (let c = 0; c <= k; c++)
        a[(start + k) * n + start + c] = -memory[this.#d + (c >> 2) * 4 * depth + 4 * k + (c & 3)]!
  }
}

/** Lower triangle of -A^-1 to both triangles of A^-1; in squares, so that the transposed writes stay in the cache. */
async function negateAndMirror(a: Float64Array, n: number, pacer: Pacer): Promise<void> {
  const side = 64
  for (let i0 = 0; i0 < n; i0 += side) {
    await pacer.turn()
    for (let j0 = 0; j0 <= i0; j0 += side)
      for (let i = i0; i < Math.min(n, i0 + side); i++)
        for (let j = j0; j <= Math.min(i, j0 + side - 1); j++) {
          const x = -a[i * n + j]!
          a[i * n + j] = x
          a[j * n + i] = x
        }
  }
}

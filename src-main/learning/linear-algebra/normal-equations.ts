/**
 * The d x d systems of least squares, A x = b with A = G + sum of f f^T + diagonal, tens of thousands of them one after the other: outer products and
 * Cholesky factorisation run through the tile kernel, in its memory.
 *
 * Packed lower triangle: strip I holds rows 4I..4I+3, entry (i, k) at strip(i >> 2) + 4k + (i & 3), so that a 4 x 4 tile is one output of the
 * kernel and a strip is one input of it. Rows beyond d pad the last strip: ones on the diagonal, zeros elsewhere.
 */
import { createTileKernel, type TileKernel } from './tile-kernel.ts'

/** Rows multiplied at a time: the packed rows stay in the first- and second-level cache. */
const CHUNK = 256

export class NormalEquations {
  readonly dim: number
  readonly #kernel: TileKernel
  readonly #strips: number
  /** Doubles of a strip of A. */
  readonly #size: number
  /** Offsets in the kernel's memory: A, output tiles, packed rows. */
  readonly #a = 0
  readonly #tiles: number
  readonly #rows: number

  constructor(dim: number) {
    this.dim = dim
    this.#strips = Math.ceil(dim / 4)
    this.#size = 16 * this.#strips
    this.#tiles = this.#strips * this.#size
    this.#rows = 2 * this.#tiles
    this.#kernel = createTileKernel(this.#rows + this.#strips * 4 * CHUNK)
  }

  /** A = scale * G; G from `packed()`, or null for 0. */
  start(g: Float64Array | null, scale: number): void {
    const { memory } = this.#kernel
    if (g === null) memory.fill(0, this.#a, this.#tiles)
    else for (let i = 0; i < g.length; i++) memory[this.#a + i] = scale * g[i]!
  }

  /** A as it stands: a copy for `start` and `traceOfProduct`. */
  packed(): Float64Array {
    return this.#kernel.memory.slice(this.#a, this.#tiles)
  }

  /** A += sum over the rows r of f_r f_r^T. @param factors [m, d] */
  addOuterProducts(factors: Float64Array, rows: Uint32Array): void {
    const { memory } = this.#kernel
    const strips = this.#strips
    for (let start = 0; start < rows.length; start += CHUNK) {
      const depth = Math.min(CHUNK, rows.length - start)
      this.#pack(factors, rows, start, depth)
      for (let s = 0; s < strips; s++) {
        const from = this.#rows + s * 4 * depth
        const to = this.#tiles + s * this.#size + 16 * s
        this.#kernel.multiply(from, from, 4 * depth, to, this.#size, depth, strips - s)
      }
      for (let s = 0; s < strips; s++) {
        const at = s * this.#size
        for (let i = at; i < at + 16 * (s + 1); i++) memory[this.#a + i]! += memory[this.#tiles + i]!
      }
    }
  }

  #pack(factors: Float64Array, rows: Uint32Array, start: number, depth: number): void {
    const { dim } = this
    const { memory } = this.#kernel
    for (let k = 0; k < depth; k++) {
      const from = rows[start + k]! * dim
      const to = this.#rows + 4 * k
      for (let j = 0; j < dim; j++) memory[to + (j >> 2) * 4 * depth + (j & 3)] = factors[from + j]!
      for (let j = dim; j < 4 * this.#strips; j++) memory[to + (j >> 2) * 4 * depth + (j & 3)] = 0
    }
  }

  /**
   * x = (A + diagonal I)^-1 b in place of b; A is used up.
   * @throws when the matrix is not positive definite
   */
  solve(b: Float64Array, diagonal: number): void {
    const { dim } = this
    const { memory } = this.#kernel
    for (let i = 0; i < 4 * this.#strips; i++) memory[this.#at(i, i)]! += i < dim ? diagonal : 1
    this.#factorise()
    for (let i = 0; i < dim; i++) {
      const row = this.#at(i, 0)
      let s = b[i]!
      for (let k = 0; k < i; k++) s -= memory[row + 4 * k]! * b[k]!
      b[i] = s / memory[row + 4 * i]!
    }
    for (let i = dim - 1; i >= 0; i--) {
      const row = this.#at(i, 0)
      const x = b[i]! / memory[row + 4 * i]!
      b[i] = x
      for (let k = 0; k < i; k++) b[k]! -= memory[row + 4 * k]! * x
    }
  }

  /** Trace of the product of two packed symmetric matrices. */
  traceOfProduct(g: Float64Array, h: Float64Array): number {
    let sum = 0
    for (let i = 0; i < this.dim; i++)
      for (let k = 0; k <= i; k++) sum += (i === k ? 1 : 2) * g[this.#at(i, k)]! * h[this.#at(i, k)]!
    return sum
  }

  #at(i: number, k: number): number {
    return (i >> 2) * this.#size + 4 * k + (i & 3)
  }

  /** A = L L^T, four columns at a time: subtract what the columns to the left explain, factor the corner, solve the tiles below it. */
  #factorise(): void {
    const { memory } = this.#kernel
    const strips = this.#strips
    for (let j = 0; j < strips; j++) {
      const corner = j * this.#size + 16 * j
      if (j > 0) {
        const strip = this.#a + j * this.#size
        this.#kernel.multiply(strip, strip, this.#size, this.#tiles, 16, 4 * j, strips - j)
        for (let i = j; i < strips; i++) {
          const to = i * this.#size + 16 * j
          const from = this.#tiles + 16 * (i - j)
          for (let e = 0; e < 16; e++) memory[to + e]! -= memory[from + e]!
        }
      }
      factoriseCorner(memory, corner)
      for (let i = j + 1; i < strips; i++) solveTile(memory, corner, i * this.#size + 16 * j)
    }
  }
}

/** Cholesky of a 4 x 4 tile in place: entry (row c, column k) at 4k + c. */
function factoriseCorner(m: Float64Array, at: number): void {
  for (let k = 0; k < 4; k++) {
    for (let c = k; c < 4; c++) {
      let s = m[at + 4 * k + c]!
      for (let q = 0; q < k; q++) s -= m[at + 4 * q + c]! * m[at + 4 * q + k]!
      if (c > k) m[at + 4 * k + c] = s / m[at + 5 * k]!
      else if (s > 0) m[at + 5 * k] = Math.sqrt(s)
      else throw new Error('The normal equations are not positive definite. Raise the regularisation.')
    }
  }
}

/** X L^T = tile in place, L the lower triangle of the tile at `corner`. */
function solveTile(m: Float64Array, corner: number, at: number): void {
  for (let k = 0; k < 4; k++)
    for (let c = 0; c < 4; c++) {
      let s = m[at + 4 * k + c]!
      for (let q = 0; q < k; q++) s -= m[at + 4 * q + c]! * m[corner + 4 * q + k]!
      m[at + 4 * k + c] = s / m[corner + 5 * k]!
    }
}

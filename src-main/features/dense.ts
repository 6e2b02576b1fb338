/** Small dense linear algebra in float64: orthonormal columns and the eigenvectors of a symmetric matrix. */
import type { Pause } from './sparse.ts'

/**
 * Makes the columns orthonormal in place by modified Gram-Schmidt (Golub & Van Loan, Matrix Computations, 5.2.8), each column twice
 * ("twice is enough": Giraud et al. 2005). A column that depends on the ones before it becomes zero.
 * @param x [k, rows]: k columns, each contiguous
 */
export async function orthonormalise(x: Float64Array, rows: number, k: number, pause: Pause): Promise<void> {
  for (let j = 0; j < k; j++) {
    if (j % 16 === 0) await pause()
    const column = x.subarray(j * rows, (j + 1) * rows)
    const before = norm(column)
    for (let pass = 0; pass < 2; pass++)
      for (let i = 0; i < j; i++) {
        const q = x.subarray(i * rows, (i + 1) * rows)
        const projection = dot(q, column)
        if (projection !== 0) for (let r = 0; r < rows; r++) column[r]! -= projection * q[r]!
      }
    const after = norm(column)
    const scale = after > 1e-12 * before ? 1 / after : 0
    for (let r = 0; r < rows; r++) column[r]! *= scale
  }
}

/** Four partial sums: the additions do not wait for each other. */
function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = 0
  for (; i + 3 < n; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (; i < n; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + s2 + s3
}
function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

export interface Eigen {
  /** [n] descending */
  values: Float64Array
  /** [n, n]; row j is the unit eigenvector of values[j] */
  vectors: Float64Array
}

/**
 * Eigenvalues and -vectors of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, 8.5); for n up to a few hundred.
 * @param symmetric [n, n]; not changed
 */
export async function symmetricEigen(symmetric: Float64Array, n: number, pause: Pause): Promise<Eigen> {
  const a = symmetric.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  const limit = 1e-30 * squares(a)
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2
    if (off <= limit) break
    for (let p = 0; p < n - 1; p++) {
      if (p % 32 === 0) await pause()
      for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q)
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  const values = Float64Array.from(order, (i) => a[i * n + i]!)
  const vectors = new Float64Array(n * n)
  order.forEach((i, j) => vectors.set(v.subarray(i * n, (i + 1) * n), j * n))
  return { values, vectors }
}

/** One rotation that zeroes a[p, q]; the eigenvectors are rows of v, so that both updates run along memory. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!
  if (apq === 0) return
  const app = a[p * n + p]!
  const aqq = a[q * n + q]!
  const theta = (aqq - app) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  const pn = p * n
  const qn = q * n
  for (let i = 0; i < n; i++) {
    const x = a[pn + i]!
    const y = a[qn + i]!
    a[pn + i] = c * x - s * y
    a[qn + i] = s * x + c * y
    const vx = v[pn + i]!
    const vy = v[qn + i]!
    v[pn + i] = c * vx - s * vy
    v[qn + i] = s * vx + c * vy
  }
  // The columns follow from symmetry, except the 2x2 block, which is known in closed form.
  a[pn + p] = app - t * apq
  a[qn + q] = aqq + t * apq
  a[pn + q] = a[qn + p] = 0
  for (let i = 0; i < n; i++) {
    a[i * n + p] = a[pn + i]!
    a[i * n + q] = a[qn + i]!
  }
}

function squares(a: Float64Array): number {
  return a.reduce((sum, x) => sum + x * x, 0)
}

/** Cholesky factor and inverse of a symmetric positive definite matrix of some hundred rows, row-major. */

/**
 * A = L L^T in place: the lower triangle of `a` becomes L, the upper one is not touched.
 * @param a [n, n]
 * @throws when A is not positive definite
 */
export function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const ri = i * n
    for (let j = 0; j < i; j++) a[ri + j] = (a[ri + j]! - dot(a, ri, j * n, j)) / a[j * n + j]!
    const pivot = a[ri + i]! - dot(a, ri, ri, i)
    if (!(pivot > 0))
      // NaN included
      throw new Error(`The matrix is not positive definite (pivot ${i} of ${n} is ${pivot}). Raise the regularisation.`)
    a[ri + i] = Math.sqrt(pivot)
  }
}

/** A^-1 = L^-T L^-1 in place, both triangles. @param a [n, n], lower triangle read @throws as `factorise` */
export function invertSmall(a: Float64Array, n: number): void {
  factorise(a, n)
  // Row i of M = L^-1 from the rows above it: M_i = (e_i - sum_j<i L_ij M_j) / L_ii.
  const m = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const ri = i * n
    for (let j = 0; j < i; j++) {
      const l = a[ri + j]!
      for (let c = 0; c <= j; c++) m[ri + c]! -= l * m[j * n + c]!
    }
    const pivot = 1 / a[ri + i]!
    for (let c = 0; c < i; c++) m[ri + c]! *= pivot
    m[ri + i] = pivot
  }
  a.fill(0)
  for (let k = 0; k < n; k++)
    for (let i = 0; i <= k; i++) {
      const x = m[k * n + i]!
      for (let j = 0; j <= i; j++) a[i * n + j]! += x * m[k * n + j]!
    }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]!
}

/** Four running sums: the additions do not wait for each other. */
function dot(a: Float64Array, p: number, q: number, n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < n; k += 4) {
    s0 += a[p + k]! * a[q + k]!
    s1 += a[p + k + 1]! * a[q + k + 1]!
    s2 += a[p + k + 2]! * a[q + k + 2]!
    s3 += a[p + k + 3]! * a[q + k + 3]!
  }
  for (; k < n; k++) s0 += a[p + k]! * a[q + k]!
  return s0 + s1 + (s2 + s3)
}

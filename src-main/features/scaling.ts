/**
 * Feature rows in the range a network's first layer expects: columns have mean 0, and the mean squared row norm is the number of
 * columns (an average column has variance 1, as after a layer normalisation).
 */

/** Centres the columns and multiplies everything by one number, so that angles and the columns' relative weights stay. @param x [n, dim] */
export function scaleRows(x: Float64Array, n: number, dim: number): Float32Array {
  const { mean, variance } = columnMoments(x, n, dim, null)
  let total = 0
  for (let j = 0; j < dim; j++) total += variance[j]!
  const scale = total > 0 ? Math.sqrt(dim / total) : 0
  const out = new Float32Array(n * dim)
  for (let r = 0; r < n; r++) for (let j = 0; j < dim; j++) out[r * dim + j] = (x[r * dim + j]! - mean[j]!) * scale
  return out
}

/**
 * Each column to mean 0 and variance 1 over the present rows, cut at +-`limit` standard deviations; absent rows are zero,
 * and so is a column that does not vary. @param x [n, dim]  @param present [n]
 */
export function standardiseColumns(
  x: Float32Array,
  n: number,
  dim: number,
  present: Uint8Array,
  limit: number,
): Float32Array {
  const { mean, variance } = columnMoments(x, n, dim, present)
  const out = new Float32Array(n * dim)
  for (let r = 0; r < n; r++) {
    if (present[r] === 0) continue
    for (let j = 0; j < dim; j++) {
      if (variance[j]! < 1e-12) continue
      const z = (x[r * dim + j]! - mean[j]!) / Math.sqrt(variance[j]!)
      out[r * dim + j] = Math.max(-limit, Math.min(limit, z))
    }
  }
  return out
}

function columnMoments(
  x: Float32Array | Float64Array,
  n: number,
  dim: number,
  present: Uint8Array | null,
): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(dim)
  const variance = new Float64Array(dim)
  let count = 0
  for (let r = 0; r < n; r++) {
    if (present && present[r] === 0) continue
    count++
    for (let j = 0; j < dim; j++) mean[j]! += x[r * dim + j]!
  }
  if (count === 0) return { mean, variance }
  for (let j = 0; j < dim; j++) mean[j]! /= count
  for (let r = 0; r < n; r++) {
    if (present && present[r] === 0) continue
    for (let j = 0; j < dim; j++) variance[j]! += (x[r * dim + j]! - mean[j]!) ** 2
  }
  for (let j = 0; j < dim; j++) variance[j]! /= count
  return { mean, variance }
}

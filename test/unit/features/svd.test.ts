import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orthonormalise, symmetricEigen } from '../../../src-main/features/dense.ts'
import type { SparseRows } from '../../../src-main/features/sparse.ts'
import { truncatedSvd } from '../../../src-main/features/svd.ts'
import { Random } from '../../../src-main/learning/random.ts'
import golden from '../../golden/tfidf.json' with { type: 'json' }

const pause = async (): Promise<void> => {}
const matrix: SparseRows = {
  rows: golden.matrix.rows,
  cols: golden.matrix.cols,
  indptr: Uint32Array.from(golden.matrix.indptr),
  index: Uint32Array.from(golden.matrix.index),
  value: Float64Array.from(golden.matrix.value),
}
const options = { rank: golden.rank, oversample: 16, iterations: 4 }

test('The leading singular values are those of NumPy, and the left vectors span the same space', async () => {
  const { rank, u, s } = await truncatedSvd(matrix, options, new Random(3), pause)
  expect(rank).toBe(golden.rank)
  golden.singularValues.forEach((expected, j) => expect(Math.abs(s[j]! / expected - 1)).toBeLessThan(1e-3))
  // ||U_golden^T U||_F^2 = rank when both span the same subspace.
  let overlap = 0
  for (let i = 0; i < rank; i++)
    for (let j = 0; j < rank; j++) {
      let dot = 0
      for (let r = 0; r < matrix.rows; r++) dot += golden.leftVectors[r]![i]! * u[r * rank + j]!
      overlap += dot * dot
    }
  expect(overlap / rank).toBeGreaterThan(0.999)
})

test('More iterations come as close as one likes', async () => {
  const { s } = await truncatedSvd(matrix, { ...options, iterations: 40 }, new Random(3), pause)
  golden.singularValues.forEach((expected, j) => expect(Math.abs(s[j]! / expected - 1)).toBeLessThan(1e-9))
})

test('The same seed gives the same bits; another seed the same values to the tolerance', async () => {
  const a = await truncatedSvd(matrix, options, new Random(3), pause)
  const b = await truncatedSvd(matrix, options, new Random(3), pause)
  const c = await truncatedSvd(matrix, { ...options, iterations: 20 }, new Random(4), pause)
  expect(b.u).toEqual(a.u)
  c.s.forEach((x, j) => expect(Math.abs(x / a.s[j]! - 1)).toBeLessThan(1e-3))
})

test('The rank is limited by the matrix', async () => {
  const small: SparseRows = {
    rows: 2,
    cols: 3,
    indptr: Uint32Array.of(0, 1, 2),
    index: Uint32Array.of(0, 2),
    value: Float64Array.of(2, 5),
  }
  const { rank, s } = await truncatedSvd(small, { rank: 10, oversample: 5, iterations: 2 }, new Random(1), pause)
  expect(rank).toBe(2)
  expect([...s].map((x) => x.toFixed(9))).toEqual(['5.000000000', '2.000000000'])
})

test('A pause that throws ends the computation', async () => {
  let pauses = 0
  const cancelled = async (): Promise<void> => {
    if (++pauses > 5) throw new DOMException('cancelled', 'AbortError')
  }
  await expect(truncatedSvd(matrix, options, new Random(3), cancelled)).rejects.toThrow('cancelled')
})

test('Gram-Schmidt gives orthonormal columns, and zero for a dependent one', async () => {
  const random = new Random(5)
  const [rows, k] = [40, 6]
  const x = Float64Array.from({ length: rows * k }, () => random.normal())
  x.copyWithin(3 * rows, 0, rows) // column 3 = column 0
  await orthonormalise(x, rows, k, pause)
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      let dot = 0
      for (let r = 0; r < rows; r++) dot += x[i * rows + r]! * x[j * rows + r]!
      expect(dot).toBeCloseTo(i === j && i !== 3 ? 1 : 0, 12)
    }
})

test('Jacobi diagonalises any symmetric matrix', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer(), async (n, seed) => {
      const random = new Random(seed)
      const a = new Float64Array(n * n)
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal()
      const { values, vectors } = await symmetricEigen(a, n, pause)
      for (let v = 0; v < n; v++) {
        if (v > 0) expect(values[v]!).toBeLessThanOrEqual(values[v - 1]!)
        for (let i = 0; i < n; i++) {
          let av = 0
          for (let j = 0; j < n; j++) av += a[i * n + j]! * vectors[v * n + j]!
          expect(av).toBeCloseTo(values[v]! * vectors[v * n + i]!, 9)
        }
      }
    }),
    { numRuns: 40 },
  )
})

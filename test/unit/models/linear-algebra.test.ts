import fc from 'fast-check'
import { expect, test } from 'vitest'
import { factorise, invertSmall } from '../../../src-main/learning/linear-algebra/cholesky.ts'
import { gram } from '../../../src-main/learning/linear-algebra/gram.ts'
import { invertSpd } from '../../../src-main/learning/linear-algebra/inverse.ts'
import { NormalEquations } from '../../../src-main/learning/linear-algebra/normal-equations.ts'
import { multiplyTransposed } from '../../../src-main/learning/linear-algebra/product.ts'
import { createTileKernel } from '../../../src-main/learning/linear-algebra/tile-kernel.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import { Random } from '../../../src-main/learning/random.ts'

const pacer = new Pacer(new AbortController().signal)
const seeds = fc.integer({ min: 0, max: 1e6 })

const normal = (n: number, random: Random): Float64Array => Float64Array.from({ length: n }, () => random.normal())

/** M M^T + 0.1 I: positive definite, not well conditioned. */
function spd(n: number, random: Random): Float64Array {
  const m = normal(n * n, random)
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let s = i === j ? 0.1 : 0
      for (let k = 0; k < n; k++) s += m[i * n + k]! * m[j * n + k]!
      a[i * n + j] = s
    }
  return a
}

/** Largest |A B - I|. */
function residual(a: Float64Array, b: Float64Array, n: number): number {
  let worst = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let s = i === j ? -1 : 0
      for (let k = 0; k < n; k++) s += a[i * n + k]! * b[k * n + j]!
      worst = Math.max(worst, Math.abs(s))
    }
  return worst
}

test('the tile kernel sums what a plain loop sums', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), (seed, depth, count) => {
      const kernel = createTileKernel(4096)
      const [p, w, out] = [8, 512, 2048]
      const random = new Random(seed)
      for (let i = 0; i < 2048; i++) kernel.memory[i] = random.normal()
      const step = depth * 4 + 3
      kernel.multiply(p, w, step, out, 20, depth, count)
      for (let t = 0; t < count; t++)
        for (let r = 0; r < 4; r++)
          for (let c = 0; c < 4; c++) {
            let s = 0
            for (let k = 0; k < depth; k++)
              s += kernel.memory[p + 4 * k + r]! * kernel.memory[w + t * step + 4 * k + c]!
            expect(kernel.memory[out + 20 * t + 4 * r + c]).toBe(s) // the same order of additions: the same bits
          }
    }),
    { numRuns: 50 },
  )
})

test('inverses of all sizes around a tile and a block give the identity', async () => {
  for (const n of [1, 2, 3, 4, 5, 17, 191, 192, 193, 260]) {
    const a = spd(n, new Random(n))
    const inverse = a.slice()
    await invertSpd(inverse, n, pacer)
    expect(residual(a, inverse, n), `${n} rows`).toBeLessThan(1e-8)
    if (n < 200) {
      const small = a.slice()
      invertSmall(small, n)
      small.forEach((v, i) => expect(Math.abs(v - inverse[i]!)).toBeLessThan(1e-7 * (1 + Math.abs(v))))
    }
  }
})

test('a matrix that is not positive definite is refused with a remedy', async () => {
  expect(() => factorise(Float64Array.of(1, 2, 2, 1), 2)).toThrow('Raise the regularisation')
  await expect(invertSpd(Float64Array.of(1, 2, 2, 1), 2, pacer)).rejects.toThrow('not positive definite')
  await expect(invertSpd(Float64Array.of(NaN), 1, pacer)).rejects.toThrow('not positive definite')
  const equations = new NormalEquations(2)
  equations.start(null, 0)
  expect(() => equations.solve(Float64Array.of(1, 1), -1)).toThrow('not positive definite')
})

test('normal equations give the least-squares solution', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 13 }), fc.integer({ min: 0, max: 300 }), (seed, d, rows) => {
      const random = new Random(seed)
      const f = normal(rows * d, random)
      const b = normal(d, random)
      const x = b.slice()
      const equations = new NormalEquations(d)
      equations.start(null, 0)
      equations.addOuterProducts(
        f,
        Uint32Array.from({ length: rows }, (_, i) => i),
      )
      equations.solve(x, 0.5)
      for (let i = 0; i < d; i++) {
        let s = 0.5 * x[i]!
        for (let r = 0; r < rows; r++) for (let j = 0; j < d; j++) s += f[r * d + i]! * f[r * d + j]! * x[j]!
        expect(Math.abs(s - b[i]!)).toBeLessThan(1e-8)
      }
    }),
    { numRuns: 40 },
  )
})

test('products of factors equal plain dot products', () => {
  fc.assert(
    fc.property(seeds, fc.nat(9), fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 7 }), (seed, m, n, d) => {
      const random = new Random(seed)
      const a = normal(m * d, random)
      const b = normal(n * d, random)
      const c = multiplyTransposed(a, b, d)
      expect(c.length).toBe(m * n)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let s = 0
          for (let k = 0; k < d; k++) s += a[i * d + k]! * b[j * d + k]!
          expect(c[i * n + j]).toBe(Math.fround(s))
        }
    }),
  )
})

test('the Gram matrix counts users who have both items', async () => {
  const out = new Float64Array(9)
  await gram({ indptr: Uint32Array.of(0, 2, 5), columns: Uint32Array.of(2, 0, 1, 0, 2) }, 3, out, pacer)
  expect([...out]).toEqual([2, 0, 0, 1, 1, 0, 2, 1, 2]) // lower triangle
})

import { expect, test } from 'vitest'
import type { BinaryRows } from '../../../src-main/learning/linear-algebra/gram.ts'
import { easeWeights } from '../../../src-main/learning/models/ease.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import golden from '../../golden/ease.json' with { type: 'json' }

/** The generator of ease.py. */
function matrix({ users, items, density, seed }: (typeof golden)[number]): BinaryRows {
  let state = seed
  const next = (): number => (state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff) / 2 ** 31
  const indptr = [0]
  const columns: number[] = []
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < items; i++) if (next() < density * (i % 5 === u % 5 ? 3 : 1)) columns.push(i)
    indptr.push(columns.length)
  }
  return { indptr: Uint32Array.from(indptr), columns: Uint32Array.from(columns) }
}

// 197 and 401 items: more than one block of the inverse, and no multiple of a tile.
test.each(golden)('B of $items items equals NumPy to 1e-8', async (g) => {
  const x = matrix(g)
  expect(x.columns.length).toBe(g.ones)
  const n = g.items
  const b = await easeWeights(x, n, g.lambda, new Pacer(new AbortController().signal))
  for (const [i, j, value] of g.entries) expect(Math.abs(b[i! * n + j!]! - value!), `B[${i}, ${j}]`).toBeLessThan(1e-8)
  expect(Math.abs(b.reduce((sum, v) => sum + Math.abs(v), 0) - g.absoluteSum)).toBeLessThan(1e-8 * n)
  g.scoresOfUser0.forEach((expected, i) => {
    let score = 0
    for (const j of x.columns.subarray(0, x.indptr[1])) score += b[j * n + i]!
    expect(Math.abs(score - expected)).toBeLessThan(1e-8)
  })
})

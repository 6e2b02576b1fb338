import { expect, test } from 'vitest'
import { ImplicitAls } from '../../../src-main/learning/implicit-als.ts'
import type { BinaryRows } from '../../../src-main/learning/linear-algebra/gram.ts'
import { alternate } from '../../../src-main/learning/models/ials.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import golden from '../../golden/ials.json' with { type: 'json' }

const pacer = new Pacer(new AbortController().signal)

function binary(rows: number[][]): BinaryRows {
  const indptr = Uint32Array.from([0, ...rows.map((_, r) => rows.slice(0, r + 1).flat().length)])
  return { indptr, columns: Uint32Array.from(rows.flat()) }
}

function near(found: Float64Array, expected: number[][]): void {
  expect(found.length).toBe(expected.flat().length)
  expected.flat().forEach((v, i) => expect(Math.abs(found[i]! - v)).toBeLessThan(1e-8))
}

test.each(golden)('factors of $dim dimensions after $epochs epochs equal NumPy to 1e-8', async (g) => {
  const als = new ImplicitAls(g)
  const items = Float64Array.from(g.start.flat())
  const losses: number[] = []
  const x = binary(g.rows)
  const users = await alternate(als, x, items, { epochs: g.epochs, pacer, onEpoch: (_e, loss) => losses.push(loss) })
  near(users, g.userFactors)
  near(items, g.itemFactors)
  losses.forEach((loss, e) => expect(Math.abs(loss / g.losses[e]! - 1)).toBeLessThan(1e-10))
  const folded = new Float64Array(3 * g.dim)
  await als.solveRows(binary(g.rows.slice(0, 3)), items, als.gramian(items), folded, pacer)
  near(folded, g.folded)
})

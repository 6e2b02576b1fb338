import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import type { RowEntries } from '../../../src-main/learning/scoring/scoring.ts'
import { BestEntries, nearest, nearestOf } from '../../../src-main/learning/similarity.ts'
import { columnsOf, rowNorms, rowSums, transposed } from '../../../src-main/learning/sparse-rows.ts'

/** Whole numbers: sums are exact, so that there are true ties. */
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc.record({
      columns: fc.constant(columns),
      cells: fc.array(fc.array(fc.integer({ min: -2, max: 3 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  )
  .map(({ columns, cells }) => ({ columns, cells: cells.map((row) => row.map((v) => Math.max(0, v))) }))

function sparse(cells: number[][]): RowEntries {
  const indptr = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const row of cells) {
    row.forEach((v, c) => {
      if (v === 0) return
      indices.push(c)
      values.push(v)
    })
    indptr.push(indices.length)
  }
  return { indptr: Uint32Array.from(indptr), indices: Uint32Array.from(indices), values: Float32Array.from(values) }
}

function dense({ indptr, indices, values }: RowEntries, width: number): number[][] {
  return Array.from({ length: indptr.length - 1 }, (_, row) => {
    const out = Array.from({ length: width }, () => 0)
    for (let e = indptr[row]!; e < indptr[row + 1]!; e++) out[indices[e]!] = values?.[e] ?? 1
    return out
  })
}

const turned = (cells: number[][], width: number): number[][] =>
  Array.from({ length: width }, (_, c) => cells.map((row) => row[c]!))

test('the best k are those of sorting by value, then by index, in whatever order they are offered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
      fc.nat(12),
      fc.func(fc.nat()),
      (values, k, key) => {
        const offered = values.map((value, index) => ({ value, index }))
        const best = new BestEntries(k)
        for (const { index, value } of offered.toSorted((a, b) => key(a.index) - key(b.index))) best.offer(index, value)
        const kept = new Uint32Array(k)
        const count = best.take(kept, 0)
        const expected = offered.toSorted((a, b) => b.value - a.value || a.index - b.index).slice(0, k)
        expect([...kept.subarray(0, count)]).toEqual(expected.map(({ index }) => index).sort((a, b) => a - b))
      },
    ),
  )
})

test('neighbours are the largest products of rows, at once and one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, fc.integer({ min: 1, max: 10 }), async ({ columns, cells }, k) => {
      const rows = sparse(cells)
      const search = {
        rows,
        others: transposed(rows, columns),
        width: cells.length,
        k,
        value: (row: number, neighbour: number, product: number) => product / (1 + row + neighbour),
        self: (row: number) => row,
      }
      const expected = cells.map((a, r) =>
        cells
          .map((b, c) => ({ c, value: r === c ? 0 : a.reduce((sum, v, i) => sum + v * b[i]!, 0) / (1 + r + c) }))
          .filter(({ value }) => value > 0)
          .toSorted((x, y) => y.value - x.value || x.c - y.c)
          .slice(0, k),
      )
      const found = await nearest(search, new Pacer(new AbortController().signal))
      expect(found).toEqual(nearestOf(search))
      expected.forEach((list, r) => {
        const own = [...found.indices.subarray(found.indptr[r], found.indptr[r + 1])]
        expect(own).toEqual(list.map(({ c }) => c).sort((a, b) => a - b))
        for (const { c, value } of list)
          expect(found.values![found.indptr[r]! + own.indexOf(c)]).toBe(Math.fround(value))
      })
    }),
  )
})

test('the transpose, a stretch of columns and sums of rows are those of the dense matrix', () => {
  fc.assert(
    fc.property(matrix, fc.nat(9), fc.nat(9), ({ columns, cells }, a, b) => {
      const rows = sparse(cells)
      const [from, to] = [Math.min(a, b, columns), Math.min(Math.max(a, b), columns)]
      expect(dense(transposed(rows, columns), cells.length)).toEqual(turned(cells, columns))
      expect(dense(columnsOf(rows, from, to), to - from)).toEqual(cells.map((row) => row.slice(from, to)))
      expect([...rowSums(rows, 1)]).toEqual(cells.map((row) => row.reduce((x, y) => x + y, 0)))
      expect([...rowSums(rows, 0)]).toEqual(cells.map((row) => row.filter((v) => v > 0).length))
      expect([...rowNorms(rows)]).toEqual(cells.map((row) => Math.sqrt(row.reduce((x, y) => x + y * y, 0))))
    }),
  )
})

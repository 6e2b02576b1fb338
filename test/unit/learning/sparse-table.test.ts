import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { Adam } from '../../../src-main/learning/optimiser.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import { SparseTable } from '../../../src-main/learning/sparse-table.ts'

const spec = { name: 't', shape: [6, 3], start: { deviation: 1 } }

beforeAll(async () => void (await startBackend('cpu')))

test('it starts as it would among the other parameters, and uploads the rows asked for', () => {
  const table = new SparseTable(spec)
  table.initialise(4)
  const parameters = new Parameters([spec])
  parameters.initialise(4)
  expect([...table.values]).toEqual([...parameters.values])
  const rows = tf.tidy(() => table.upload(Int32Array.of(5, 0)).arraySync())
  expect(rows).toEqual([[...table.values.subarray(15, 18)], [...table.values.subarray(0, 3)]])
  expect(tf.tidy(() => table.uploadAll().shape)).toEqual([6, 3])
})

test('rows that every step touches move as a dense Adam moves them; the others keep values and moments', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4 * 18, maxLength: 4 * 18 }),
      (rows, numbers) => {
        const table = new SparseTable(spec)
        table.initialise(1)
        const before = table.values.slice()
        const dense = table.values.slice()
        const adam = new Adam(18)
        for (let step = 1; step <= 4; step++) {
          const full = new Float32Array(18)
          const some = new Float32Array(rows.length * 3)
          for (const [i, row] of rows.entries())
            for (let j = 0; j < 3; j++) some[i * 3 + j] = full[row * 3 + j] = numbers[(step - 1) * 18 + row * 3 + j]!
          table.add(Int32Array.from(rows), some)
          table.update(1, 0.1, step)
          adam.update(dense, full, 0.1)
        }
        for (let i = 0; i < 18; i++) {
          const touched = rows.includes(Math.floor(i / 3))
          expect(table.values[i]).toBe(touched ? dense[i] : before[i])
          if (!touched) expect([table.first[i], table.second[i]]).toEqual([0, 0])
        }
      },
    ),
  )
})

test('a row left alone for some steps keeps its moments, and what comes to it is scaled', () => {
  const table = new SparseTable({ name: 't', shape: [2, 1], start: { constant: 0 } })
  table.add(Int32Array.of(0), Float32Array.of(1))
  table.add(Int32Array.of(0), Float32Array.of(3))
  expect(table.squaredNorm()).toBe(16)
  table.update(0.5, 0.1, 1)
  expect(table.values[0]).toBeCloseTo(-0.1, 6)
  const moments = [table.first[0], table.second[0]]
  table.add(Int32Array.of(1), Float32Array.of(1))
  table.update(1, 0.1, 2)
  expect([table.first[0], table.second[0], table.values[0]]).toEqual([...moments, table.values[0]])
  expect(table.squaredNorm()).toBe(0)
  table.add(Int32Array.of(1), Float32Array.of(1))
  table.forget()
  expect(table.squaredNorm()).toBe(0)
})

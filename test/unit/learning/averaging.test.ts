import { describe, expect, test } from 'vitest'
import { AveragedWeights } from '../../../src-main/learning/averaging.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { SparseTable } from '../../../src-main/learning/sparse-table.ts'
import { readStreams } from '../../../src-main/learning/streams.ts'
import { interactions } from './synthetic.ts'

const parameters = (): Parameters => new Parameters([{ name: 'w', shape: [3], start: { constant: 0 } }])
const table = (): SparseTable => new SparseTable({ name: 't', shape: [2, 2], start: { constant: 0 } })

describe('the mean of the weights', () => {
  test('follows the formula, and remembers the start less than its decay alone would', () => {
    const [weights, rows] = [parameters(), table()]
    const average = new AveragedWeights(weights, [rows], 0.9)
    let expected = 0
    for (let step = 1; step <= 200; step++) {
      weights.values.fill(step)
      rows.values.fill(-step)
      average.add(step)
      const kept = Math.min(0.9, step / (9 + step))
      expected = kept * expected + (1 - kept) * step
    }
    expect(average.values[2]).toBeCloseTo(expected, 3)
    expect(average.tables[0]![3]).toBeCloseTo(-expected, 3)
    expect(expected).toBeCloseTo(200 - 9, 2) // a mean of the last ten steps lags nine behind
  })

  test('is in use for as long as asked, and the weights come back even after an error', async () => {
    const [weights, rows] = [parameters(), table()]
    const average = new AveragedWeights(weights, [rows], 0.5)
    weights.values.fill(8)
    rows.values.fill(4)
    const seen = await average.inUse(async () => [weights.values[0], rows.values[0]])
    expect(seen).toEqual([0, 0])
    expect([weights.values[0], rows.values[0]]).toEqual([8, 4])
    await expect(average.inUse(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped')
    expect([weights.values[0], average.values[0]]).toEqual([8, 0])
  })
})

describe('a history of which a share is left out', () => {
  const n = 400
  const events = interactions({
    indptr: [0, n],
    item: Array.from({ length: n }, (_, i) => i),
    rating: Array.from({ length: n }, () => 4),
    time: Array.from({ length: n }, (_, i) => i),
  })
  const layout = { streams: 2, capacity: n, streamOf: (item: number) => item % 2, domainOf: (item: number) => item % 2 }
  const queries = [0, 1, 17, 200, 399]
  const read = (share: number, seed: number): ReturnType<typeof readStreams> =>
    readStreams(events, layout, [{ start: 0, first: 0, end: n, context: 0, queries }], {
      share,
      random: new Random(seed),
    })

  test('keeps order and about the rest, drawn by the seed', () => {
    const streams = read(0.3, 1)
    expect(streams.lengths.reduce((a, b) => a + b, 0) / n).toBeGreaterThan(0.6)
    expect(streams.lengths.reduce((a, b) => a + b, 0) / n).toBeLessThan(0.8)
    for (let k = 0; k < 2; k++) {
      const kept = streams.item.subarray(k * streams.length, k * streams.length + streams.lengths[k]!)
      expect([...kept]).toEqual([...kept].sort((a, b) => a - b))
      expect(kept.every((item) => item % 2 === k)).toBe(true)
    }
    expect(read(0.3, 1)).toEqual(streams)
    expect(read(0.3, 2)).not.toEqual(streams)
  })

  test.each([0.3, 0.9])(
    'at share %d a query still sees the last kept event before its row, and never its own',
    (share) => {
      const streams = read(share, 5)
      for (let k = 0; k < 2; k++)
        for (const [q, row] of queries.entries()) {
          const at = streams.states[k]![q]!
          const kept = [...streams.item.subarray(k * streams.length, k * streams.length + streams.lengths[k]!)]
          const before = kept.filter((item) => item < row).at(-1)
          if (before === undefined) expect(at).toBe(2 * streams.length + k)
          else expect(streams.item[at]).toBe(before)
        }
    },
  )
})

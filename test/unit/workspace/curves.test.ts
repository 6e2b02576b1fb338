// Curves with their pyramid: what a chart gets is a subset of the points that was written, extremes included, whatever the span.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { chunkPoints, fanOut, recordLength, RecordSum } from '../../../src-main/workspace/curve-layout.ts'
import { RunFile } from '../../../src-main/workspace/run-file.ts'
import { RunResults } from '../../../src-main/workspace/run-results.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { temporaryFolder } from './temporary.ts'

interface Points {
  x: number[]
  y: number[]
}

/** Writes a curve in appends of the sizes given, in turn, and opens the file for reading. */
function written({ x, y }: Points, sizes: readonly number[]): { results: RunResults; path: string } {
  const path = join(temporaryFolder(), 'metrics.db')
  const file = new RunFile(path)
  for (let from = 0, turn = 0; from < x.length; turn++) {
    const to = Math.min(x.length, from + (sizes[turn % sizes.length] ?? 1))
    file.append([{ name: 'loss', x: x.slice(from, to), y: y.slice(from, to) }])
    from = to
  }
  file.close()
  const results = RunResults.open(path)
  if (!results) throw new Error('no file')
  onTestFinished(() => results.close())
  return { results, path }
}

function randomCurve(n: number, seed: number, options: { stride: boolean; float32: boolean }): Points {
  const random = new Random(seed)
  let at = random.integer(100)
  const x = Array.from({ length: n }, () => (at += options.stride ? 1 : 1 + random.integer(3)))
  const y = Array.from({ length: n }, () => random.next() * 10 - 5)
  return { x, y: options.float32 ? y.map(Math.fround) : y }
}

const curves = fc.record({
  n: fc.integer({ min: 1, max: 30_000 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  stride: fc.boolean(),
  float32: fc.boolean(),
  sizes: fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 }),
  points: fc.integer({ min: 4, max: 300 }),
})

test('a chart is a subset of the points in their order, its lowest and highest are those of all points', () => {
  fc.assert(
    fc.property(
      curves,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (c, a, b) => {
        const { x, y } = randomCurve(c.n, c.seed, c)
        const { results } = written({ x, y }, c.sizes)
        const at = new Map(x.map((value, i) => [value, y[i]]))
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((share) => x[Math.floor(share * (x.length - 1))]!)
        for (const within of [null, { from: from!, to: to! }]) {
          const chart = results.series('loss', c.points, within)
          const inside = y.filter((_, i) => !within || (x[i]! >= within.from && x[i]! <= within.to))
          expect(chart.x.length).toBeLessThanOrEqual(Math.max(4, c.points))
          for (const [i, value] of chart.x.entries()) {
            expect(chart.y[i]).toBe(at.get(value))
            if (i > 0) expect(value).toBeGreaterThan(chart.x[i - 1]!)
          }
          expect(Math.min(...chart.y)).toBe(Math.min(...inside))
          expect(Math.max(...chart.y)).toBe(Math.max(...inside))
          const whole = results.series('loss', c.n, within)
          expect(whole.y).toEqual(inside)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('every level of the pyramid says of each of its records what the points say, the one that still grows included', () => {
  const { x, y } = randomCurve(3 * fanOut ** 2 + 777, 5, { stride: false, float32: false })
  const { path } = written({ x, y }, [1000, 64, 1])
  const db = new Database(path, { readonly: true })
  for (const level of [1, 2, 3]) {
    const rows = db
      .prepare<[number], Buffer>('SELECT data FROM records WHERE level = ? ORDER BY seq')
      .pluck()
      .all(level)
    const records = new Float64Array(new Uint8Array(Buffer.concat(rows)).buffer)
    const width = fanOut ** level
    expect(records).toHaveLength(Math.ceil(x.length / width) * recordLength)
    for (let r = 0; r * width < x.length; r++) {
      const part = y.slice(r * width, (r + 1) * width)
      const [low, high, mean, xOfLow, xOfHigh] = records.subarray(r * recordLength)
      expect([low, high]).toEqual([Math.min(...part), Math.max(...part)])
      expect(mean).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 12)
      expect([xOfLow, xOfHigh]).toEqual([low, high].map((value) => x[r * width + part.indexOf(value!)]))
    }
  }
  db.close()
})

test('steps one after the other are stored without their x, losses of a Float32 computation in four bytes', () => {
  const bytes = (points: Points): number => {
    const db = new Database(written(points, [chunkPoints]).path, { readonly: true })
    const sum = db.prepare<[], number>('SELECT sum(coalesce(length(x), 0) + length(y)) FROM points').pluck().get() ?? 0
    db.close()
    return sum
  }
  expect(bytes(randomCurve(10_000, 1, { stride: true, float32: true }))).toBe(40_000)
  expect(bytes(randomCurve(10_000, 1, { stride: true, float32: false }))).toBe(80_000)
  expect(bytes(randomCurve(10_000, 1, { stride: false, float32: false }))).toBe(160_000)
})

test('a loss that diverged leaves its gap, and the numbers around it stand', () => {
  const y = Array.from({ length: 100_000 }, (_, i) => (i >= 50_000 && i < 80_000 ? NaN : Math.sin(i)))
  const { results } = written({ x: y.map((_, i) => i), y }, [5000])
  const chart = results.series('loss', 200)
  const numbers = chart.y.filter((value) => !Number.isNaN(value))
  expect(Math.max(...numbers)).toBe(Math.max(...y.filter((value) => !Number.isNaN(value))))
  const gap = chart.x.filter((_, i) => Number.isNaN(chart.y[i]))
  expect(Math.min(...gap)).toBeLessThan(52_000)
  expect(Math.max(...gap)).toBeGreaterThan(78_000)
})

test('a run that goes on from its checkpoint keeps its curve up to there', () => {
  const { x, y } = randomCurve(20_000, 3, { stride: true, float32: true })
  const { path } = written({ x, y }, [3000])
  const last = x[12_344]!
  const file = RunFile.resume(path, (name) => (name === 'loss' ? last : 0))
  file.append([{ name: 'loss', x: [last + 1, last + 2], y: [7, -7] }])
  file.close()
  const results = RunResults.open(path)
  onTestFinished(() => results?.close())
  const { x: kept, y: values } = results!.series('loss', 1e6)
  expect(kept).toEqual([...x.slice(0, 12_345), last + 1, last + 2])
  expect(values).toEqual([...y.slice(0, 12_345), 7, -7])
  const chart = results!.series('loss', 50)
  expect([Math.min(...chart.y), Math.max(...chart.y)]).toEqual([-7, 7])
})

test('files of the first layout still open', () => {
  const path = join(temporaryFolder(), 'metrics.db')
  const db = new Database(path)
  db.exec(`CREATE TABLE chunk(series TEXT NOT NULL, seq INTEGER NOT NULL, x BLOB NOT NULL, y BLOB NOT NULL, UNIQUE(series, seq)) STRICT;
    CREATE TABLE array(name TEXT PRIMARY KEY, dtype TEXT NOT NULL, data BLOB NOT NULL) STRICT;
    CREATE TABLE summary(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT; PRAGMA user_version = 1;`)
  const blob = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer)
  db.prepare('INSERT INTO chunk VALUES(?, ?, ?, ?)').run('loss', 0, blob(1, 2, 3), blob(0.3, 0.2, 0.1))
  db.close()
  const results = RunResults.open(path)
  onTestFinished(() => results?.close())
  expect(results?.series('loss', 100)).toEqual({ name: 'loss', x: [1, 2, 3], y: [0.3, 0.2, 0.1] })
  expect(results?.summary()).toBeNull()
})

test('a sum of records is the sum of their points', () => {
  const whole = new RecordSum()
  const [left, right] = [new RecordSum(), new RecordSum()]
  const y = [3, NaN, -1, 5, -1, 4]
  for (const [x, value] of y.entries()) {
    whole.point(x, value)
    ;(x < 2 ? left : right).point(x, value)
  }
  const sum = new RecordSum()
  sum.record(left)
  sum.record(right)
  expect(sum.values()).toEqual(whole.values())
  expect(whole.values()).toEqual([-1, 5, 2, 2, 3])
})

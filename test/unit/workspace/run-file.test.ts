import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Evaluation } from '../../../src-main/evaluation/types.ts'
import { downsample } from '../../../src-main/workspace/downsample.ts'
import { chunkPoints } from '../../../src-main/workspace/curve-layout.ts'
import { RunFile } from '../../../src-main/workspace/run-file.ts'
import { RunResults, type RunSummary } from '../../../src-main/workspace/run-results.ts'
import { temporaryFolder } from './temporary.ts'

const evaluation: Evaluation = {
  part: 'test',
  domains: [
    {
      domain: 'A',
      users: Uint32Array.of(0, 2),
      historyLengths: Uint32Array.of(7, 0),
      perUser: { 'ndcg@10': Float64Array.of(0.5, 1 / 3), auc: Float64Array.of(0.9, 0.8) },
      mean: { 'ndcg@10': 5 / 12, auc: 0.85, 'coverage@10': 0.5 },
      listed: Uint32Array.of(0, 2, 1),
      topItems: Uint32Array.of(4, 7, 9, 1, 0xffffffff, 0xffffffff, 8, 6, 0xffffffff),
      topScores: Float32Array.of(3, 2, 1, 0.5, 0, 0, 7, 5, 0),
      k: 3,
    },
  ],
}
const summary: RunSummary = {
  parameters: 10,
  epochs: 3,
  bestEpoch: 2,
  backend: 'wasm',
  device: 'WebAssembly with SIMD, 2 threads',
  stopped: 'early-stopping',
  validation: 0.1,
  test: 5 / 12,
  fitSeconds: 1.5,
  dataHash: 'h',
  evaluations: [
    { part: 'test', domains: [{ domain: 'A', k: 3, mean: evaluation.domains[0]!.mean, metrics: ['ndcg@10', 'auc'] }] },
  ],
}

function create(): { file: RunFile; path: string } {
  const path = join(temporaryFolder(), 'metrics.db')
  const file = new RunFile(path)
  return { file, path }
}
function read(path: string): RunResults {
  const results = RunResults.open(path)
  if (!results) throw new Error('no file')
  onTestFinished(() => results.close())
  return results
}

test('curves of many chunks come back exactly, also while the job still writes', () => {
  const { file, path } = create()
  const results = read(path)
  const n = chunkPoints * 2 + 17
  const y = Float64Array.from({ length: n }, (_, i) => Math.sin(i) / 3)
  for (let from = 0; from < n; from += 1000) {
    const part = [...y.subarray(from, from + 1000)]
    file.append([{ name: 'loss', x: part.map((_, i) => from + i + 1), y: part }])
    expect(results.series('loss', n).y).toHaveLength(Math.min(n, from + 1000))
  }
  expect(results.series('loss', n)).toEqual({ name: 'loss', x: Array.from(y, (_, i) => i + 1), y: [...y] })
  expect(results.series('validation', 10)).toEqual({ name: 'validation', x: [], y: [] })
  expect(results.series('loss', 100).x.length).toBeLessThanOrEqual(100)
  file.close()
})

test('one append longer than a chunk is kept whole', () => {
  const { file, path } = create()
  const x = Array.from({ length: 3 * chunkPoints + 5 }, (_, i) => i)
  file.append([{ name: 'loss', x, y: x }])
  file.close()
  expect(read(path).series('loss', x.length).x).toEqual(x)
})

test('results come back with their types, and only once the run has finished', () => {
  const { file, path } = create()
  expect(read(path).summary()).toBeNull()
  expect(() => read(path).evaluation('test')).toThrow('the run has not finished')
  file.finish(summary, [evaluation])
  file.close()
  expect(read(path).summary()).toEqual(summary)
  expect(read(path).evaluation('test')).toEqual(evaluation)
  expect(() => read(path).evaluation('validation')).toThrow('holds no validation results')
})

test("one user's list is read alone, without its padding", () => {
  const { file, path } = create()
  file.finish(summary, [evaluation])
  file.close()
  const [list] = read(path).listsOf('test', 2, 'ndcg@10')
  expect([...list!.items]).toEqual([1])
  expect(list).toMatchObject({ domain: 'A', value: 1 / 3 })
  expect(list!.scores[0]).toBe(0.5)
  expect(read(path).listsOf('test', 0, 'ndcg@99')[0]).toMatchObject({ items: Uint32Array.of(4, 7, 9), value: null })
  expect(read(path).listsOf('test', 1, 'ndcg@10')[0]).toMatchObject({ items: Uint32Array.of(8, 6), value: null })
  expect(read(path).listsOf('test', 3, 'ndcg@10')[0]!.items).toHaveLength(0)
})

test('a run without a file has none', () => {
  expect(RunResults.open(join(temporaryFolder(), 'metrics.db'))).toBeNull()
})

test('downsampling keeps order, ends, lowest and highest, and its promise of size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 300 }),
      fc.integer({ min: 4, max: 100 }),
      (values, points) => {
        const curve = { x: Float64Array.from(values, (_, i) => i), y: Float64Array.from(values) }
        const small = downsample(curve, points)
        expect(small.x.length).toBeLessThanOrEqual(Math.max(points, 2))
        for (const [i, x] of small.x.entries()) {
          expect(small.y[i]).toBe(values[x])
          if (i > 0) expect(x).toBeGreaterThan(small.x[i - 1]!)
        }
        if (values.length === 0) return
        expect([small.x[0], small.x.at(-1)]).toEqual([0, values.length - 1])
        expect(Math.min(...small.y)).toBe(Math.min(...values))
        expect(Math.max(...small.y)).toBe(Math.max(...values))
      },
    ),
  )
})

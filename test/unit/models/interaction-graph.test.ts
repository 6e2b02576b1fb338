import fc from 'fast-check'
import { expect, test } from 'vitest'
import { interactionGraph, propagate } from '../../../src-main/learning/models/interaction-graph.ts'

const turn = async (): Promise<void> => undefined
const size = { users: 4, items: 5 }
const nodes = size.users + size.items
const width = 3
const finite = fc.float({ min: -2, max: 2, noNaN: true })
const matrix = fc.array(finite, { minLength: nodes * width, maxLength: nodes * width })
const edges = fc.uniqueArray(fc.tuple(fc.nat(size.users - 1), fc.nat(size.items - 1)), {
  maxLength: 12,
  selector: ([u, i]) => `${u}/${i}`,
})
const graphOf = (list: [number, number][]) =>
  interactionGraph(
    size,
    Int32Array.from(list, ([u]) => u),
    Int32Array.from(list, ([, i]) => i),
  )

test('propagation is its own transpose: what the exact gradient rests on', async () => {
  await fc.assert(
    fc.asyncProperty(edges, matrix, matrix, fc.nat(4), async (list, a, b, layers) => {
      const graph = graphOf(list)
      const [x, y] = [Float32Array.from(a), Float32Array.from(b)]
      const dot = (p: Float32Array, q: Float32Array): number => p.reduce((sum, v, i) => sum + v * q[i]!, 0)
      const left = dot(await propagate(graph, x, width, layers, turn), y)
      const right = dot(x, await propagate(graph, y, width, layers, turn))
      expect(Math.abs(left - right)).toBeLessThan(1e-4)
    }),
    { numRuns: 50 },
  )
})

test('an edge mixes its two ends by the square roots of their degrees', async () => {
  // user 0 rates items 0 and 1, user 1 rates item 1
  const graph = graphOf([
    [0, 0],
    [0, 1],
    [1, 1],
  ])
  const x = new Float32Array(nodes).fill(0)
  x[0] = 1
  const found = await propagate(graph, x, 1, 1, turn)
  const expected = new Float32Array(nodes)
  expected[0] = 1 / 2
  expected[size.users] = 1 / Math.sqrt(2) / 2
  expected[size.users + 1] = 1 / Math.sqrt(4) / 2
  for (let i = 0; i < nodes; i++) expect(found[i]).toBeCloseTo(expected[i]!, 6)
})

test('a node without an edge keeps its share of its own, and no layers change nothing', async () => {
  const x = Float32Array.from({ length: nodes }, (_, i) => i + 1)
  expect(await propagate(graphOf([[0, 0]]), x, 1, 0, turn)).toEqual(x)
  const found = await propagate(graphOf([[0, 0]]), x, 1, 3, turn)
  expect(found[nodes - 1]).toBeCloseTo(nodes / 4, 6)
})

test('it ends when the turn throws', async () => {
  const stopped = propagate(graphOf([[0, 0]]), new Float32Array(nodes), 1, 2, () => Promise.reject(new Error('stop')))
  await expect(stopped).rejects.toThrow('stop')
})

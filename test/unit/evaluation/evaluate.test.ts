import { expect, test } from 'vitest'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import { NO_ITEM } from '../../../src-main/evaluation/top-items.ts'
import type { Interactions } from '../../../src-main/learning/data.ts'
import { fixedScores, interactions, trainingData } from './small-data.ts'

const signal = new AbortController().signal

test('renaming the users does not change a mean', async () => {
  const events = [[0, 1, 5, 0], [0, 3, 5, 1], [1, 0, 5, 0], [1, 2, 5, 1], [2, 4, 5, 0]] // prettier-ignore
  const scores = [[1, 5, 2, 4, 3], [5, 4, 3, 2, 1], [1, 2, 3, 3, 3]] // prettier-ignore
  const order = [2, 0, 1]
  const run = (e: number[][], s: number[][]): ReturnType<typeof evaluate> =>
    evaluate(
      fixedScores(s),
      trainingData({ users: 3, items: 5, train: interactions(3, []), test: interactions(3, e) }),
      'test',
      { signal },
    )
  const a = await run(events, scores)
  const b = await run(events.map(([u, ...rest]) => [order.indexOf(u!), ...rest]), order.map((u) => scores[u]!)) // prettier-ignore
  for (const [key, value] of Object.entries(a.domains[0]!.mean))
    expect(b.domains[0]!.mean[key], key).toBeCloseTo(value, 12)
})

const scores = [[9, 8, 7, 6, 5]]
const train = interactions(1, [[0, 0, 5, 0]])
const validation = interactions(1, [[0, 1, 5, 1]])
const held = interactions(1, [[0, 3, 5, 2], [0, 4, 2, 3]]) // prettier-ignore

test('training and validation items are no candidates at test, training items none at validation', async () => {
  const data = trainingData({ users: 1, items: 5, train, validation, test: held, positive: 4 })
  const list = async (part: 'validation' | 'test'): Promise<number[]> =>
    [...(await evaluate(fixedScores(scores), data, part, { signal })).domains[0]!.topItems].filter((i) => i !== NO_ITEM)
  expect(await list('validation')).toEqual([1, 2, 3, 4])
  expect(await list('test')).toEqual([2, 3, 4])
})

test('only held-out ratings from the threshold on are relevant, and only users who have one count', async () => {
  const data = trainingData({ users: 1, items: 5, train, validation, test: held, positive: 4 })
  const found = (await evaluate(fixedScores(scores), data, 'test', { signal })).domains[0]!
  expect(found.perUser['recall@10']).toEqual(Float64Array.of(1))
  expect(found.perUser['mrr@10']).toEqual(Float64Array.of(0.5))
  const strict = await evaluate(fixedScores(scores), { ...data, positive: 5.5 }, 'test', { signal })
  expect(strict.domains[0]!.users.length).toBe(0)
  expect(strict.domains[0]!.mean).toEqual({})
  expect([...strict.domains[0]!.topItems.subarray(0, 3)], 'a user who does not count has a list all the same').toEqual([
    2, 3, 4,
  ])
  await expect(validationNdcg(fixedScores(scores), { ...data, positive: 5.5 }, signal)).rejects.toThrow(
    'positives threshold',
  )
})

test('the model is given training at validation, and at test what the protocol says', async () => {
  const given: Interactions[] = []
  const model = {
    ...fixedScores(scores),
    score: async (_u: Uint32Array, h: Interactions) => (given.push(h), new Float32Array(5)),
  }
  const data = trainingData({ users: 1, items: 5, train, validation, test: held })
  await evaluate(model, data, 'validation', { signal })
  await evaluate(model, data, 'test', { signal })
  await evaluate(model, { ...data, historyAtTest: 'train+validation' }, 'test', { signal })
  expect(given.map((h) => [...h.item])).toEqual([[0], [0], [0, 1]])
})

test('scores that are not numbers, wrong shapes and leaks are refused with a sentence', async () => {
  const data = trainingData({ users: 1, items: 5, train, test: held })
  const model = (row: number[]): ReturnType<typeof fixedScores> => fixedScores([row])
  await expect(evaluate(model([1, NaN, 1, 1, 1]), data, 'test', { signal })).rejects.toThrow(
    /user index 0 is not a number.*learning rate/,
  )
  await expect(evaluate(model([1, 2]), data, 'test', { signal })).rejects.toThrow(
    'gave 2 scores for 1 users and 5 items',
  )
  const leaking = { ...data, test: interactions(1, [[0, 0, 5, 2]]) }
  await expect(evaluate(fixedScores(scores), leaking, 'test', { signal })).rejects.toThrow(
    /item index 0 both in the seen history and held out/,
  )
})

test('an aborted evaluation ends with AbortError', async () => {
  const data = trainingData({ users: 1, items: 5, train, test: held })
  await expect(evaluate(fixedScores(scores), data, 'test', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

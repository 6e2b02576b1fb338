import { expect, test } from 'vitest'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import { NO_ITEM } from '../../../src-main/evaluation/top-items.ts'
import golden from '../../golden/metrics.json' with { type: 'json' }
import { fixedScores, interactions, trainingData } from './small-data.ts'

const genreBits = (genres: number[]): number => genres.reduce((bits, g) => bits | (1 << g), 0) >>> 0
const data = {
  ...trainingData({
    users: golden.users,
    items: golden.items,
    boundary: golden.boundary,
    cutoffs: golden.cutoffs,
    positive: golden.positive,
    train: interactions(golden.users, golden.events.train),
    validation: interactions(golden.users, golden.events.validation),
    test: interactions(golden.users, golden.events.test),
  }),
  facts: {
    genreNames: Array.from({ length: 32 }, (_, g) => `genre ${g}`),
    genres: Uint32Array.from(golden.genres, genreBits),
    year: new Int16Array(golden.items),
  },
  features: [
    {
      name: 'text',
      dim: golden.text[0]!.length,
      rows: Float32Array.from(golden.text.flat()),
      present: Uint8Array.from(golden.hasText),
      hash: 'text',
    },
  ],
}
const model = fixedScores(golden.scores)
/** Features are 32-bit numbers. */
const digits = (key: string): number => (key.startsWith('textdiversity') ? 6 : 9)
const signal = new AbortController().signal

test.each(['validation', 'test'] as const)(
  'every metric of every user on %s equals the independent implementation',
  async (part) => {
    const { domains } = await evaluate(model, data, part, { signal })
    for (const [d, expected] of golden.expected[part].entries()) {
      const found = domains[d]!
      expect([...found.users]).toEqual(expected.users)
      expect([...found.historyLengths!]).toEqual(expected.historyLengths)
      expect(Object.keys(found.perUser).sort()).toEqual(Object.keys(expected.perUser).sort())
      for (const [key, values] of Object.entries(expected.perUser))
        values.forEach((v, i) =>
          expect(found.perUser[key]![i], `${key} of user ${expected.users[i]}`).toBeCloseTo(v, digits(key)),
        )
      for (const [key, v] of Object.entries(expected.mean)) expect(found.mean[key], key).toBeCloseTo(v, digits(key))
      expected.top.forEach((items, row) => {
        const list = [...found.topItems.subarray(row * found.k, (row + 1) * found.k)]
        expect(list).toEqual([...items, ...new Array<number>(found.k - items.length).fill(NO_ITEM)])
        items.forEach(
          (item, i) =>
            expect(found.topScores[row * found.k + i]).toBe(
              Math.fround(golden.scores[expected.users[row]!]![item]!) + 0,
            ), // -0 is listed as 0
        )
      })
    }
  },
)

test('validationNdcg is the mean of the domains of NDCG@10 on validation', async () => {
  const { domains } = await evaluate(model, data, 'validation', { signal })
  const mean = domains.reduce((sum, d) => sum + d.mean['ndcg@10']!, 0) / domains.length
  expect(await validationNdcg(model, data, signal)).toBeCloseTo(mean, 12)
})

test('what the data does not know is not measured', async () => {
  const { facts: _, ...without } = { ...data, features: [] }
  const [a] = (await evaluate(model, without, 'test', { signal })).domains
  expect(Object.keys(a!.perUser).filter((key) => key.includes('diversity'))).toEqual([])
  expect(Object.keys(a!.perUser)).toContain('novelty@10')
})

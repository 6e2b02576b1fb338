import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../src-main/learning/random.ts'
import { type Ranked, Ranker } from '../../../src-main/learning/scoring/ranker.ts'
import type { Scoring } from '../../../src-main/learning/scoring/scoring.ts'
import golden from '../../golden/ranking.json' with { type: 'json' }
import { bruteForce, entriesOf, listsOf, scoringsOf } from './ranking-cases.ts'

const noTurn = async (): Promise<void> => {}

interface Asked {
  items: number
  k: number
  seen: number[][]
  held?: number[][]
  threads?: number
}

async function rank(scoring: Scoring, { items, k, seen, held = seen.map(() => []), threads }: Asked): Promise<Ranked> {
  const ranker = await Ranker.create(scoring, { items, k, users: seen.length, threads }, noTurn)
  try {
    const users = Uint32Array.from(seen, (_, u) => u)
    return await ranker.rank({ users, seen: listsOf(seen), held: listsOf(held) }, noTurn)
  } finally {
    ranker.dispose()
  }
}

const lists = ({ items }: Ranked, k: number): number[][] =>
  Array.from({ length: items.length / k }, (_, u) =>
    [...items.subarray(u * k, (u + 1) * k)].filter((i) => i !== 0xffffffff),
  )

test('lists and ranks equal NumPy in float64', async () => {
  const { k, vectors, sums } = golden
  const scorings: [Scoring, { seen: number[][]; held: number[][]; lists: number[][]; midranks: number[][] }][] = [
    [
      {
        kind: 'vectors',
        width: 5,
        items: Float32Array.from(vectors.items.flat()),
        bias: Float32Array.from(vectors.bias),
        users: async (users) => Float32Array.from(Array.from(users, (u) => vectors.users[u]!).flat()),
      },
      vectors,
    ],
    ...scoringsOf(sums.matrix, sums.histories, sums.factors).map((s) => [s, sums] as [Scoring, typeof sums]),
  ]
  for (const [scoring, expected] of scorings) {
    const items = scoring.kind === 'vectors' ? 43 : 31
    const found = await rank(scoring, { items, k, seen: expected.seen, held: expected.held })
    expect(lists(found, k), scoring.kind).toEqual(expected.lists)
    expect([...found.midranks], scoring.kind).toEqual(expected.midranks.flat())
    expect(found.notANumber).toBeNull()
  }
})

// Small whole numbers: every score is exact, and many are equal.
const whole = fc.integer({ min: -3, max: 3 })
const problem = fc
  .record({ users: fc.integer({ min: 1, max: 37 }), items: fc.integer({ min: 1, max: 90 }) })
  .chain(({ users, items }) =>
    fc.record({
      k: fc.integer({ min: 1, max: 2 * items }),
      // two candidates in three, nothing or everything seen
      seen: fc.array(
        fc.oneof(
          fc.subarray(range(items)),
          fc.constant<number[]>([]),
          fc.constant(range(items)),
          fc.constant(range(items).filter((i) => i % 3 > 0)),
        ),
        { minLength: users, maxLength: users },
      ),
      rows: fc.array(fc.array(whole, { minLength: items, maxLength: items }), { minLength: 5, maxLength: 5 }),
      histories: fc.array(fc.array(fc.record({ row: fc.nat(4), factor: whole }), { maxLength: 6 }), {
        minLength: users,
        maxLength: users,
      }),
    }),
  )

test('every kind of scoring equals sorting all scores, with ties, nothing known, everything seen and short lists', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ k, seen, rows, histories }) => {
      const items = rows[0]!.length
      const scores = histories.map((h) =>
        rows[0]!.map((_, i) => h.reduce((s, e) => s + e.factor * rows[e.row]![i]!, 0)),
      )
      const held = seen.map((hidden) => range(items).filter((i) => !hidden.includes(i) && i % 4 === 0))
      const expected = bruteForce(scores, seen, held, k)
      const factors = histories.map((h) => h.map(({ factor }) => factor))
      const rowsOf = histories.map((h) => h.map(({ row }) => row))
      const all: Scoring[] = [
        // the same sums as products: a user's vector is how often he has each row
        {
          kind: 'vectors',
          width: rows.length,
          items: Float32Array.from(range(items).flatMap((i) => rows.map((row) => row[i]!))),
          bias: null,
          users: async (users) =>
            Float32Array.from(
              Array.from(users, (u) => rows.map((_, r) => histories[u]!.reduce((s, e) => s + (e.row === r ? e.factor : 0), 0))).flat(), // prettier-ignore
            ),
        },
        ...scoringsOf(rows, rowsOf, factors),
        { kind: 'given', users: async (users) => Float32Array.from(Array.from(users, (u) => scores[u]!).flat()) },
      ]
      for (const scoring of all) {
        const found = await rank(scoring, { items, k, seen, held })
        expect(lists(found, k), scoring.kind).toEqual(expected.lists)
        expect([...found.midranks], scoring.kind).toEqual(expected.midranks)
      }
    }),
    { numRuns: 60 },
  )
})

/** Real vectors, more users and items than a group, a stretch and a panel hold. */
function real(users: number, items: number, width: number, seed: number): { scoring: Scoring; scores: Float64Array } {
  const random = new Random(seed)
  const normal = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal())
  const [u, v, bias] = [normal(users * width), normal(items * width), normal(items)]
  const scores = new Float64Array(users * items)
  for (let b = 0; b < users; b++)
    for (let i = 0; i < items; i++) {
      let sum = bias[i]!
      for (let k = 0; k < width; k++) sum += u[b * width + k]! * v[i * width + k]!
      scores[b * items + i] = sum
    }
  const of = async (asked: Uint32Array): Promise<Float32Array> =>
    Float32Array.from(Array.from(asked, (b) => [...u.subarray(b * width, (b + 1) * width)]).flat())
  return { scoring: { kind: 'vectors', width, items: v, bias, users: of }, scores }
}

test('real scores: within float32 of float64, in order, nothing better left out, held-out ranks counted with the same scores', async () => {
  const [users, items, width, k] = [70, 1500, 96, 12]
  const { scoring, scores } = real(users, items, width, 3)
  const seen = range(users).map((u) => range(items).filter((i) => (i * 7 + u) % 13 === 0))
  const held = range(users).map((u) => [(u * 31) % items, (u * 17 + 5) % items].filter((i) => !seen[u]!.includes(i)))
  const found = await rank(scoring, { items, k, seen, held })
  const full = await rank(scoring, { items, k: items, seen })
  let entry = 0
  for (let u = 0; u < users; u++) {
    const list = lists(found, k)[u]!
    const of = (i: number): number => scores[u * items + i]!
    for (const [rankOf, i] of list.entries())
      expect(Math.abs(found.scores[u * k + rankOf]! - of(i))).toBeLessThan(1e-4 * Math.sqrt(width))
    expect([...found.scores.subarray(u * k, (u + 1) * k)]).toEqual(
      [...found.scores.subarray(u * k, (u + 1) * k)].toSorted((a, b) => b - a),
    )
    const worst = of(list.at(-1)!)
    for (let i = 0; i < items; i++)
      if (of(i) > worst + 2e-3) expect(list.includes(i) || seen[u]!.includes(i), `user ${u}, item ${i}`).toBe(true)
    const all = lists(full, items)[u]!
    expect(all.slice(0, k)).toEqual(list)
    for (const i of held[u]!) expect(found.midranks[entry++]).toBe(all.indexOf(i) + 1) // no two real scores are equal
  }
})

test('one thread, two and four give the same lists and the same bits, alone or in a block', async () => {
  const [users, items, k] = [333, 700, 20]
  const { scoring } = real(users, items, 40, 9)
  const seen = range(users).map((u) => (u % 5 === 0 ? [] : range(items).filter((i) => (i + u) % 11 === 0)))
  const held = range(users).map((u) => [(u * 3) % items].filter((i) => !seen[u]!.includes(i)))
  const one = await rank(scoring, { items, k, seen, held, threads: 1 })
  for (const threads of [2, 4])
    expect(await rank(scoring, { items, k, seen, held, threads }), `${threads} threads`).toEqual(one)

  const ranker = await Ranker.create(scoring, { items, k, users: 1 }, noTurn)
  for (const u of [0, 17, 332]) {
    const block = { users: Uint32Array.of(u), seen: listsOf([seen[u]!]), held: listsOf([held[u]!]) }
    const alone = await ranker.rank(block, noTurn)
    expect(alone.items).toEqual(one.items.slice(u * k, (u + 1) * k))
    expect(alone.scores).toEqual(one.scores.slice(u * k, (u + 1) * k))
  }
})

test('a candidate that is not a number is told, one that is seen does not matter; infinite scores have their place', async () => {
  const given = (...rows: number[][]): Scoring => ({ kind: 'given', users: async () => Float32Array.from(rows.flat()) })
  const items = 19
  const row = range(items).map((i) => i)
  const bad = row.with(18, NaN)
  const ask = { items, k: 3, seen: [[], []] }
  expect((await rank(given(row, bad), ask)).notANumber).toBe(1)
  expect((await rank(given(bad, row), ask)).notANumber).toBe(0)
  const hidden = await rank(given(bad, row.with(2, NaN)), { ...ask, seen: [[18], [0, 2]] })
  expect(hidden.notANumber).toBeNull()
  expect(lists(hidden, 3)).toEqual([[17, 16, 15], [18, 17, 16]]) // prettier-ignore
  const edge = await rank(given([-Infinity, 1, Infinity, -Infinity]), { items: 4, k: 3, seen: [[]], held: [[3]] })
  expect(lists(edge, 3)).toEqual([[2, 1, 0]])
  expect([...edge.midranks]).toEqual([3.5])
})

test('what a model gives in the wrong shape, or about items that do not exist, is refused', async () => {
  const ask = { items: 2, k: 1, seen: [[]] }
  const vectors = { kind: 'vectors', width: 2, items: new Float32Array(4), bias: null } as const
  const defect = /This is a defect of the model/
  await expect(rank({ ...vectors, users: async () => new Float32Array(3) }, ask)).rejects.toThrow(defect)
  const users = async (): Promise<Float32Array> => new Float32Array(2)
  await expect(rank({ ...vectors, items: new Float32Array(6), users }, ask)).rejects.toThrow(defect)
  await expect(rank({ ...vectors, bias: new Float32Array(3), users }, ask)).rejects.toThrow(defect)
  for (const scoring of scoringsOf([[1, 2]], [[1]], [[1]])) await expect(rank(scoring, ask)).rejects.toThrow(defect)
  const beyond: Scoring = { kind: 'sparse', matrix: entriesOf([[2]], null), users: async () => entriesOf([[0]], null) }
  await expect(rank(beyond, ask)).rejects.toThrow('item 2 of 2')
})

test('what ends a ranking ends it between two bands, and the threads with it', async () => {
  const [users, items] = [400, 500]
  const { scoring } = real(users, items, 16, 1)
  const ranker = await Ranker.create(scoring, { items, k: 5, users, threads: 2 }, noTurn)
  const none = listsOf(range(users).map(() => []))
  const block = { users: Uint32Array.from(range(users)), seen: none, held: none }
  let turns = 0
  const impatient = async (): Promise<void> => {
    if (++turns > 2) throw new DOMException('stop', 'AbortError')
  }
  let ended: unknown = null
  for (let asked = 0; asked < 100 && ended === null; asked++) {
    turns = 0 // on a busy machine the other thread may have taken every band before this one took its first
    ended = await ranker.rank(block, impatient).then(
      () => null,
      (error: unknown) => error,
    )
  }
  expect(ended).toMatchObject({ name: 'AbortError' })
  const whole = await ranker.rank(block, noTurn) // it can be asked again
  expect(ranker.threads).toBe(2)
  ranker.dispose()
  const { items: expected } = await rank(scoring, { items, k: 5, seen: range(users).map(() => []) })
  expect(whole.items).toEqual(expected)
})

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

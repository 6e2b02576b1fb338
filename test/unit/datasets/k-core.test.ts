import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kCore, peeling } from '../../../src-main/datasets/splitting/k-core.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import { Random } from '../../../src-main/learning/random.ts'

interface Graph {
  indptr: Uint32Array
  item: Uint32Array
}
function graphOf(rows: number[][]): Graph {
  const indptr = Uint32Array.from([0, ...rows.map((_, u) => rows.slice(0, u + 1).flat().length)])
  return { indptr, item: Uint32Array.from(rows.flat()) }
}

/** Round by round as it is defined: users below k leave, then the movies below k without them. */
function slow(
  rows: number[][],
  among: number[],
  inside: number[],
  k: number,
): { users: number[]; movies: number[]; rounds: number } {
  let users = among
  let movies = inside
  for (let rounds = 0; ; rounds++) {
    const left = users.filter((u) => rows[u]!.filter((m) => movies.includes(m)).length >= k)
    const rated = movies.filter((m) => left.filter((u) => rows[u]!.includes(m)).length >= k)
    if (left.length === users.length && rated.length === movies.length) return { users, movies, rounds }
    users = left
    movies = rated
  }
}
const marked = (flags: Uint8Array): number[] => [...flags.keys()].filter((i) => flags[i] === 1)

test('it is the core that peeling round by round leaves, with the same number of rounds', () => {
  const rows = fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 6 }), { minLength: 1, maxLength: 14 })
  const flags = (n: number): fc.Arbitrary<number[]> =>
    fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: n, maxLength: n })
  fc.assert(
    fc.property(
      rows.chain((r) => fc.tuple(fc.constant(r), flags(r.length), flags(10))),
      fc.integer({ min: 0, max: 4 }),
      ([r, amongFlags, insideFlags], k) => {
        const [among, inside] = [Uint8Array.from(amongFlags), Uint8Array.from(insideFlags)]
        const graph = graphOf(r)
        const core = atOnce(peeling(graph, among, inside, k))
        const expected = slow(r, marked(among), marked(inside), Math.max(1, k))
        expect([marked(core.users), marked(core.movies)]).toEqual([expected.users, expected.movies])
        expect(core.rounds).toBe(expected.rounds)
        expect(core.ratings).toBe(
          expected.users.flatMap((u) => r[u]!.filter((m) => expected.movies.includes(m))).length,
        )
        expect(marked(among)).toEqual(marked(Uint8Array.from(amongFlags))) // what is handed in stays
        if (amongFlags.every(Boolean)) expect(kCore(graph, inside, k)).toEqual(core)
      },
    ),
    { numRuns: 500 },
  )
})

test('a chain, from which each round takes one user and one movie, ends as soon as any other graph', () => {
  const length = 40_000 // user u rated movies u and u + 1; the last movie has one rating
  const rows = Array.from({ length }, (_, u) => [u, u + 1])
  const indptr = Uint32Array.from({ length: length + 1 }, (_, u) => 2 * u)
  const core = kCore({ indptr, item: Uint32Array.from(rows.flat()) }, new Uint8Array(length + 1).fill(1), 2)
  expect([core.ratings, marked(core.users), marked(core.movies)]).toEqual([0, [], []])
  expect(core.rounds).toBe(length / 2 + 1)
})

test('long peelings go by the index, and give the same', () => {
  const random = new Random(4)
  for (let round = 0; round < 20; round++) {
    // a chain of 60 with cross links here and there: some 20 to 30 rounds
    const rows = Array.from({ length: 60 }, (_, u) => [
      u,
      u + 1,
      ...(random.next() < 0.1 ? [100 + random.integer(3)] : []),
    ])
    const inside = new Uint8Array(103).fill(1)
    const expected = slow(rows, [...rows.keys()], [...inside.keys()], 2)
    const core = kCore(graphOf(rows), inside, 2)
    expect([marked(core.users), marked(core.movies), core.rounds]).toEqual([
      expected.users,
      expected.movies,
      expected.rounds,
    ])
  }
})

test('it stops between blocks of users', () => {
  const rows = Array.from({ length: 9000 }, (_, u) => [u % 7, 7 + (u % 5)])
  const indptr = Uint32Array.from({ length: 9001 }, (_, u) => 2 * u)
  const inside = new Uint8Array(12).fill(1)
  expect([...peeling({ indptr, item: Uint32Array.from(rows.flat()) }, null, inside, 2)].length).toBeGreaterThanOrEqual(
    5,
  )
})

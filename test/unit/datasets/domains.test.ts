import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  assignDomains,
  DomainError,
  inA,
  inB,
  outside,
  suggestDomains,
  summariseDomains,
} from '../../../src-main/datasets/domains.ts'
import { kCore } from '../../../src-main/datasets/k-core.ts'
import type { DomainSpec } from '../../../src-preload/contract.ts'

const genreNames = ['Action', 'Comedy', 'Drama', 'IMAX', 'Thriller']
/** A movie table from genre lists. */
function table(...lists: string[][]): { genreNames: string[]; genres: Uint32Array } {
  const mask = (list: string[]): number => list.reduce((m, name) => m | (1 << genreNames.indexOf(name)), 0)
  return { genreNames, genres: Uint32Array.from(lists, mask) }
}
const spec: DomainSpec = { kind: 'genres', a: ['Action', 'Thriller'], b: ['Comedy', 'Drama'], ties: 'rarer-genre' }

test('the default sets are cut down to what the data set has', () => {
  expect(suggestDomains(["Children's", 'Comedy', 'IMAX', 'War'])).toEqual({
    kind: 'genres',
    a: ['War'],
    b: ["Children's", 'Comedy'],
    ties: 'rarer-genre',
  })
  expect(suggestDomains(['Comedy'])).toEqual({ kind: 'single' })
})

test('more shared genres decide; neither set is outside; a tie goes to the rarer genre', () => {
  const movies = table(
    ['Action', 'Thriller', 'Comedy'], // 2 : 1
    ['Drama'],
    ['IMAX'],
    [],
    ['Action', 'Drama'], // tie; Drama is in 3 movies, Action in 2
    ['Thriller', 'Drama'], // tie; Thriller is in 2
    ['Comedy', 'Drama', 'Action', 'Thriller'], // tie of two each; Comedy is in 2, Action now in 3, Thriller in 3
  )
  expect([...assignDomains(movies, spec)]).toEqual([inA, inB, outside, outside, inA, inA, inB])
  expect([...assignDomains(movies, { ...spec, ties: 'drop' })]).toEqual([inA, inB, outside, outside, outside, outside, outside]) // prettier-ignore
})

test('equally rare genres of a tie are decided by name', () => {
  expect([...assignDomains(table(['Action', 'Comedy']), spec)]).toEqual([inA])
  const turned: DomainSpec = { kind: 'genres', a: ['Comedy'], b: ['Action'], ties: 'rarer-genre' }
  expect([...assignDomains(table(['Action', 'Comedy']), turned)]).toEqual([inB])
})

test.each<[DomainSpec, string]>([
  [
    { ...spec, b: ['Comedy', 'Action'] },
    'The genre "Action" is in both domains, so a movie could be in both. Take it out of one.',
  ],
  [{ ...spec, b: [] }, 'Domain B has no genre. Give each domain at least one.'],
  [
    { ...spec, a: ['Noir'] },
    'The data set has no genre "Noir". It has: Action, Comedy, Drama, IMAX, Thriller. Choose among these.',
  ],
])('refuses sets that cannot be used', (bad, sentence) => {
  expect(() => assignDomains(table(['Action']), bad)).toThrow(new DomainError(sentence))
})

test('counts movies, users, ratings and shared users', () => {
  const movies = table(['Action'], ['Drama'], ['IMAX'], ['Action', 'Drama'])
  // user 0: A and B; user 1: B only; user 2: outside only
  const ratings = {
    indptr: Uint32Array.of(0, 3, 4, 5),
    item: Uint32Array.of(0, 1, 2, 1, 2),
    rating2: new Uint8Array(5),
    time: new Uint32Array(5),
  }
  expect(summariseDomains({ movies, ratings }, assignDomains(movies, spec), spec)).toEqual({
    a: { movies: 2, users: 1, ratings: 1 },
    b: { movies: 1, users: 2, ratings: 2 },
    sharedUsers: 1,
    outside: 1,
    ties: 1,
  })
  const single: DomainSpec = { kind: 'single' }
  expect(summariseDomains({ movies, ratings }, assignDomains(movies, single), single)).toEqual({
    a: { movies: 4, users: 3, ratings: 5 },
    b: null,
    sharedUsers: 0,
    outside: 0,
    ties: 0,
  })
})

/** The textbook way: remove one offender at a time. */
function naiveCore(pairs: [number, number][], k: number): Set<string> {
  let left = pairs
  for (;;) {
    const bad = left.find(
      ([u, m]) => left.filter(([x]) => x === u).length < k || left.filter(([, x]) => x === m).length < k,
    )
    if (!bad) return new Set(left.map(String))
    left = left.filter(([u, m]) => u !== bad[0] || m !== bad[1])
  }
}

test('the k-core is the one that removing offenders one at a time gives', () => {
  const graph = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 35, selector: String })
  fc.assert(
    fc.property(graph, fc.integer({ min: 0, max: 4 }), (pairs, k) => {
      const rows = Array.from({ length: 7 }, (_, u) => pairs.filter(([x]) => x === u).map(([, m]) => m))
      const indptr = new Uint32Array(8)
      rows.forEach((row, u) => (indptr[u + 1] = indptr[u]! + row.length))
      const inside = Uint8Array.of(1, 1, 1, 1, 1, 1, 0) // movie 6 is in no domain
      const core = kCore({ indptr, item: Uint32Array.from(rows.flat()) }, inside, k)
      const kept = pairs.filter(([u, m]) => core.users[u] && core.movies[m])
      const expected = naiveCore(pairs.filter(([, m]) => m !== 6), Math.max(1, k)) // prettier-ignore
      expect(new Set(kept.map(String))).toEqual(expected)
      expect(core.ratings).toBe(expected.size)
      const users = new Set(kept.map(([u]) => u))
      expect(core.users.reduce((a, b) => a + b)).toBe(users.size)
    }),
    { numRuns: 300 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  assignDomains,
  DomainError,
  inA,
  inB,
  type DomainMovies,
  outside,
  summariseDomains,
} from '../../../src-main/datasets/domains/domains.ts'
import { domainPresets, suggestDomains } from '../../../src-main/datasets/domains/domain-presets.ts'
import { kCore } from '../../../src-main/datasets/splitting/k-core.ts'
import type { DomainSpec } from '../../../src-preload/contract.ts'

const genreNames = ['Action', 'Comedy', 'Drama', 'IMAX', 'Thriller']
/** A movie table from genre lists. */
function table(...lists: string[][]): DomainMovies {
  const mask = (list: string[]): number => list.reduce((m, name) => m | (1 << genreNames.indexOf(name)), 0)
  const movieId = Uint32Array.from(lists, (_, m) => 10 * (m + 1))
  return { movieId, genreNames, genres: Uint32Array.from(lists, mask), catalogue: null }
}
const spec: DomainSpec = { kind: 'genres', a: ['Action', 'Thriller'], b: ['Comedy', 'Drama'], ties: 'rarer-genre' }

test('the default sets are cut down to what the data set has', () => {
  expect(suggestDomains({ genreNames: ["Children's", 'Comedy', 'IMAX', 'War'], catalogue: null })).toEqual({
    kind: 'genres',
    a: ['War'],
    b: ["Children's", 'Comedy'],
    ties: 'rarer-genre',
  })
  expect(suggestDomains({ genreNames: ['Comedy'], catalogue: null })).toEqual({ kind: 'single' })
  expect(suggestDomains({ genreNames, catalogue: Uint8Array.of(0, 1) })).toEqual({ kind: 'catalogues' })
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
  const movies = { ...table(['Action'], ['Drama'], ['IMAX'], ['Action', 'Drama']), ratings: Uint32Array.of(1, 2, 2, 0) }
  // user 0: A and B; user 1: B only; user 2: outside only
  const ratings = {
    indptr: Uint32Array.of(0, 3, 4, 5),
    item: Uint32Array.of(0, 1, 2, 1, 2),
    rating2: new Uint8Array(5),
    time: new Uint32Array(5),
  }
  expect(summariseDomains({ movies, ratings }, spec)).toEqual({
    a: { movies: 2, users: 1, ratings: 1 },
    b: { movies: 1, users: 2, ratings: 2 },
    sharedUsers: 1,
    outside: 1,
    ties: 1,
  })
  const single: DomainSpec = { kind: 'single' }
  expect(summariseDomains({ movies, ratings }, single)).toEqual({
    a: { movies: 4, users: 3, ratings: 5 },
    b: null,
    sharedUsers: 0,
    outside: 0,
    ties: 0,
  })
})

// ───────────── lists, catalogues, presets ─────────────

test('lists put movies into domains by id, the rest is outside', () => {
  const movies = table(['Action'], ['Drama'], ['IMAX'], [])
  expect([...assignDomains(movies, { kind: 'lists', name: 'mine', a: [40, 10], b: [20] })]).toEqual([inA, inB, outside, inA]) // prettier-ignore
})

test.each<[number[], number[], string]>([
  [[10], [], "Domain B of the lists 'mine' is empty. Give each domain at least one movie."],
  [[], [10], "Domain A of the lists 'mine' is empty. Give each domain at least one movie."],
  [
    [10, 15],
    [20],
    "The lists 'mine' name movie 15, which the data set does not have. Choose lists made for this data set.",
  ],
  [[10, 20], [20], "The lists 'mine' put movie 20 into both domains. Take it out of one."],
])('refuses lists %j and %j', (a, b, sentence) => {
  expect(() => assignDomains(table([], []), { kind: 'lists', name: 'mine', a, b })).toThrow(new DomainError(sentence))
})

test('catalogues: the first is A, the second B; a data set with one has none to choose', () => {
  const movies = table([], [], [])
  expect([...assignDomains({ ...movies, catalogue: Uint8Array.of(0, 1, 0) }, { kind: 'catalogues' })]).toEqual([inA, inB, inA]) // prettier-ignore
  expect(() => assignDomains(movies, { kind: 'catalogues' })).toThrow(
    new DomainError(
      'The data set has only one catalogue. Combine two data sets on the Data screen first, or make the domains by genre.',
    ),
  )
})

test('presets: those whose genres the data set has, with movies on both sides', () => {
  const five = (name: string): string[][] => Array.from({ length: 5 }, () => [name])
  const movies = table(...five('Action'), ...five('Comedy'), ['Drama'])
  expect(domainPresets(movies).map(({ id }) => id)).toEqual(['tension-feeling', 'action-romance'])
  const combined = domainPresets({ ...movies, catalogue: new Uint8Array(11) })
  expect(combined[0]).toMatchObject({ id: 'catalogues', spec: { kind: 'catalogues' } })
  for (const { label, help, spec: preset } of combined) {
    expect(label.length).toBeGreaterThan(5)
    expect(help).toMatch(/\.$/)
    if (preset.kind === 'genres') expect(() => assignDomains(movies, preset)).not.toThrow()
  }
})

// ───────────── against the plain way ─────────────

/** Rows of movie indices by user, as columns, and how often each movie is in them. */
function ratingsOf(
  rows: number[][],
  movies: number,
): { ratings: { indptr: Uint32Array; item: Uint32Array }; counts: Uint32Array } {
  // prettier-ignore
  const indptr = new Uint32Array(rows.length + 1)
  rows.forEach((row, u) => (indptr[u + 1] = indptr[u]! + row.length))
  const counts = new Uint32Array(movies)
  for (const m of rows.flat()) counts[m]!++
  return { ratings: { indptr, item: Uint32Array.from(rows.flat()) }, counts }
}

test('the summary equals counting every rating', () => {
  const movie = fc.subarray(genreNames)
  const rows = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 8 }), { maxLength: 12 })
  const specs = fc.constantFrom<DomainSpec>(
    spec,
    { ...spec, ties: 'drop' },
    { kind: 'single' },
    { kind: 'lists', name: 'x', a: [10, 20], b: [50] },
  )
  fc.assert(
    fc.property(fc.array(movie, { minLength: 8, maxLength: 8 }), rows, specs, (lists, users, which) => {
      const { ratings, counts } = ratingsOf(users, 8)
      const movies = { ...table(...lists), ratings: counts }
      const assignment = assignDomains(movies, which)
      const inside = (domain: number): { movies: number; users: number; ratings: number } => ({
        movies: assignment.filter((d) => d === domain).length,
        users: users.filter((row) => row.some((m) => assignment[m] === domain)).length,
        ratings: users.flat().filter((m) => assignment[m] === domain).length,
      })
      const summary = summariseDomains({ movies, ratings }, which)
      expect(summary.a).toEqual(inside(inA))
      expect(summary.b).toEqual(which.kind === 'single' ? null : inside(inB))
      expect(summary.outside).toBe(assignment.filter((d) => d === outside).length)
      const both = users.filter((row) => [inA, inB].every((d) => row.some((m) => assignment[m] === d)))
      expect(summary.sharedUsers).toBe(both.length)
    }),
    { numRuns: 300 },
  )
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

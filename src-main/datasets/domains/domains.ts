/**
 * Two domains out of one catalogue: every movie belongs to at most one, by its genres, by lists of movies, or by the catalogue it came from.
 * Pure. Genres lie alphabetically in MovieLens, so "the first genre" means nothing; the genre sets are counted instead.
 */
import type { DomainCounts, DomainSpec, DomainSummary } from '../../../src-preload/contract.ts'
import type { MovieTable, RatingColumns } from '../../workspace/dataset-file.ts'
import { absent, IdIndex } from '../importing/id-index.ts'

export const inA = 0
export const inB = 1
export const outside = 255

/** The domains cannot be made; a sentence with its remedy. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
}

/** What domains are made from. */
export type DomainMovies = Pick<MovieTable, 'movieId' | 'genres' | 'genreNames' | 'catalogue'>
type Genres = Pick<DomainMovies, 'genres' | 'genreNames'>

/**
 * [movies] `inA`, `inB` or `outside`. `genres`: a movie goes to the set it shares more genres with; on a tie the one of its genres in the
 * sets that the fewest movies have decides, or the movie is dropped. `lists`: by movie id. `catalogues`: the first is A, the second B.
 * `single`: all movies are in A.
 * @throws DomainError when a side is empty, the sides overlap, or the data set lacks what the specification names
 */
export function assignDomains(movies: DomainMovies, spec: DomainSpec): Uint8Array {
  return mapDomains(movies, spec).assignment
}

export function mapDomains(movies: DomainMovies, spec: DomainSpec): { assignment: Uint8Array; ties: number } {
  switch (spec.kind) {
    case 'single':
      return { assignment: new Uint8Array(movies.genres.length), ties: 0 }
    case 'genres':
      return byGenres(movies, spec)
    case 'lists':
      return { assignment: byLists(movies, spec), ties: 0 }
    case 'catalogues':
      return { assignment: byCatalogue(movies), ties: 0 }
    default:
      return spec satisfies never
  }
}

function byGenres(movies: Genres, spec: DomainSpec & { kind: 'genres' }): { assignment: Uint8Array; ties: number } {
  const { a, b } = genreMasks(movies.genreNames, spec)
  const assignment = new Uint8Array(movies.genres.length).fill(outside)
  const rarest = byRarity(movies).filter((bit) => ((a | b) & bit) !== 0)
  let ties = 0
  for (let m = 0; m < assignment.length; m++) {
    const genres = movies.genres[m]!
    const difference = bits(genres & a) - bits(genres & b)
    if (difference !== 0) {
      assignment[m] = difference > 0 ? inA : inB
      continue
    }
    if ((genres & a) === 0) continue
    ties++
    if (spec.ties === 'drop') continue
    let place = 0
    while ((genres & rarest[place]!) === 0) place++
    assignment[m] = (rarest[place]! & a) !== 0 ? inA : inB
  }
  return { assignment, ties }
}

function genreMasks(names: string[], spec: DomainSpec & { kind: 'genres' }): { a: number; b: number } {
  const unknown = [...spec.a, ...spec.b].find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new DomainError(`The data set has no genre "${unknown}". It has: ${names.join(', ')}. Choose among these.`)
  if (spec.a.length === 0 || spec.b.length === 0)
    throw new DomainError(`Domain ${spec.a.length === 0 ? 'A' : 'B'} has no genre. Give each domain at least one.`)
  const shared = spec.a.find((name) => spec.b.includes(name))
  if (shared !== undefined)
    throw new DomainError(`The genre "${shared}" is in both domains, so a movie could be in both. Take it out of one.`)
  const mask = (set: string[]): number => set.reduce((sum, name) => sum | (1 << names.indexOf(name)), 0)
  return { a: mask(spec.a), b: mask(spec.b) }
}

/** Genre bits, the one with the fewest movies first; equal counts in the order of the names. */
function byRarity(movies: Genres): number[] {
  const count = new Uint32Array(32)
  for (const genres of movies.genres) for (let rest = genres; rest !== 0; rest &= rest - 1) count[lowest(rest)]!++
  return movies.genreNames
    .map((_, g) => g)
    .sort((x, y) => count[x]! - count[y]! || x - y)
    .map((g) => 1 << g)
}

/** The place of the lowest bit that is set. */
function lowest(word: number): number {
  return 31 - Math.clz32(word & -word)
}

function bits(word: number): number {
  let n = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) n++
  return n
}

function byLists({ movieId }: Pick<DomainMovies, 'movieId'>, spec: DomainSpec & { kind: 'lists' }): Uint8Array {
  const assignment = new Uint8Array(movieId.length).fill(outside)
  const indices = new IdIndex(movieId)
  for (const [letter, domain, ids] of [
    ['A', inA, spec.a],
    ['B', inB, spec.b],
  ] as const) {
    if (ids.length === 0)
      throw new DomainError(
        `Domain ${letter} of the lists '${spec.name}' is empty. Give each domain at least one movie.`,
      )
    for (const id of ids) {
      const index = indices.get(id)
      if (index === absent)
        throw new DomainError(
          `The lists '${spec.name}' name movie ${id}, which the data set does not have. Choose lists made for this data set.`,
        )
      if (assignment[index] !== outside && assignment[index] !== domain)
        throw new DomainError(`The lists '${spec.name}' put movie ${id} into both domains. Take it out of one.`)
      assignment[index] = domain
    }
  }
  return assignment
}

function byCatalogue({ catalogue }: Pick<DomainMovies, 'catalogue'>): Uint8Array {
  if (!catalogue)
    throw new DomainError(
      'The data set has only one catalogue. Combine two data sets on the Data screen first, or make the domains by genre.',
    )
  const assignment = catalogue.map((which) => (which === inA || which === inB ? which : outside))
  for (const [letter, domain] of [['A', inA] as const, ['B', inB] as const])
    if (!assignment.includes(domain))
      throw new DomainError(`The catalogue of domain ${letter} has no movie. Make the domains by genre instead.`)
  return assignment
}

/**
 * What each domain holds, before any k-core. Movies and ratings follow from the counts by movie; users are read only until they have shown
 * both domains, so that 25 million ratings take some milliseconds.
 */
export function summariseDomains(
  columns: { movies: DomainMovies & Pick<MovieTable, 'ratings'>; ratings: Pick<RatingColumns, 'indptr' | 'item'> },
  spec: DomainSpec,
): DomainSummary {
  const { movies } = columns
  const { assignment, ties } = mapDomains(movies, spec)
  const a: DomainCounts = { movies: 0, users: 0, ratings: 0 }
  const b: DomainCounts = { movies: 0, users: 0, ratings: 0 }
  let left = 0
  for (let m = 0; m < assignment.length; m++) {
    const domain = assignment[m] === inA ? a : assignment[m] === inB ? b : null
    if (domain) {
      domain.movies++
      domain.ratings += movies.ratings[m]!
    } else left++
  }
  const { both, onlyA, onlyB } = countUsers(columns.ratings, assignment, { a: a.ratings > 0, b: b.ratings > 0 })
  a.users = both + onlyA
  b.users = both + onlyB
  return { a, b: spec.kind === 'single' ? null : b, sharedUsers: both, outside: left, ties }
}

/** @param rated whether a domain has any rating: what nobody has is not looked for */
function countUsers(
  { indptr, item }: Pick<RatingColumns, 'indptr' | 'item'>,
  assignment: Uint8Array,
  rated: { a: boolean; b: boolean },
): { both: number; onlyA: number; onlyB: number } {
  const found = [0, 0, 0, 0] // by bits: 1 = A, 2 = B
  const all = (rated.a ? 1 : 0) | (rated.b ? 2 : 0)
  const bit = assignment.map((domain) => (domain === inA ? 1 : domain === inB ? 2 : 0))
  for (let u = 0; u + 1 < indptr.length; u++) {
    const end = indptr[u + 1]!
    let seen = 0
    for (let r = indptr[u]!; r < end && seen !== all; r++) seen |= bit[item[r]!]!
    found[seen]!++
  }
  return { both: found[3]!, onlyA: found[1]!, onlyB: found[2]! }
}

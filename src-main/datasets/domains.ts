/**
 * Two domains out of one catalogue: every movie belongs to at most one, by its genres. Pure. Genres lie alphabetically in MovieLens, so
 * "the first genre" means nothing; the genre sets are counted instead.
 */
import type { DomainCounts, DomainSpec, DomainSummary } from '../../src-preload/contract.ts'
import type { MovieColumns, RatingColumns } from '../workspace/dataset-file.ts'

export const inA = 0
export const inB = 1
export const outside = 255

/** The genre sets cannot be used; a sentence with its remedy. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
}

const defaultA = 'Action Adventure Sci-Fi Thriller Crime War Western Horror Mystery Film-Noir Fantasy'.split(' ')
const defaultB = "Comedy Romance Drama Musical Children Children's Animation Documentary".split(' ')

/** The default sets, as far as the data set has these genres; the whole catalogue where it lacks one side. */
export function suggestDomains(genreNames: string[]): DomainSpec {
  const a = genreNames.filter((name) => defaultA.includes(name))
  const b = genreNames.filter((name) => defaultB.includes(name))
  return a.length > 0 && b.length > 0 ? { kind: 'genres', a, b, ties: 'rarer-genre' } : { kind: 'single' }
}

type Genres = Pick<MovieColumns, 'genres' | 'genreNames'>

/**
 * [movies] `inA`, `inB` or `outside`. A movie goes to the set it shares more genres with; on a tie the one of its genres in the sets
 * that the fewest movies have decides, or the movie is dropped. `single`: all movies are in A.
 * @throws DomainError when a set is empty, the sets share a genre, or a genre is not in the data set
 */
export function assignDomains(movies: Genres, spec: DomainSpec): Uint8Array {
  return mapDomains(movies, spec).assignment
}

export function mapDomains(movies: Genres, spec: DomainSpec): { assignment: Uint8Array; ties: number } {
  const assignment = new Uint8Array(movies.genres.length)
  if (spec.kind === 'single') return { assignment, ties: 0 }
  const { a, b } = genreMasks(movies.genreNames, spec)
  const rarity = byRarity(movies)
  let ties = 0
  movies.genres.forEach((genres, m) => {
    const difference = bits(genres & a) - bits(genres & b)
    const tie = difference === 0 && (genres & a) !== 0
    if (tie) ties++
    if (difference > 0) assignment[m] = inA
    else if (difference < 0) assignment[m] = inB
    else if (tie && spec.ties === 'rarer-genre') {
      const decisive = rarity.find((bit) => (genres & (a | b) & bit) !== 0) ?? 0
      assignment[m] = (decisive & a) !== 0 ? inA : inB
    } else assignment[m] = outside
  })
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
  const count = movies.genreNames.map((_, g) => movies.genres.reduce((n, genres) => n + ((genres >>> g) & 1), 0))
  return movies.genreNames
    .map((_, g) => g)
    .sort((x, y) => count[x]! - count[y]! || x - y)
    .map((g) => 1 << g)
}

function bits(word: number): number {
  let n = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) n++
  return n
}

/** What each domain holds, before any k-core. `spec` is the one `assignment` was made from. */
export function summariseDomains(
  columns: { movies: Genres; ratings: RatingColumns },
  assignment: Uint8Array,
  spec: DomainSpec,
): DomainSummary {
  const { indptr, item } = columns.ratings
  const a: DomainCounts = { movies: count(assignment, inA), users: 0, ratings: 0 }
  const b: DomainCounts = { movies: count(assignment, inB), users: 0, ratings: 0 }
  let sharedUsers = 0
  for (let u = 0; u + 1 < indptr.length; u++) {
    let inFirst = 0
    let inSecond = 0
    for (let r = indptr[u]!; r < indptr[u + 1]!; r++) {
      const domain = assignment[item[r]!]
      if (domain === inA) inFirst++
      else if (domain === inB) inSecond++
    }
    a.ratings += inFirst
    b.ratings += inSecond
    if (inFirst > 0) a.users++
    if (inSecond > 0) b.users++
    if (inFirst > 0 && inSecond > 0) sharedUsers++
  }
  return {
    a,
    b: spec.kind === 'single' ? null : b,
    sharedUsers,
    outside: count(assignment, outside),
    ties: mapDomains(columns.movies, spec).ties,
  }
}

function count(assignment: Uint8Array, domain: number): number {
  return assignment.reduce((n, d) => n + (d === domain ? 1 : 0), 0)
}

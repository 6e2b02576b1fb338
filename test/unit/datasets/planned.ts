/** A data set in memory on which every kind of split can be made: two domains, times that run through all users, and a tag of everybody on everything. */
import { prepare, type Prepared } from '../../../src-main/datasets/splitting/prepare.ts'
import type { DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'
import { made, type Rated, type Tagged } from './made.ts'

export const twoGenres: DomainSpec = { kind: 'genres', a: ['Action'], b: ['Comedy'], ties: 'drop' }
export const planned: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.6, 0.2, 0.2],
  positive: 0,
  kCore: 0,
  historyAtTest: 'train+validation',
  cutoffs: [10],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.5,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

const start = 1_000_000_000
/** Users 1 to 30 with ten ratings each at 0, 1000, ... 9000 seconds; 31 came early and left, 32 came late; 33 tags and rates nothing. */
export const movies = 14
const ratings: Rated[] = []
for (let user = 1; user <= 30; user++)
  for (let k = 0; k < 10; k++)
    ratings.push({ user, movie: 1 + ((user * 5 + k * 3) % (movies - 1)), rating2: 2 + ((user + k) % 9), time: start + 1000 * k + user }) // prettier-ignore
for (const [user, from] of [
  [31, 0],
  [32, 9500],
] as const)
  // prettier-ignore
  for (let k = 0; k < 3; k++) ratings.push({ user, movie: 2 + k, rating2: 8, time: start + from + 10 * k })
ratings.push({ user: 1, movie: movies, rating2: 9, time: start + 9900 }) // rated once, last of all

/** Before everything, between, after everything. */
export const tagTimes = { early: start - 1, between: start + 5500, late: start + 20_000 }
const tags: Tagged[] = Object.entries(tagTimes).flatMap(([text, time]) =>
  Array.from({ length: 33 * movies }, (_, i) => ({ user: 1 + Math.floor(i / movies), movie: 1 + (i % movies), time, text })),
) // prettier-ignore

const dataset = made({
  movies: Object.fromEntries(
    Array.from({ length: movies }, (_, m) => [
      m + 1,
      { title: `Movie ${m + 1}`, genres: [m % 2 === 0 ? 'Action' : 'Comedy'], year: 1990 + m },
    ]),
  ),
  ratings,
  tags,
})

/** @param spec by default two genres */
export function preparedWith(change: Partial<ProtocolSpec>, spec: DomainSpec = twoGenres): Prepared {
  return prepare(dataset, spec, { ...planned, ...change })
}

/** What the preparation of a split says about its steps: users, movies and ratings after each. Pure. */
import type { SplitSummary } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../../learning/data.ts'
import type { Core } from './k-core.ts'
import type { Split } from './splits.ts'
import { overUsers, type Steps } from '../steps.ts'

type Step = SplitSummary['steps'][number]

export function coreStep(label: string, core: Core): Step {
  return { label, users: count(core.users), movies: count(core.movies), ratings: core.ratings }
}

/** How many of all events would count as relevant; nothing is removed by it. */
export function* relevantStep(split: Split, positive: number, items: number): Steps<Step> {
  const users = new Uint8Array(split.train.indptr.length - 1)
  const movies = new Uint8Array(items)
  let ratings = 0
  for (const { indptr, item, rating } of [split.train, split.validation, split.test]) {
    yield* overUsers(users.length, (from, to) => {
      for (let u = from; u < to; u++) {
        const end = indptr[u + 1]!
        for (let e = indptr[u]!; e < end; e++) {
          if (rating[e]! < positive) continue
          users[u] = 1
          movies[item[e]!] = 1
          ratings++
        }
      }
    })
  }
  return { label: `of these rated ${positive} or more`, users: count(users), movies: count(movies), ratings }
}

/** What there is to train on: users and movies with a training event. */
export function trainingStep(label: string, { indptr, item }: Interactions, items: number): Step {
  const movies = new Uint8Array(items)
  for (const i of item) movies[i] = 1
  let users = 0
  for (let u = 0; u + 1 < indptr.length; u++) if (indptr[u + 1]! > indptr[u]!) users++
  return { label, users, movies: count(movies), ratings: item.length }
}

/** Users with at least one relevant test item in the domain; 0 where there is no such domain. */
export function relevantUsers({ test, positive }: TrainingData, range: DomainRange | undefined): number {
  if (!range) return 0
  let users = 0
  for (let u = 0; u + 1 < test.indptr.length; u++) {
    for (let e = test.indptr[u]!; e < test.indptr[u + 1]!; e++) {
      if (test.item[e]! < range.start || test.item[e]! >= range.end || test.rating[e]! < positive) continue
      users++
      break
    }
  }
  return users
}

function count(flags: Uint8Array): number {
  let n = 0
  for (const flag of flags) n += flag
  return n
}

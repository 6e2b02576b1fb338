/** What the preparation of a split says about its steps: users, movies and ratings after each. Pure. */
import type { SplitSummary } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../../learning/data.ts'
import { losesA, losesB } from './held-users.ts'
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
  for (const { indptr, item, rating } of [split.train, split.validation, split.test, split.foldIn]) {
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

type Events = Pick<Interactions, 'indptr' | 'item'>

/** Users, movies and events of the parts; of those wanted alone, where that is said. */
export function* partStep(
  label: string,
  parts: readonly Events[],
  items: number,
  wanted?: (user: number, item: number) => boolean,
): Steps<Step> {
  const users = new Uint8Array(Math.max(0, ...parts.map(({ indptr }) => indptr.length - 1)))
  const movies = new Uint8Array(items)
  let ratings = 0
  for (const { indptr, item } of parts)
    yield* overUsers(users.length, (from, to) => {
      for (let u = from; u < to; u++)
        for (let e = indptr[u]!; e < indptr[u + 1]!; e++) {
          if (wanted && !wanted(u, item[e]!)) continue
          users[u] = 1
          movies[item[e]!] = 1
          ratings++
        }
    })
  return { label, users: count(users), movies: count(movies), ratings }
}

/** What the split says of its users: who is left out, who is held out. Of splits in which all have a part of everything it says nothing. */
export function* heldSteps(split: Split, items: number): Steps<Step[]> {
  const { train, validation, test, foldIn, held } = split
  if (split.moments) return [yield* partStep('Users with a training event', [train, validation, test], items)]
  if (!held) return []
  if (foldIn.item.length > 0)
    return [
      yield* partStep('Known of held-out users', [foldIn], items),
      yield* partStep('Held out for validation', [validation], items),
    ]
  const steps: Step[] = []
  for (const [name, events] of [
    ['validation', validation],
    ['test', test],
  ] as const)
    for (const domain of [losesA, losesB]) {
      const label = `Lost ${domain === losesA ? 'A' : 'B'}, for ${name}`
      steps.push(yield* partStep(label, [events], items, (u) => held.loses[u] === domain))
    }
  return steps
}

/** The test part, and what of it lies on movies that nothing was learned about. */
export function* testSteps({ train, test, items }: Pick<TrainingData, 'train' | 'test' | 'items'>): Steps<Step[]> {
  const seen = new Uint8Array(items)
  yield* overUsers(train.indptr.length - 1, (from, to) => {
    for (let e = train.indptr[from]!; e < train.indptr[to]!; e++) seen[train.item[e]!] = 1
  })
  return [
    yield* partStep('Test part', [test], items),
    yield* partStep('Test, movies not in training', [test], items, (_, item) => seen[item] === 0),
  ]
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

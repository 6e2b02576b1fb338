/** The users of a prepared split: all of them in order, and one with his history, what was held out from him, and what runs recommend. */
import type { DomainName, HistoryEntry, Movie, UserInspection, UserSummary } from '../../src-preload/contract.ts'
import { halfInA, halfInB } from '../datasets/splitting/overlap.ts'
import type { Prepared } from '../datasets/splitting/prepare.ts'
import { overUsers, type Steps } from '../datasets/steps.ts'
import { mostFirst, placeOf, placesByPrefix } from '../datasets/browsing/users.ts'
import { domainOf, type Interactions } from '../learning/data.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { InspectedRun, UserOrder } from './reader-questions.ts'

/** Counts by user of the data set: a torn user's two halves are one person here. */
export interface UserTable {
  /** [people] ids, ascending */
  ids: Uint32Array
  /** [people] */
  ratingsA: Uint32Array
  ratingsB: Uint32Array
  testA: Uint32Array
  testB: Uint32Array
}

export function* userTable({ data, userIds, userPart }: Prepared): Steps<UserTable> {
  const person = new Uint32Array(userIds.length)
  let people = 0
  for (let u = 0; u < userIds.length; u++) person[u] = userPart[u] === halfInB ? people - 1 : people++
  const counts = (): Uint32Array => new Uint32Array(people)
  const table: UserTable = { ids: counts(), ratingsA: counts(), ratingsB: counts(), testA: counts(), testB: counts() }
  const boundary = data.domains[0]!.end
  for (const part of [...knownOf(data), data.validation, data.test]) {
    const held = part === data.test
    yield* overUsers(userIds.length, (from, to) => {
      for (let u = from; u < to; u++) {
        const p = person[u]!
        table.ids[p] = userIds[u]!
        for (let e = part.indptr[u]!; e < part.indptr[u + 1]!; e++) {
          const inA = part.item[e]! < boundary
          if (inA) table.ratingsA[p]!++
          else table.ratingsB[p]!++
          if (!held || part.rating[e]! < data.positive) continue
          if (inA) table.testA[p]!++
          else table.testB[p]!++
        }
      }
    })
  }
  return table
}

/** Of all users whose id begins with `search`, the first `limit` in the order asked for; equal ones by id. */
export function findUsers(table: UserTable, search: string, order: UserOrder, limit: number): UserSummary[] {
  const places = placesByPrefix(table.ids, search)
  const ordered = order === 'user' ? places : mostFirst(places, countsOf(table, order))
  return Array.from(ordered.subarray(0, limit), (p) => ({
    user: table.ids[p]!,
    ratingsA: table.ratingsA[p]!,
    ratingsB: table.ratingsB[p]!,
    testA: table.testA[p]!,
    testB: table.testB[p]!,
  }))
}

function countsOf(table: UserTable, order: Exclude<UserOrder, 'user'>): Uint32Array {
  if (order === 'ratingsA') return table.ratingsA
  if (order === 'ratingsB') return table.ratingsB
  const [a, b] = order === 'test' ? [table.testA, table.testB] : [table.ratingsA, table.ratingsB]
  return a.map((count, p) => count + b[p]!)
}

export interface InspectOptions {
  user: number
  runs: InspectedRun[]
  k: number
  movie: (index: number) => Movie
  /** The path of a run's results. */
  results: (runId: string) => string
}

/** @throws Error with a sentence when the user is not in the split, or a run was made on another one */
export function inspectUser(prepared: Prepared, options: InspectOptions): UserInspection {
  const { data } = prepared
  const joint = jointUsersOf(prepared, options.user)
  if (!joint) throw new Error(`User ${options.user} is not among the users of this experiment. Search for another one.`)
  const movieOf = (item: number): Movie => {
    const index = prepared.itemToMovie[item]
    if (index === undefined)
      throw new Error(`The item ${item} of a stored list is not in the split any more. Retry the run.`)
    return options.movie(index)
  }
  const entries = (events: Interactions, part: HistoryEntry['part'], domain: DomainName): HistoryEntry[] => {
    const found: HistoryEntry[] = []
    const user = joint[domain]
    for (let e = events.indptr[user]!; e < events.indptr[user + 1]!; e++) {
      const item = events.item[e]!
      if ((domainOf(data, item) === 1 ? 'B' : 'A') !== domain) continue
      found.push({ movie: movieOf(item), rating: events.rating[e]!, ratedAt: events.time[e]! * 1000, part })
    }
    return found
  }
  const history = (domain: DomainName): HistoryEntry[] => {
    const known = knownOf(data).flatMap((events) => entries(events, 'train', domain))
    return newest([...known, ...entries(data.validation, 'validation', domain)])
  }
  const heldOut = (domain: DomainName): HistoryEntry[] =>
    newest(entries(data.test, 'test', domain).filter(({ rating }) => rating >= data.positive))
  return {
    user: options.user,
    history: { A: history('A'), B: history('B') },
    heldOut: { A: heldOut('A'), B: heldOut('B') },
    lists: options.runs.flatMap((run) => listsOf(prepared, joint, run, options, movieOf)),
  }
}

/** Training events and, of users who are held out, what is known of them. */
function knownOf({ train, foldIn }: Prepared['data']): Interactions[] {
  return foldIn ? [train, foldIn] : [train]
}

/** The joint user whose events in each domain are his: the same one, unless he was torn. */
function jointUsersOf({ userIds, userPart }: Prepared, id: number): Record<DomainName, number> | null {
  const user = placeOf(userIds, id)
  if (user === -1) return null
  return userPart[user] === halfInA ? { A: user, B: user + 1 } : { A: user, B: user }
}

function newest(entries: HistoryEntry[]): HistoryEntry[] {
  return entries.sort((a, b) => b.ratedAt - a.ratedAt)
}

/** The stored lists of a run, a domain each; none for a run that has not finished. */
function listsOf(
  { data }: Prepared,
  joint: Record<DomainName, number>,
  { runId, label, seed }: InspectedRun,
  { k, results: pathOf }: InspectOptions,
  movieOf: (item: number) => Movie,
): UserInspection['lists'] {
  const results = RunResults.open(pathOf(runId))
  try {
    const summary = results?.summary() ?? null
    if (!results || !summary) return []
    if (summary.dataHash !== data.hash)
      throw new Error(
        `'${label}' was trained on another preparation of this data set. Retry the run to inspect its lists.`,
      )
    return data.domains.flatMap(({ name }) =>
      results
        .listsOf('test', joint[name], `ndcg@${k}`)
        .filter(({ domain }) => domain === name)
        .map(({ domain, items, scores, value }) => ({
          runId,
          label,
          seed,
          domain,
          items: Array.from(items.subarray(0, k), (item, i) => ({
            movie: movieOf(item),
            score: scores[i]!,
            hit: isRelevant(data, joint[domain], item),
          })),
          ndcg: value,
        })),
    )
  } finally {
    results?.close()
  }
}

function isRelevant({ test, positive }: Prepared['data'], user: number, item: number): boolean {
  for (let e = test.indptr[user]!; e < test.indptr[user + 1]!; e++)
    if (test.item[e] === item) return test.rating[e]! >= positive
  return false
}

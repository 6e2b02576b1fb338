/**
 * Full ranking: all unseen items of a domain are ranked for a user, in blocks of users. Metrics count the users with at least one relevant
 * held-out item in the domain; at test the best K items are kept for everybody else too.
 */
import type { DomainRange, Interactions, TrainingData } from '../learning/data.ts'
import type { Recommender } from '../learning/model.ts'
import { type Gate, Pacer } from '../learning/pacer.ts'
import type { Turn } from '../learning/scoring/ranking-crew.ts'
import { listMetrics } from './list-metrics.ts'
import { ndcg } from './metrics.ts'
import { Ranking } from './ranking.ts'
import { NO_ITEM } from './top-items.ts'
import type { DomainEvaluation, Evaluation } from './types.ts'
import { UserMetrics } from './user-metrics.ts'

export interface EvaluateOptions {
  signal: AbortSignal
  /** Closed while the run is paused. */
  gate?: Gate | undefined
  /** To rank on; by default as many as the work is worth. The results are the same with any number. */
  threads?: number | undefined
  /** Called with the share done, 0..1, now and then. */
  onProgress?: (fraction: number) => void
}

/** @throws as `Ranking.rank` does: abort, NaN scores, wrong shapes, leaks. */
export async function evaluate(
  model: Recommender,
  data: TrainingData,
  part: Evaluation['part'],
  { signal, gate, threads, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  const ranking = new Ranking(data, part)
  const turn = turns(signal, gate)
  const k = Math.max(...data.cutoffs)
  const domains: DomainEvaluation[] = []
  for (const [index, domain] of data.domains.entries()) {
    const users = ranking.countedUsers(domain)
    const listed = part === 'test' ? followedByTheRest(users, data.users) : users
    const metrics = new UserMetrics(data, domain, users.length)
    const lists = new Uint32Array(listed.length * k) // [m, K] positions in the domain
    const topScores = new Float32Array(listed.length * k)
    await ranking.rank(model, domain, listed, { k, midranks: true, turn, threads }, (row, list) => {
      lists.set(list.items, row * k)
      topScores.set(list.values, row * k)
      if (row < users.length) metrics.add(row, list)
      if (row % 64 === 63) onProgress?.((index + row / listed.length) / data.domains.length)
    })
    const counted = lists.subarray(0, users.length * k)
    onProgress?.((index + 1) / data.domains.length)
    domains.push({
      domain: domain.name,
      users,
      historyLengths: lengthsOfHistories(data, users, domain),
      perUser: metrics.values,
      mean: users.length === 0 ? {} : { ...meansOf(metrics.values), ...listMetrics(counted, k, data.cutoffs, domain) },
      listed,
      topItems: lists.map((i) => (i === NO_ITEM ? NO_ITEM : i + domain.start)),
      topScores,
      k,
    })
  }
  return { part, domains }
}

/**
 * Mean over the domains of validation NDCG@10, for early stopping and model selection; a domain without a counted user is left out.
 * @throws as `Ranking.rank` does, and when no user counts in any domain.
 */
export async function validationNdcg(
  model: Recommender,
  data: TrainingData,
  signal: AbortSignal,
  gate?: Gate,
  threads?: number,
): Promise<number> {
  const ranking = new Ranking(data, 'validation')
  const turn = turns(signal, gate)
  const means: number[] = []
  for (const domain of data.domains) {
    const users = ranking.countedUsers(domain)
    if (users.length === 0) continue
    let sum = 0
    await ranking.rank(model, domain, users, { k: 10, midranks: false, turn, threads }, (_row, list) => {
      sum += ndcg(list.hits, list.relevant.length, 10)
    })
    means.push(sum / users.length)
  }
  if (means.length === 0)
    throw new Error(
      'No user has a relevant validation item in any domain. Lower the positives threshold, or enlarge the validation part of the split.',
    )
  return means.reduce((a, b) => a + b, 0) / means.length
}

/** Between two pieces of work: waits while paused, lets messages in, throws after a cancel. */
function turns(signal: AbortSignal, gate: Gate | undefined): Turn {
  const pacer = new Pacer(signal)
  return async () => {
    await gate?.pass(signal)
    await pacer.turn()
  }
}

/** @returns [all] the counted users in their order, then the others, ascending */
function followedByTheRest(counted: Uint32Array, all: number): Uint32Array {
  const isCounted = new Uint8Array(all)
  for (const user of counted) isCounted[user] = 1
  const listed = new Uint32Array(all)
  listed.set(counted)
  let at = counted.length
  for (let user = 0; user < all; user++) if (isCounted[user] === 0) listed[at++] = user
  return listed
}

/** @returns [n] how many events of the domain the model could learn from, or is told of a user who was held out */
function lengthsOfHistories({ train, foldIn }: TrainingData, users: Uint32Array, domain: DomainRange): Uint32Array {
  const within = ({ indptr, item }: Interactions, user: number): number => {
    let n = 0
    for (let e = indptr[user]!; e < indptr[user + 1]!; e++) if (item[e]! >= domain.start && item[e]! < domain.end) n++
    return n
  }
  return users.map((user) => within(train, user) + (foldIn ? within(foldIn, user) : 0))
}

function meansOf(perUser: Record<string, Float64Array>): Record<string, number> {
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
  return Object.fromEntries(Object.entries(perUser).map(([key, values]) => [key, mean(values)]))
}

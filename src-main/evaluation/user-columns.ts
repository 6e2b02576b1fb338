/**
 * One value a user for a model: the mean over its seeds, aligned over the models, so that tests can be paired.
 *
 * The headline of the 'mean' column is the mean of the two domains' means, and users may count in one domain only. So a user's entry there is his
 * influence on the headline: headline + the mean over domains of N / n_d (x_ud - mean_d), the term left out where he does not count
 * (N users in all, n_d in domain d). Its mean is exactly the headline, its spread that of the headline under resampling of users; where all users
 * count in both domains it is simply each user's mean over the domains. Differences of two models keep these properties.
 */
import type { DomainColumn } from '../../src-preload/contract.ts'
import type { DomainEvaluation, Evaluation } from './types.ts'

export interface UserColumn {
  /** Ascending user indices. */
  users: Uint32Array
  values: Float64Array
}

/** The domains a column speaks about. @throws when the evaluation has none of that name */
export function domainsOf(evaluation: Evaluation, column: DomainColumn): DomainEvaluation[] {
  const found =
    column === 'mean'
      ? evaluation.domains.filter((d) => d.users.length > 0)
      : evaluation.domains.filter((d) => d.domain === column)
  if (found.length === 0)
    throw new Error(
      `There is no evaluated domain '${column}'. Choose one of: ${evaluation.domains.map((d) => d.domain).join(', ')}.`,
    )
  return found
}

/** A run's value of a metric: the mean over the domains of the column; null when it was not measured. */
export function runValue(evaluation: Evaluation, column: DomainColumn, metric: string): number | null {
  const values = domainsOf(evaluation, column).map((d) => d.mean[metric])
  let sum = 0
  for (const v of values) {
    if (v === undefined) return null
    sum += v
  }
  return sum / values.length
}

/**
 * Mean over seeds, then the column's entry of every user.
 * @param evaluations one a seed  @returns null when the metric has no value per user (item coverage)
 * @throws when the runs count different users: they were not evaluated under one protocol
 */
export function userColumn(evaluations: Evaluation[], column: DomainColumn, metric: string): UserColumn | null {
  const first = evaluations[0]
  if (!first) return null
  const parts: UserColumn[] = []
  for (const { domain, users } of domainsOf(first, column)) {
    const values = new Float64Array(users.length)
    for (const evaluation of evaluations) {
      const other = evaluation.domains.find((d) => d.domain === domain)
      const perUser = other?.perUser[metric]
      if (!other || !perUser) return null
      if (!sameUsers(other.users, users))
        throw new Error(
          `Domain ${domain}: two runs count different users. Compare runs of one data set and one protocol only.`,
        )
      for (let i = 0; i < values.length; i++) values[i]! += perUser[i]! / evaluations.length
    }
    parts.push({ users, values })
  }
  return parts.length === 1 ? (parts[0] ?? null) : influences(parts)
}

export function sameUsers(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((u, i) => u === b[i])
}

function influences(parts: UserColumn[]): UserColumn {
  const users = union(parts)
  const position = new Map(Array.from(users, (u, i) => [u, i] as const))
  const means = parts.map((p) => p.values.reduce((a, b) => a + b, 0) / p.values.length)
  const values = new Float64Array(users.length).fill(means.reduce((a, b) => a + b, 0) / parts.length)
  parts.forEach((part, d) => {
    const weight = users.length / part.users.length / parts.length
    part.users.forEach((u, i) => {
      values[position.get(u) ?? 0]! += weight * (part.values[i]! - means[d]!)
    })
  })
  return { users, values }
}

/** Each user's plain mean over the domains he counts in, for tests of ranks. */
export function plainColumn(evaluations: Evaluation[], column: DomainColumn, metric: string): UserColumn | null {
  if (column !== 'mean' || !evaluations[0]) return userColumn(evaluations, column, metric)
  const parts = domainsOf(evaluations[0], column).map((d) => userColumn(evaluations, d.domain, metric))
  const known = parts.filter((p) => p !== null)
  if (known.length < parts.length) return null
  const users = union(known)
  const position = new Map(Array.from(users, (u, i) => [u, i] as const))
  const sums = new Float64Array(users.length)
  const counts = new Float64Array(users.length)
  for (const part of known)
    part.users.forEach((u, i) => {
      const at = position.get(u) ?? 0
      sums[at]! += part.values[i]!
      counts[at]! += 1
    })
  return { users, values: sums.map((s, i) => s / counts[i]!) }
}

function union(parts: UserColumn[]): Uint32Array {
  return Uint32Array.from(new Set(parts.flatMap((p) => Array.from(p.users)))).sort()
}

/** Users by how much is known of them: does a model help those with short histories, or only those who need no help? */
import type { DomainName, HistoryComparison } from '../../src-preload/contract.ts'
import { Bootstrap } from './bootstrap.ts'
import { type ComparedRun, groupRuns, notMeasured } from './compared-runs.ts'
import { mean } from './statistics.ts'
import type { DomainEvaluation } from './types.ts'
import { domainsOf, sameUsers, userColumn } from './user-columns.ts'

/** The fewest training events of each group; a group ends where the next begins. */
const BEGINNINGS = [0, 1, 5, 10, 20, 50, 100, 200, 500]
/** The resamples of every table of this kind. */
const BOOTSTRAP_SEED = 2027

export interface HistoryInput {
  runs: readonly ComparedRun[]
  /** 'ndcg@10' */
  metric: string
  domain: DomainName
}

/**
 * Pure. Groups without a user are left out; rows are sorted by their value over all users, best first. Each user's value is his mean over the seeds of
 * a row.
 * @throws when the metric was not measured or has no value a user, when runs count different users, or when they were evaluated before such lengths were
 * kept
 */
export function compareHistory({ runs, metric, domain }: HistoryInput): HistoryComparison {
  const rows = groupRuns(runs).map(({ label, members }) => {
    const evaluations = members.map((run) => run.evaluation)
    const column = userColumn(evaluations, domain, metric)
    if (!column) throw new Error(noColumn(metric, members))
    return { label, model: members[0]?.model ?? '', column, value: mean(column.values) }
  })
  rows.sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
  const first = runs[0]
  if (!first) return { groups: [], rows: [] }
  const [counted] = domainsOf(first.evaluation, domain)
  const lengths = lengthsOf(runs, domain)
  for (const { column } of rows)
    if (counted && !sameUsers(counted.users, column.users))
      throw new Error('Two rows count different users. Compare runs of one data set and one protocol only.')

  const groups = grouped(lengths)
  const cells = groups.map(({ members }) => {
    const columns = rows.map(({ column }) => Float64Array.from(members, (i) => column.values[i]!))
    const bootstrap = new Bootstrap(columns, { seed: BOOTSTRAP_SEED })
    return columns.map((values, r) => ({ value: mean(values), interval: bootstrap.interval(r) }))
  })
  return {
    groups: groups.map(({ from, to, members }) => ({ label: labelOf(from, to), from, to, users: members.length })),
    rows: rows.map(({ label, model }, r) => ({ label, model, cells: cells.map((group) => group[r] ?? null) })),
  }
}

/** @returns the groups with anybody in them; `members` are rows of the counted users */
function grouped(lengths: Uint32Array): { from: number; to: number | null; members: number[] }[] {
  return BEGINNINGS.flatMap((from, g) => {
    const next = BEGINNINGS[g + 1]
    const members = Array.from(lengths.keys()).filter((i) => lengths[i]! >= from && lengths[i]! < (next ?? Infinity))
    return members.length === 0 ? [] : [{ from, to: next === undefined ? null : next - 1, members }]
  })
}

/** '0', '1–4', '500 or more' */
function labelOf(from: number, to: number | null): string {
  if (to === null) return `${from} or more`
  return from === to ? String(from) : `${from}–${to}`
}

/** One protocol, one split: what one run knew of its users, all did. */
function lengthsOf(runs: readonly ComparedRun[], domain: DomainName): Uint32Array {
  for (const { evaluation } of runs) {
    const found = domainsOf(evaluation, domain)[0]?.historyLengths
    if (found) return found
  }
  throw new Error(
    'These runs were evaluated by a version that did not keep the lengths of histories. Retry one of them to group its users.',
  )
}

function noColumn(metric: string, runs: readonly ComparedRun[]): string {
  const measured = (d: DomainEvaluation): boolean => metric in d.mean
  return runs.some((run) => run.evaluation.domains.some(measured))
    ? `'${metric}' has one value a run and none a user, so users cannot be grouped by it. Choose a metric that has.`
    : notMeasured(metric, runs[0]?.evaluation)
}

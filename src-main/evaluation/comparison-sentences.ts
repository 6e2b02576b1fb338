/** What a comparison shows, in plain words. A lead is claimed only when the interval excludes 0 and the corrected test agrees. */
import type { Comparison, ComparisonRow, DomainColumn } from '../../src-preload/contract.ts'
import { metricLabel, parseMetric } from './metric-infos.ts'
import { count, decimal, digitsFor, plusMinus, pValue } from './number-format.ts'
import { differenceOf } from './paired-differences.ts'

/** Below this a corrected p-value counts. */
export const SIGNIFICANCE = 0.05

type Difference = NonNullable<ComparisonRow['difference']>

/** True when the difference is established: its interval excludes 0 and Holm's p is below 5 %. */
export function isShown({ interval, holm }: Pick<Difference, 'interval' | 'holm'>): boolean {
  return (interval.low > 0 || interval.high < 0) && holm < SIGNIFICANCE
}

export function domainLabel(domain: DomainColumn): string {
  return domain === 'mean' ? 'mean of the domains' : `domain ${domain}`
}

/** @param pinned the label that was asked for as baseline; it may have no finished run yet */
export function comparisonSentences(comparison: Comparison, pinned: string | null): string[] {
  const { rows, baseline } = comparison
  const [best] = rows
  if (!best) return ['No run has finished yet.']
  const sentences: string[] = []
  if (baseline === null && pinned !== null)
    sentences.push(`The baseline ${pinned} has no finished run yet, so no differences to it are shown.`)
  if (comparison.pairs.length === 0) sentences.push(highest(best, comparison))
  else sentences.push(...leads(best, comparison), ...againstBaseline(best, comparison), legend(comparison))
  sentences.push(...aboutSeeds(rows))
  return sentences
}

/** One row, or a metric without a value per user. */
function highest(row: ComparisonRow, { metric, users, rows }: Comparison): string {
  const value = `${decimal(row.value)} ${metricLabel(metric)}, ${count(users)} users`
  return rows.length === 1
    ? `${row.label}: ${decimal(row.value)} ${plusMinus(row.interval)} ${metricLabel(metric)}, ${count(users)} users.`
    : `The highest value is that of ${row.label}: ${value}. ${metricLabel(metric)} has one value a run and none a user, so differences are not tested.`
}

/** The first row against the second, and whom else it cannot be told apart from. */
function leads(best: ComparisonRow, comparison: Comparison): string[] {
  const [, runnerUp, ...others] = comparison.rows
  if (!runnerUp) return []
  const alike = others.flatMap(({ label }) => {
    const difference = differenceOf(comparison.pairs, best.label, label)
    return difference && !isShown(difference) ? [label] : []
  })
  const sentences = [between(best.label, runnerUp.label, comparison)]
  // against a baseline that is the first row, each row is spoken of anyway
  if (alike.length > 0 && best.label !== comparison.baseline)
    sentences.push(`${best.label} cannot be told apart from ${listed(alike)}.`)
  return sentences
}

/** The first row against the baseline where that is not said yet, then everybody else against it. */
function againstBaseline(best: ComparisonRow, comparison: Comparison): string[] {
  const { rows, baseline } = comparison
  if (baseline === null) return []
  const firstTwo = rows.slice(0, 2).map((row) => row.label)
  const isSaid = firstTwo.includes(baseline)
  const sentences = isSaid ? [] : [between(best.label, baseline, comparison)]
  const spokenOf = isSaid ? firstTwo : [best.label]
  const rivals = rows.filter((row) => !spokenOf.includes(row.label))
  const group = (lead: string, belongs: (difference: Difference) => boolean): void => {
    const found = rivals.flatMap(({ label, difference }) =>
      difference && belongs(difference)
        ? [rivals.length <= NAMED_WITH_AMOUNTS ? `${label} (${amount(difference)})` : label]
        : [],
    )
    if (found.length > 0) sentences.push(`${lead} ${baseline}: ${listed(found)}.`)
  }
  const [above, below] = words(comparison)
  group(`Also ${above}`, (d) => isShown(d) && d.value > 0)
  group(capital(below), (d) => isShown(d) && d.value < 0)
  group('Not to be told apart from', (d) => !isShown(d))
  return sentences
}

/** So many rows are named with their differences in a sentence; more are named alone. */
const NAMED_WITH_AMOUNTS = 8

function between(label: string, other: string, comparison: Comparison): string {
  const difference = differenceOf(comparison.pairs, label, other)
  if (!difference) return ''
  const { value, interval, holm } = difference
  const digits = digitsFor(value)
  const [above, below] = words(comparison)
  const shown = isShown(difference)
  const size = shown ? Math.abs(value) : value
  const rest = `${decimal(size, digits)} ${plusMinus(interval, digits)} ${metricLabel(comparison.metric)}, ${pValue(holm)} after correction, ${count(comparison.users)} users`
  if (!shown) return `${label} and ${other} cannot be told apart: a difference of ${rest}.`
  return `${label} is ${value > 0 ? above : below} ${other} by ${rest}.`
}

/** '−0.012 ± 0.004, p = .003' */
function amount({ value, interval, holm }: Difference): string {
  const digits = digitsFor(value)
  return `${decimal(value, digits)} ${plusMinus(interval, digits)}, ${pValue(holm)}`
}

function words({ metric }: Comparison): [above: string, below: string] {
  return (parseMetric(metric)?.info.higherIsBetter ?? true) ? ['ahead of', 'behind'] : ['higher than', 'lower than']
}

function legend({ pairs }: Comparison): string {
  const family = pairs.length === 1 ? 'one pair, so nothing to correct for' : `Holm’s correction over all ${pairs.length} pairs` // prettier-ignore
  return `± is half of a 95 % bootstrap interval over users; p is of a paired t-test over users, ${family}.`
}

function aboutSeeds(rows: readonly ComparisonRow[]): string[] {
  const single = rows.filter((row) => row.seeds.length === 1)
  if (single.length === 0) return []
  if (single.length === rows.length) return ['One seed each: how much the seed matters is not known.']
  return [`One seed only, so no spread over seeds: ${single.map((row) => row.label).join('; ')}.`]
}

/** 'A', 'A and B', 'A, B and C' */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a comparison shows, in plain words. A lead is claimed only when the interval excludes 0 and the corrected test agrees. */
import type { Comparison, ComparisonRow, DomainColumn } from '../../src-preload/contract.ts'
import { metricLabel, parseMetric } from './metric-infos.ts'
import { count, decimal, interval, pValue } from './number-format.ts'

/** Below this a corrected p-value counts. */
export const SIGNIFICANCE = 0.05

/** True when the difference to the baseline is established: its interval excludes 0 and Holm's p is below 5 %. */
export function isShown(difference: NonNullable<ComparisonRow['difference']>): boolean {
  const { low, high } = difference.interval
  return (low > 0 || high < 0) && difference.holm < SIGNIFICANCE
}

export function domainLabel(domain: DomainColumn): string {
  return domain === 'mean' ? 'mean of the domains' : `domain ${domain}`
}

/** @param pinned the label that was asked for as baseline; it may have no finished run yet */
export function comparisonSentences(comparison: Comparison, pinned: string | null): string[] {
  const { rows, metric, baseline } = comparison
  if (rows.length === 0) return ['No run has finished yet.']
  const sentences: string[] = []
  if (baseline === null) {
    if (pinned !== null) sentences.push(`The baseline ${pinned} has no finished run yet, so no differences are shown.`)
    sentences.push(...rows.slice(0, 1).map((row) => highest(row, comparison)))
  }
  for (const row of rows)
    if (baseline !== null && row.difference) sentences.push(against(row, row.difference, baseline, comparison))
  if (baseline !== null && rows.length > 1 && rows.every((row) => row.difference === null))
    sentences.push(`${metricLabel(metric)} has one value a run and none a user, so differences are not tested.`)
  const single = rows.filter((row) => row.seeds.length === 1)
  if (single.length > 0 && single.length < rows.length)
    sentences.push(`One seed only, so no spread over seeds: ${single.map((row) => row.label).join('; ')}.`)
  else if (single.length > 0) sentences.push('One seed each: how much the seed matters is not known.')
  return sentences
}

function highest(row: ComparisonRow, { metric, users, rows }: Comparison): string {
  const value = `${decimal(row.value)} ${interval(row.interval)} ${metricLabel(metric)}, ${count(users)} users`
  return rows.length === 1
    ? `${row.label}: ${value}.`
    : `The highest value is that of ${row.label}: ${value}. Pin a baseline to test differences.`
}

function against(
  row: ComparisonRow,
  difference: NonNullable<ComparisonRow['difference']>,
  baseline: string,
  { metric, users }: Comparison,
): string {
  const digits = digitsFor(difference.value)
  const amount = (value: number, low: number, high: number): string =>
    `${decimal(value, digits)} ${interval({ low, high }, digits)} ${metricLabel(metric)}, ${pValue(difference.holm)} after correction, ${count(users)} users.`
  const { value } = difference
  const { low, high } = difference.interval
  if (!isShown(difference))
    return `No difference shown between ${row.label} and ${baseline}: ${amount(value, low, high)}`
  const quality = parseMetric(metric)?.info.higherIsBetter ?? true
  const [above, below] = quality ? ['ahead of', 'behind'] : ['higher than', 'lower than']
  return value > 0
    ? `${row.label} is ${above} ${baseline} by ${amount(value, low, high)}`
    : `${row.label} is ${below} ${baseline} by ${amount(-value, -high, -low)}`
}

/** Three digits, and more where fewer would show a difference as 0. */
function digitsFor(value: number): number {
  const size = Math.abs(value)
  return size >= 0.001 || size === 0 ? 3 : Math.min(6, Math.ceil(-Math.log10(size)) + 1)
}

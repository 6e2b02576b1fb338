/** Cells of the comparison in words and digits. */
import type { ComparisonRow, HyperParameterValue, Interval } from '@contract'

/** '0.2431', or '0.2431 ± 0.0012' over several seeds. */
export function valueText(row: Pick<ComparisonRow, 'value' | 'spread'>): string {
  return row.spread === null ? digits(row.value) : `${digits(row.value)} ± ${digits(row.spread)}`
}

export function digits(value: number, places = 4): string {
  return Number.isFinite(value) ? value.toFixed(places) : '–'
}

/** With its sign, a real minus, and no '−0.0000'. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(4)
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`
}

export function intervalText(interval: Interval, show: (value: number) => string = digits): string {
  return `[${show(interval.low)}, ${show(interval.high)}]`
}

export function pText(p: number): string {
  if (!Number.isFinite(p)) return '–'
  return p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, '')
}

/** Both tests before correction, for the one cell that shows the corrected value. */
export function testsText({ pairedT, wilcoxon }: NonNullable<ComparisonRow['difference']>): string {
  return `Uncorrected: paired t ${pText(pairedT)}, Wilcoxon ${pText(wilcoxon)}`
}

/** '12' for one seed or equal seeds, '9–14' else; '–' for models without epochs. */
export function epochsText(epochs: (number | null)[]): string {
  const known = epochs.filter((e) => e !== null)
  if (known.length === 0) return '–'
  const low = Math.min(...known)
  const high = Math.max(...known)
  return low === high ? String(low) : `${low}–${high}`
}

/** How a difference stands: it is established when its interval excludes zero and the corrected test agrees. */
export type Standing = 'above' | 'below' | 'open'

export function standing({ interval, holm }: { interval: Interval; holm: number }): Standing {
  if (!(holm < 0.05)) return 'open'
  if (interval.low > 0) return 'above'
  return interval.high < 0 ? 'below' : 'open'
}

export const standingText: Record<Standing, string> = {
  above: 'above',
  below: 'below',
  open: 'not separated',
}

export function parameterText(value: HyperParameterValue | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}

/** A comparison as CSV (RFC 4180) with all digits: one row a model, one column a quantity, for spreadsheets and scripts. */
import type { Comparison } from '../../src-preload/contract.ts'

type Value = string | number | null

export function comparisonCsv(comparison: Comparison): string {
  const { rows, metric, domain, baseline, users, card, differing } = comparison
  const keys = [...new Set(rows.flatMap((r) => Object.keys(r.metrics)))].sort()
  const header = [
    ...['model', 'label', 'metric', 'domain', 'users', 'seeds', 'value', 'spread_over_seeds', 'low_95', 'high_95'],
    ...['baseline', 'difference', 'difference_low_95', 'difference_high_95', 'p_paired_t', 'p_wilcoxon', 'p_holm'],
    ...['best_epochs', 'seconds_per_run', 'protocol', 'runs'],
    ...differing.map((d) => `config.${d.key}`),
    ...keys,
  ]
  const lines = rows.map((row): Value[] => {
    const d = row.difference
    return [
      ...[row.model, row.label, metric, domain, users, row.seeds.join(' '), row.value, row.spread],
      ...[row.interval.low, row.interval.high, baseline, d?.value ?? null, d?.interval.low ?? null],
      ...[d?.interval.high ?? null, d?.pairedT ?? null, d?.wilcoxon ?? null, d?.holm ?? null],
      ...[
        row.bestEpochs
          .map((e) => e ?? '')
          .join(' ')
          .trim(),
        row.secondsPerRun,
        card.hash,
        row.runIds.join(' '),
      ],
      ...differing.map((x) => written(x.values[row.label] ?? null)),
      ...keys.map((k) => row.metrics[k] ?? null),
    ]
  })
  return [header, ...lines].map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

function written(value: string | number | boolean | null): Value {
  return typeof value === 'boolean' ? String(value) : value
}

/**
 * Numbers as they are. Text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line end) gets an apostrophe
 * before it, which spreadsheets read as "text" (OWASP, CSV injection).
 */
export function csvCell(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

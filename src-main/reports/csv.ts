/** A comparison as CSV (RFC 4180) with all digits: one row a model, one column a quantity, for spreadsheets and scripts. Its pairs: one row a pair. */
import type { Comparison } from '../../src-preload/contract.ts'
import { stars } from '../evaluation/number-format.ts'

type Value = string | number | null
type Row = Record<string, Value>

export function comparisonCsv(comparison: Comparison): string {
  return recordsCsv(recordsOf(comparison))
}

/** All columns that any of the rows has, in the order in which they first come. */
export function recordsCsv(rows: readonly Row[]): string {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => header.map((column) => row[column] ?? null))
  return csvText([header, ...lines])
}

export function pairsCsv({ pairs, metric, domain, users, card }: Comparison): string {
  const header = [
    ...['first', 'second', 'metric', 'domain', 'users', 'difference', 'low_95', 'high_95'],
    ...['p_paired_t', 'p_wilcoxon', 'p_holm', 'protocol'],
  ]
  const lines = pairs.map((pair): Value[] => [
    ...[pair.first, pair.second, metric, domain, users, pair.value, pair.interval.low, pair.interval.high],
    ...[pair.pairedT, pair.wilcoxon, pair.holm, card.hash],
  ])
  return csvText([header, ...lines])
}

function csvText(lines: Value[][]): string {
  return lines.map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

/** One row a model: column -> value. */
export function recordsOf(comparison: Comparison): Row[] {
  const { rows, metric, domain, baseline, users, card, differing, looks } = comparison
  const keys = [...new Set(rows.flatMap((r) => Object.keys(r.metrics)))].sort()
  const header = [
    ...['model', 'label', 'metric', 'domain', 'users', 'seeds', 'value', 'spread_over_seeds', 'low_95', 'high_95'],
    ...[
      'baseline',
      'difference',
      'difference_low_95',
      'difference_high_95',
      'p_paired_t',
      'p_wilcoxon',
      'p_holm',
      'stars_of_p_holm',
    ],
    ...['best_epochs', 'seconds_per_run', 'protocol', 'looks_at_test', 'configurations_looked_at', 'runs'],
    ...differing.map((d) => `config.${d.key}`),
    ...keys,
  ]
  return rows.map((row): Row => {
    const d = row.difference
    const values: Value[] = [
      ...[row.model, row.label, metric, domain, users, row.seeds.join(' '), row.value, row.spread],
      ...[row.interval.low, row.interval.high, baseline, d?.value ?? null, d?.interval.low ?? null],
      ...[d?.interval.high ?? null, d?.pairedT ?? null, d?.wilcoxon ?? null, d?.holm ?? null, d ? stars(d.holm) : null],
      ...[
        row.bestEpochs
          .map((e) => e ?? '')
          .join(' ')
          .trim(),
        row.secondsPerRun,
        ...[card.hash, looks.runs, looks.configurations],
        row.runIds.join(' '),
      ],
      ...differing.map((x) => written(x.values[row.label] ?? null)),
      ...keys.map((k) => row.metrics[k] ?? null),
    ]
    return Object.fromEntries(header.map((column, i) => [column, values[i] ?? null]))
  })
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

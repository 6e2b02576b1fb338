/** A comparison as a table of written cells: made once, drawn by text.ts, markdown.ts, latex.ts and html.ts. */
import type { Comparison, ComparisonRow, ProtocolCard } from '../../src-preload/contract.ts'
import { domainLabel } from '../evaluation/comparison-sentences.ts'
import { metricInfos, metricLabel, parseMetric } from '../evaluation/metric-infos.ts'
import { count, decimal, duration, interval, pValue, signed, stars } from '../evaluation/number-format.ts'

export interface Table {
  caption: string
  columns: { label: string; align: 'left' | 'right' }[]
  rows: { cells: Cell[]; baseline: boolean }[]
  /** What the signs mean; printed under the table. */
  notes: string[]
}
export interface Cell {
  text: string
  /** '***', '**', '*' or '' */
  stars: string
  /** The best of its column. */
  best: boolean
}

const cell = (text: string, stars = '', best = false): Cell => ({ text, stars, best })

/** Shown beside the metric itself, at its cut-off. */
const COMPANIONS = ['ndcg', 'recall', 'mrr', 'coverage']

export function comparisonTable(comparison: Comparison): Table {
  const { rows, metric, baseline } = comparison
  const others = companions(comparison)
  const best = new Map(others.map((key) => [key, Math.max(...rows.map((r) => r.metrics[key] ?? -Infinity))]))
  const top = Math.max(...rows.map((r) => r.value))
  return withoutEmptyColumns({
    caption: caption(comparison),
    columns: [
      { label: 'Model', align: 'left' },
      { label: metricLabel(metric), align: 'right' },
      { label: '95 % interval', align: 'right' },
      { label: `Difference to ${baseline ?? 'the baseline'}`, align: 'right' },
      { label: 'p (Holm)', align: 'right' },
      ...others.map((key) => ({ label: metricLabel(key), align: 'right' as const })),
      { label: 'Best epoch', align: 'right' },
      { label: 'Time a run', align: 'right' },
    ],
    rows: rows.map((row) => ({
      baseline: row.label === baseline,
      cells: [
        cell(row.label),
        cell(withSpread(row), '', isQuality(metric) && row.value === top),
        cell(interval(row.interval)),
        ...differenceCells(row),
        ...others.map((key) => cell(...withBest(row.metrics[key], best.get(key), key))),
        cell(epochs(row)),
        cell(row.secondsPerRun === null ? '' : duration(row.secondsPerRun)),
      ],
    })),
    notes: notes(comparison),
  })
}

/** A column that says nothing about any row is left out: best epochs of models without epochs, differences without a baseline. */
function withoutEmptyColumns(table: Table): Table {
  const kept = table.columns.map((_, i) => i === 0 || table.rows.some((row) => row.cells[i]?.text !== ''))
  return {
    ...table,
    columns: table.columns.filter((_, i) => kept[i]),
    rows: table.rows.map((row) => ({ ...row, cells: row.cells.filter((_, i) => kept[i]) })),
  }
}

/** Rows of a study: the pinned full model first, then the variants, those that lose most first. */
export function ablationTable(comparison: Comparison): Table {
  const { rows, metric, baseline } = comparison
  const change = (row: ComparisonRow): number => row.difference?.value ?? -Infinity
  const ordered = rows.toSorted((a, b) => change(a) - change(b))
  return {
    caption: `Ablation. ${caption(comparison)}`,
    columns: [
      { label: 'Variant', align: 'left' },
      { label: metricLabel(metric), align: 'right' },
      { label: '95 % interval', align: 'right' },
      { label: baseline === null ? 'Change' : `Change against ${baseline}`, align: 'right' },
      { label: 'p (Holm)', align: 'right' },
    ],
    rows: ordered.map((row) => ({
      baseline: row.label === baseline,
      cells: [cell(row.label), cell(withSpread(row)), cell(interval(row.interval)), ...differenceCells(row)],
    })),
    notes: notes(comparison),
  }
}

/** Every pair of rows with its tests; which of them is ahead is said by the sign. */
export function pairsTable({ pairs, metric }: Comparison): Table {
  return {
    caption: `All pairs of rows, ${metricLabel(metric)}`,
    columns: [
      { label: 'First', align: 'left' },
      { label: 'Second', align: 'left' },
      { label: 'First less second', align: 'right' },
      { label: '95 % interval', align: 'right' },
      { label: 'p (paired t)', align: 'right' },
      { label: 'p (Wilcoxon)', align: 'right' },
      { label: 'p (Holm)', align: 'right' },
    ],
    rows: pairs.map(({ first, second, value, interval: range, pairedT, wilcoxon, holm }) => ({
      baseline: false,
      cells: [
        ...[cell(first), cell(second), cell(signed(value, 4), stars(holm)), cell(interval(range, 4))],
        ...[pairedT, wilcoxon, holm].map((p) => cell(bareP(p))),
      ],
    })),
    notes: [
      `Paired by user on the mean over seeds, 95 % bootstrap interval. Holm’s correction is of the paired t-tests, over ${family(pairs.length)}: ${STARS}.`,
    ],
  }
}

const STARS = '* p < .05, ** p < .01, *** p < .001'

function family(pairs: number): string {
  return pairs === 1 ? 'the one pair of rows' : `all ${count(pairs)} pairs of rows`
}

/** '.034', '< .001' */
function bareP(p: number): string {
  return pValue(p).replace('p ', '').replace('= ', '')
}

export function protocolTable(card: ProtocolCard): Table {
  return {
    caption: `Protocol card ${card.hash.slice(0, 12)}`,
    columns: [
      { label: 'Decision', align: 'left' },
      { label: 'Value', align: 'left' },
    ],
    rows: card.rows.map((row) => ({ baseline: false, cells: [cell(row.label), cell(row.value)] })),
    notes: ['Two numbers are comparable when their protocol cards have the same hash.'],
  }
}

function companions({ metric, rows }: Comparison): string[] {
  const cutoff = parseMetric(metric)?.cutoff ?? 10
  return COMPANIONS.map((id) => `${id}@${cutoff}`).filter((key) => key !== metric && rows.some((r) => key in r.metrics))
}

function caption({ metric, domain, users, card }: Comparison): string {
  return `${metricLabel(metric)}, ${domainLabel(domain)}, ${count(users)} users, protocol ${card.hash.slice(0, 12)}`
}

function isQuality(metric: string): boolean {
  return parseMetric(metric)?.info.higherIsBetter ?? false
}

function withSpread(row: ComparisonRow): string {
  return row.spread === null ? decimal(row.value, 4) : `${decimal(row.value, 4)} ± ${decimal(row.spread, 4)}`
}

function withBest(value: number | undefined, best: number | undefined, key: string): [string, string, boolean] {
  return value === undefined ? ['', '', false] : [decimal(value), '', isQuality(key) && value === best]
}

function differenceCells({ difference }: ComparisonRow): Cell[] {
  if (!difference) return [cell(''), cell('')]
  return [
    cell(`${signed(difference.value)} ${interval(difference.interval)}`, stars(difference.holm)),
    cell(bareP(difference.holm)),
  ]
}

/** One number when all seeds agree, else the range. */
function epochs({ bestEpochs }: ComparisonRow): string {
  const known = bestEpochs.filter((e) => e !== null)
  if (known.length === 0) return ''
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return low === high ? String(low) : `${low}–${high}`
}

function notes({ rows, baseline, domain, pairs, looks }: Comparison): string[] {
  const seeds = Math.max(0, ...rows.map((r) => r.seeds.length))
  const out = [
    seeds > 1
      ? `Mean ± sample standard deviation over ${rows.every((r) => r.seeds.length === seeds) ? '' : 'up to '}${seeds} seeds; 95 % bootstrap interval over users.`
      : 'One seed; 95 % bootstrap interval over users.',
  ]
  if (domain === 'mean') out.push('The value is the mean of the domains’ means.')
  if (baseline !== null && rows.some((r) => r.difference))
    out.push(
      `Difference to ${baseline} paired by user, 95 % bootstrap interval; paired t-test with Holm correction over ${family(pairs.length)}: ${STARS}.`,
    )
  const quality = metricInfos.filter((m) => !m.higherIsBetter).map((m) => m.id)
  if (rows.some((r) => Object.keys(r.metrics).some((k) => k.startsWith(`${quality[0]}@`))))
    out.push('Item coverage is a description, not a quality.')
  if (looks.runs > 0)
    out.push(
      `The test part of this protocol has been looked at ${looks.runs === 1 ? 'once' : `${count(looks.runs)} times`}, for ${count(looks.configurations)} configuration${looks.configurations === 1 ? '' : 's'}.`,
    )
  return out
}

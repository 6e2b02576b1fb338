/** The pairs of a comparison as a square: each cell is what its row does against its column. */
import type { Comparison, PairedDifference } from '@contract'
import { digits, intervalText, pText, signed, standing, type Standing } from './table-text.ts'

export interface PairCell {
  row: string
  column: string
  stands: Standing
  /** '+.012': the mean of the row less that of the column. */
  text: string
  /** The whole finding, in words. */
  words: string
}

/** @returns [rows, columns] in the order of the table's rows; null on the diagonal and where a pair was not tested */
export function pairCells(table: Pick<Comparison, 'rows' | 'pairs'>, metricLabel: string): (PairCell | null)[][] {
  const labels = table.rows.map((row) => row.label)
  const place = new Map(labels.map((label, i) => [label, i]))
  const cells = labels.map(() => labels.map((): PairCell | null => null))
  for (const pair of table.pairs) {
    const [a, b] = [place.get(pair.first), place.get(pair.second)]
    if (a === undefined || b === undefined) continue
    cells[a]![b] = cellOf(pair, metricLabel)
    cells[b]![a] = cellOf(turned(pair), metricLabel)
  }
  return cells
}

function turned({ first, second, value, interval, ...tests }: PairedDifference): PairedDifference {
  return {
    first: second,
    second: first,
    value: -value,
    interval: { low: -interval.high, high: -interval.low },
    ...tests,
  }
}

function cellOf(pair: PairedDifference, metricLabel: string): PairCell {
  const { first, second, value, interval, pairedT, wilcoxon, holm } = pair
  const stands = standing(pair)
  const low = Math.min(Math.abs(interval.low), Math.abs(interval.high))
  const high = Math.max(Math.abs(interval.low), Math.abs(interval.high))
  const size = `${digits(Math.abs(value))} ${intervalText({ low, high })}`
  const finding = {
    above: `${first} is ahead of ${second} by ${size}`,
    below: `${first} is behind ${second} by ${size}`,
    open: `${first} and ${second} cannot be told apart: ${signed(value)} ${intervalText(interval, signed)}`,
  }[stands]
  return {
    row: first,
    column: second,
    stands,
    text: short(value),
    words: `${finding} ${metricLabel}; Holm p ${pText(holm)}, uncorrected: paired t ${pText(pairedT)}, Wilcoxon ${pText(wilcoxon)}`,
  }
}

/** '+.012', '−.012', '.000'; '−1.250' where it is that large. */
export function short(value: number): string {
  const text = Math.abs(value).toFixed(3).replace(/^0/, '')
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`
}

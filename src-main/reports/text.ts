/** Tables for the terminal: aligned columns, no colour, nothing wider than it must be. */
import type { Comparison, ProtocolCard } from '../../src-preload/contract.ts'
import { ablationTable, comparisonTable, protocolTable, type Table } from './table.ts'

/** The comparison table; its sentences are the caller's to print. */
export function comparisonText(comparison: Comparison): string {
  return tableText(comparisonTable(comparison))
}

/** A study's table: what the change of each part does. */
export function ablationText(comparison: Comparison): string {
  return tableText(ablationTable(comparison))
}

export function cardText(card: ProtocolCard): string {
  return tableText(protocolTable(card))
}

/** Longer texts in a left-aligned column go on in the next line. */
const WRAP = 100

export function tableText({ caption, columns, rows, notes }: Table): string {
  const cells = rows.map((r) =>
    r.cells.map((c, i) => (columns[i]?.align === 'left' ? wrap(c.text + c.stars) : [c.text + c.stars])),
  )
  const widths = columns.map(({ label }, i) =>
    Math.max(width(label), ...cells.flatMap((row) => (row[i] ?? []).map(width))),
  )
  const line = (row: string[]): string =>
    row
      .map((text, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - width(text))
        return columns[i]?.align === 'right' ? space + text : text + space
      })
      .join('  ')
      .trimEnd()
  const lines = (row: string[][]): string[] =>
    Array.from({ length: Math.max(...row.map((c) => c.length)) }, (_, l) => line(row.map((c) => c[l] ?? '')))
  const rule = widths.map((w) => '─'.repeat(w)).join('  ')
  return [caption, '', line(columns.map((c) => c.label)), rule, ...cells.flatMap(lines), '', ...notes].join('\n')
}

/** At spaces; a single word is never broken. */
function wrap(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (width(last) + 1 + width(word) <= WRAP) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Columns a text takes: combining marks none, wide (East Asian) characters two. */
function width(text: string): number {
  let columns = 0
  for (const c of text.normalize('NFC'))
    if (!/\p{Mark}/u.test(c))
      columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(c) ? 2 : 1
  return columns
}

/** A comparison as GitHub-flavoured Markdown. */
import type { Comparison } from '../../src-preload/contract.ts'
import { ablationTable, comparisonTable, protocolTable, type Table } from './table.ts'

/** @param kind a study is ordered by what the changes cost */
export function comparisonMarkdown(comparison: Comparison, kind: 'comparison' | 'ablation' = 'comparison'): string {
  const table = kind === 'ablation' ? ablationTable(comparison) : comparisonTable(comparison)
  const sentences = comparison.sentences.map((s) => `- ${escapeMarkdown(s)}`).join('\n')
  return `${tableMarkdown(table)}\n${sentences}\n\n${tableMarkdown(protocolTable(comparison.card))}`
}

export function tableMarkdown({ caption, columns, rows, notes }: Table): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
  return [
    `**${escapeMarkdown(caption)}**`,
    '',
    line(columns.map((c) => escapeMarkdown(c.label))),
    line(columns.map((c) => (c.align === 'right' ? '---:' : ':---'))),
    ...rows.map((row) =>
      line(
        row.cells.map((c) => {
          const text = escapeMarkdown(c.text)
          return (c.best && text !== '' ? `**${text}**` : text) + escapeMarkdown(c.stars)
        }),
      ),
    ),
    '',
    ...notes.map((n) => `${escapeMarkdown(n)}  `),
    '',
  ].join('\n')
}

/** Nothing in a label can become markup, a table cell's end, HTML or a new line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]#|~]/g, (c) => `\\${c}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\s+/g, ' ')
}

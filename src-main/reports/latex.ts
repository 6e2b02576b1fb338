/** A comparison as a LaTeX table; needs \usepackage{booktabs} and UTF-8 input (the default since 2018). */
import type { Comparison } from '../../src-preload/contract.ts'
import { ablationTable, comparisonTable, type Cell, type Table } from './table.ts'

/** @param kind a study is ordered by what the changes cost */
export function comparisonLatex(comparison: Comparison, kind: 'comparison' | 'ablation' = 'comparison'): string {
  return tableLatex(kind === 'ablation' ? ablationTable(comparison) : comparisonTable(comparison))
}

export function tableLatex({ caption, columns, rows, notes }: Table): string {
  const line = (cells: string[]): string => `    ${cells.join(' & ')} \\\\`
  return [
    '% \\usepackage{booktabs}',
    '\\begin{table}[t]',
    '  \\centering',
    `  \\caption{${escapeLatex([`${caption}.`, ...notes].join(' '))}}`,
    `  \\begin{tabular}{${columns.map((c) => (c.align === 'right' ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(columns.map((c) => escapeLatex(c.label))),
    '    \\midrule',
    ...rows.map((row) => line(row.cells.map(cellLatex))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

function cellLatex({ text, stars, best }: Cell): string {
  const escaped = escapeLatex(text)
  return (best && escaped !== '' ? `\\textbf{${escaped}}` : escaped) + (stars === '' ? '' : `$^{${stars}}$`)
}

const commands: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '−': '$-$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '–': '--',
  '’': "'",
  '[': '{[}', // after \\ a bare [ would be read as a length
  ']': '{]}',
  λ: '$\\lambda$',
  ν: '$\\nu$',
  σ: '$\\sigma$',
  Δ: '$\\Delta$',
}

export function escapeLatex(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\~^<>|−±×–’[\]λνσΔ]|[&%$#_{}]/g, (c) => commands[c] ?? `\\${c}`)
}

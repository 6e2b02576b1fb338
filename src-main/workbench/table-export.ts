/** A comparison in the formats that papers and notebooks take. */
import type { Comparison, Experiment } from '../../src-preload/contract.ts'
import { comparisonCsv } from '../reports/csv.ts'
import { comparisonLatex } from '../reports/latex.ts'
import { comparisonMarkdown } from '../reports/markdown.ts'

export function exportTable(
  comparison: Comparison,
  kind: Experiment['spec']['kind'],
  format: 'latex' | 'csv' | 'markdown',
): string {
  const layout = kind === 'ablation' && comparison.baseline !== null ? 'ablation' : 'comparison' // without its baseline a study is a plain table
  switch (format) {
    case 'latex':
      return comparisonLatex(comparison, layout)
    case 'markdown':
      return comparisonMarkdown(comparison, layout)
    case 'csv':
      return comparisonCsv(comparison)
    default:
      return format satisfies never
  }
}

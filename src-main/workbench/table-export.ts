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
  const layout = comparison.baseline === null ? 'comparison' : kind // a study without its baseline is a plain table
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

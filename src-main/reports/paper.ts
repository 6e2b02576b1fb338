/**
 * What the paper reports. Its cut-off, split, threshold and candidates are not stated, so these numbers stand apart from those of own runs and
 * are never ranked with them.
 */
import { decimal } from '../evaluation/number-format.ts'
import type { Table } from './table.ts'

export const REPORTED = 'reported, protocol unknown'

type Row = readonly [label: string, ndcg: number, recall: number]
const reported: Record<'table1' | 'table2', { caption: string; rows: readonly Row[] }> = {
  table1: {
    caption: 'Table 1 of the paper',
    rows: [
      ['CF', 0.428, 0.362],
      ['MF', 0.455, 0.389],
      ['DeepFM', 0.478, 0.411],
      ['MVCNN', 0.493, 0.425],
      ['Wide & Deep', 0.509, 0.437],
      ['Ours', 0.535, 0.462],
    ],
  },
  table2: {
    caption: 'Table 2 of the paper',
    rows: [
      ['With cross-domain', 0.535, 0.462],
      ['Without cross-domain', 0.498, 0.428],
    ],
  },
}

export function paperTable(kind: 'table1' | 'table2'): Table {
  const { caption, rows } = reported[kind]
  return {
    caption: `${caption}: ${REPORTED}`,
    columns: [
      { label: 'Model', align: 'left' },
      { label: 'NDCG', align: 'right' },
      { label: 'Recall', align: 'right' },
    ],
    rows: rows.map(([label, ...values]) => ({
      baseline: false,
      cells: [label, ...values.map((value) => decimal(value))].map((text) => ({ text, stars: '', best: false })),
    })),
    notes: [
      "A. Liang: Enhancing Recommendation Systems with Multi-Modal Transformers in Cross-Domain Scenarios. Cut-off, split, positives and candidates are not stated: these numbers may not be compared with those of one's own runs.",
    ],
  }
}

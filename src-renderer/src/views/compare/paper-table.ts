/**
 * Table 1 of Ankai Liang, "Enhancing Recommendation Systems with Multi-Modal Transformers in Cross-Domain Scenarios". The paper names no
 * cut-off, split, threshold, candidate set or domains, so these numbers are shown beside one's own and never ranked with them.
 */
export interface ReportedRow {
  model: string
  ndcg: string
  recall: string
}

export const reportedRows: ReportedRow[] = [
  { model: 'CF', ndcg: '.428', recall: '.362' },
  { model: 'MF', ndcg: '.455', recall: '.389' },
  { model: 'DeepFM', ndcg: '.478', recall: '.411' },
  { model: 'MVCNN', ndcg: '.493', recall: '.425' },
  { model: 'Wide & Deep', ndcg: '.509', recall: '.437' },
  { model: 'Ours (multi-modal Transformer)', ndcg: '.535', recall: '.462' },
]

/** The metrics there are: one row each feeds the tables, the help texts, the command line, the documentation and the reports. */
import type { MetricInfo } from '../../src-preload/contract.ts'

const example =
  'Example: a user has 3 relevant held-out items; of the first 5 recommendations, those at rank 1 and rank 4 are relevant.'

export const metricInfos: MetricInfo[] = [
  {
    id: 'ndcg',
    label: 'NDCG',
    formula: 'NDCG@K = Σ_{i≤K} rel_i / log2(i+1)  /  Σ_{i≤min(K,|R|)} 1 / log2(i+1)',
    help: `Hits count more the higher they stand; 1 is the best possible list. Relevance is binary, the base of the logarithm cancels. ${example} NDCG@5 = (1 + 0.4307) / (1 + 0.6309 + 0.5) = 0.6714.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'recall',
    label: 'Recall',
    formula: 'Recall@K = hits@K / |R|',
    help: `The share of a user's relevant items that stand in the list. It divides by |R|, not by min(K, |R|) as some papers do. ${example} Recall@5 = 2 / 3 = 0.6667.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'precision',
    label: 'Precision',
    formula: 'Precision@K = hits@K / K',
    help: `The share of the list that is relevant. ${example} Precision@5 = 2 / 5 = 0.4.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'hitrate',
    label: 'Hit rate',
    formula: 'HitRate@K = 1 if hits@K > 0, else 0',
    help: `The share of users with at least one relevant item in the list. ${example} HitRate@5 = 1.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'mrr',
    label: 'MRR',
    formula: 'MRR@K = 1 / rank of the first hit; 0 if there is none among the first K',
    help: `How far down the first relevant item stands. ${example} MRR@5 = 1 / 1 = 1.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'map',
    label: 'MAP',
    formula: 'MAP@K = Σ_{i≤K} rel_i · Precision@i / min(K, |R|)',
    help: `The mean of the precision at the rank of every hit, divided by min(K, |R|). ${example} MAP@5 = (1/1 + 2/4) / 3 = 0.5.`,
    higherIsBetter: true,
    atCutoff: true,
  },
  {
    id: 'auc',
    label: 'AUC',
    formula: 'AUC = share of pairs (relevant, not relevant) of candidates in the right order; ties count ½',
    help: 'Over all candidates, exact, without sampling; a random order gives 0.5. It says little about the top of the list. Example: of 5 candidates those at rank 1 and 4 are relevant: 4 of 6 pairs are in order, AUC = 0.6667.',
    higherIsBetter: true,
    atCutoff: false,
  },
  {
    id: 'coverage',
    label: 'Item coverage',
    formula: 'Coverage@K = distinct items in all lists / items of the domain',
    help: 'The share of the domain’s items that anybody is recommended. Example: 10 users get lists of 2 from 50 items, 5 distinct items appear: Coverage@2 = 0.1.',
    higherIsBetter: false,
    atCutoff: true,
  },
  {
    id: 'gini',
    label: 'Gini index',
    formula: 'Gini@K = Σ_j (2j − n − 1) c_j / (n Σ c_j), c sorted ascending: times item j is recommended',
    help: 'How unequally recommendations are spread over the domain’s items: 0 = equally, towards 1 = a few items take all (some frameworks print 1 − Gini). Example: 4 items recommended 0, 0, 0 and 8 times: (3 · 8) / (4 · 8) = 0.75.',
    higherIsBetter: false,
    atCutoff: true,
  },
  {
    id: 'popularity',
    label: 'Mean popularity',
    formula: 'Popularity@K = mean over the list of the item’s number of training positives',
    help: 'How popular the recommended items are. Example: a list of two items with 300 and 100 training positives: 200.',
    higherIsBetter: false,
    atCutoff: true,
  },
  {
    id: 'novelty',
    label: 'Novelty',
    formula: 'Novelty@K = mean over the list of −log2(max(1, training positives of the item) / users)',
    help: 'Self-information in bits: rare items are novel. Example: with 1,000 users, a list of two items with 500 and 125 training positives: (1 + 3) / 2 = 2.',
    higherIsBetter: false,
    atCutoff: true,
  },
  {
    id: 'diversity',
    label: 'Genre diversity',
    formula: 'Diversity@K = mean over pairs of the list of 1 − |g_i ∩ g_j| / |g_i ∪ g_j|, g the genres of a movie',
    help: 'How unlike each other the movies of a list are (intra-list diversity with Jaccard’s distance): 0 = all of the same genres, 1 = no two share one. Movies without a genre are left out; 0 where fewer than two are left. Example: a list of Comedy, Comedy|Drama and Horror: the distances are 1 − 1/2, 1 and 1, their mean is 0.8333.',
    higherIsBetter: false,
    atCutoff: true,
  },
  {
    id: 'textdiversity',
    label: 'Text diversity',
    formula: 'TextDiversity@K = mean over pairs of the list of 1 − cos(t_i, t_j), t the text features of a movie',
    help: 'How unlike each other the texts of a list’s movies are; known for runs of models that read texts. Movies without a text are left out; 0 where fewer than two are left. Example: the features (1, 0), (0, 2) and (3, 0): the distances are 1, 0 and 1, their mean is 0.6667.',
    higherIsBetter: false,
    atCutoff: true,
  },
]

/** Metrics of all lists together: one value a run and domain, so no paired test. The others have one value a user. */
const listMetrics = ['coverage', 'gini']

/** The keys of the metrics with one value a user: 'ndcg@10', 'ndcg@20', ..., 'auc'. @param without ids of metrics that the data does not allow */
export function userMetricKeys(cutoffs: readonly number[], without: readonly string[] = []): string[] {
  const rows = metricInfos.filter((m) => !listMetrics.includes(m.id) && !without.includes(m.id))
  return rows.flatMap((m) => (m.atCutoff ? cutoffs.map((k) => `${m.id}@${k}`) : [m.id]))
}

/** 'ndcg@10' -> its row and its cut-off; null when there is no such metric. */
export function parseMetric(key: string): { info: MetricInfo; cutoff: number | null } | null {
  const [id, at, ...rest] = key.split('@')
  const info = metricInfos.find((m) => m.id === id)
  if (!info || rest.length > 0 || info.atCutoff !== (at !== undefined)) return null
  if (at === undefined) return { info, cutoff: null }
  return /^[1-9]\d*$/.test(at) ? { info, cutoff: Number(at) } : null
}

/** 'ndcg@10' -> 'NDCG@10'; an unknown key is shown as it is. */
export function metricLabel(key: string): string {
  const parsed = parseMetric(key)
  if (!parsed) return key
  return parsed.cutoff === null ? parsed.info.label : `${parsed.info.label}@${parsed.cutoff}`
}

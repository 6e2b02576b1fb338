/** A finished experiment of all fifteen models, as wide and as long as the tables get. */
import type { Experiment } from '@contract'
import { finishedExperiment, makeExperiment, makeRun } from './experiments.ts'

const models: [model: string, label: string, ndcg: number][] = [
  ['transformer', 'Transformer, desktop preset', 0.1251],
  ['ease', 'EASE', 0.1242],
  ['ials', 'iALS', 0.1215],
  ['rp3beta', 'RP3beta', 0.1139],
  ['lightgcn', 'LightGCN', 0.1128],
  ['user-knn', 'UserKNN', 0.1121],
  ['item-knn', 'ItemKNN', 0.1098],
  ['sasrec', 'SASRec', 0.1084],
  ['vbpr', 'VBPR', 0.1049],
  ['bpr', 'BPR', 0.1041],
  ['biased-mf', 'Biased MF', 0.0822],
  ['deepfm', 'DeepFM', 0.0798],
  ['mvcnn', 'MVCNN', 0.0761],
  ['wide-deep', 'Wide & Deep', 0.0744],
  ['popularity', 'Popularity', 0.0401],
]
export const fifteenMeans = Object.fromEntries(models.map(([model, , ndcg]) => [model, ndcg]))

export function fifteenModels(): Experiment {
  const { spec } = finishedExperiment()
  const runs = models.map(([model, label]) => ({ model, label, config: {} }))
  const made = makeExperiment('exp-fifteen', { ...spec, name: 'Table 1, all models', runs, seeds: [1, 2, 3, 4, 5] }, Date.UTC(2026, 10, 22)) // prettier-ignore
  return {
    ...made,
    runs: made.runs.map((run, i) => makeRun(made.id, i, run.model, run.label, run.seed, 'done', run.config)),
  }
}

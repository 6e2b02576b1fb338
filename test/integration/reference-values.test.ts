/**
 * The closed-form models on ml-latest-small (2018 edition: 610 users), through import, preparation, fit and full ranking: `user-ratio` 8:1:1, all
 * ratings positive, 5-core (3,650 movies), no genre domains, history = training. NDCG@10, mean of six splits and their spread:
 * Popularity .123 (.003), EASE (λ 300) .271 (.007), iALS .252 (.006). NumPy, NDCG included, gives the same on the first split: .1218, .2748, .2601.
 * The 2016 edition (671 users, 3,496 movies; three splits) gave .116 (.005), .260 (.002), .245 (.005).
 * REFERENCE_SEEDS=1,2,3 and REFERENCE_HISTORY=train+validation measure more.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelConfig, ProtocolSpec } from '../../src-preload/contract.ts'
import { importDataset } from '../../src-main/datasets/importing/import.ts'
import { prepare } from '../../src-main/datasets/splitting/prepare.ts'
import { evaluate, validationNdcg } from '../../src-main/evaluation/evaluate.ts'
import type { TrainingData } from '../../src-main/learning/data.ts'
import type { ModelDefinition } from '../../src-main/learning/model.ts'
import { ease } from '../../src-main/learning/models/ease.ts'
import { ials } from '../../src-main/learning/models/ials.ts'
import { popularity } from '../../src-main/learning/models/popularity.ts'
import { DatasetFile } from '../../src-main/workspace/dataset-file.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../shared-data.ts'

const seeds = (process.env['REFERENCE_SEEDS'] ?? '1').split(',').map(Number)
const historyAtTest = process.env['REFERENCE_HISTORY'] === 'train+validation' ? 'train+validation' : 'train'
const protocol: ProtocolSpec = {
  split: 'user-ratio',
  ratios: [0.8, 0.1, 0.1],
  positive: 0,
  kCore: 5,
  historyAtTest,
  cutoffs: [10, 20, 50],
  splitSeed: 1,
  overlap: 1,
  density: { A: 1, B: 1 },
}
const references: [ModelDefinition, ModelConfig, number][] = [
  [popularity, {}, 0.123],
  [ease, { lambda: 300 }, 0.271],
  [ials, {}, 0.252],
]
const tolerance = 0.015

let folder = ''
let splits: TrainingData[] = []

beforeAll(async () => {
  if (!hasLatestSmall) return
  folder = await mkdtemp(join(tmpdir(), 'reference-values-'))
  const target = join(folder, 'small.db')
  const signal = new AbortController().signal
  const options = { source: latestSmall, target, datasetId: 'small', name: 'ml-latest-small', synthetic: false, signal }
  await importDataset({ ...options, onProgress: () => {} })
  const dataset = DatasetFile.open(target)
  splits = seeds.map((splitSeed) => prepare(dataset, { kind: 'single' }, { ...protocol, splitSeed }).data)
  dataset.close()
})

afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true })
})

const name = hasLatestSmall ? '' : ` (${noDataReason})`
test
  .skipIf(!hasLatestSmall)
  .each(references.map(([model, config, reference]) => ({ id: model.id, model, config, reference })))(
  `$id has NDCG@10 within ${tolerance} of $reference on ml-latest-small${name}`,
  async ({ model: definition, config, reference }) => {
    const signal = new AbortController().signal
    const values: number[] = []
    for (const [i, data] of splits.entries()) {
      const model = definition.create(config)
      const begun = performance.now()
      await model.fit(data, { seed: 1, signal, onEvent: () => {}, validate: (m) => validationNdcg(m, data, signal) })
      const seconds = (performance.now() - begun) / 1000
      const { mean } = (await evaluate(model, data, 'test', { signal })).domains[0]!
      model.dispose()
      values.push(mean['ndcg@10']!)
      const shown = ['ndcg@10', 'recall@10', 'mrr@10', 'coverage@10', 'auc'].map((k) => `${k} ${mean[k]!.toFixed(4)}`)
      console.info(
        `${definition.id}, split ${seeds[i]}, ${data.items} items: ${shown.join(', ')}; fit ${seconds.toFixed(1)} s`,
      )
    }
    const found = values.reduce((a, b) => a + b, 0) / values.length
    expect(Math.abs(found - reference), `NDCG@10 ${found}`).toBeLessThan(tolerance)
  },
)

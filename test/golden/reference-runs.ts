/**
 * The protocol of reference_protocol.py through this repository: import, preparation, fit, full ranking. ml-latest-small, `user-ratio` 8:1:1, every
 * rating positive, 5-core, no domains, history = training. The three splits are drawn by other generators there and here, so single splits differ.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelConfig, ProtocolSpec } from '../../src-preload/contract.ts'
import { importDataset } from '../../src-main/datasets/importing/import.ts'
import { prepare } from '../../src-main/datasets/splitting/prepare.ts'
import { evaluate, validationNdcg } from '../../src-main/evaluation/evaluate.ts'
import type { Interactions, TrainingData } from '../../src-main/learning/data.ts'
import { modelById } from '../../src-main/learning/models/index.ts'
import { DatasetFile } from '../../src-main/workspace/dataset-file.ts'
import { latestSmall } from '../shared-data.ts'
import reference from './reference-protocol.json' with { type: 'json' }
import onSplit from './reference-split.json' with { type: 'json' }

export interface ReferenceRow {
  grid: ModelConfig[]
  /** By split: the configuration that validation chose, and its NDCG@10. */
  chosen: ModelConfig[]
  validation: number[]
  test: number[]
  mean: number
  /** Of the splits, as a sample. */
  deviation: number
}

/** By model id. The JSON's grids have other keys for each model, so its own type is a union of all. */
export const referenceRows: ReadonlyMap<string, ReferenceRow> = new Map(
  Object.entries(reference.models as unknown as Record<string, ReferenceRow>),
)
/** `parts`: events of training, validation and test; the counting rule leaves no chance in them. */
export const referenceSize = {
  users: reference.users,
  items: reference.items,
  ratings: reference.ratings,
  parts: reference.parts,
}

/** What NumPy found on split 1 of this repository, by model id, and what the split was: sums of (user + 1) (item + 1) over each part. */
export const onFirstSplit: {
  sums: number[]
  models: Record<string, Pick<ReferenceRun, 'validation' | 'test'> & { config: ModelConfig }>
} = onSplit

export function partSums({ train, validation, test }: TrainingData): number[] {
  return [train, validation, test].map(({ indptr, item }) => {
    let sum = 0
    for (let u = 0; u + 1 < indptr.length; u++)
      for (let e = indptr[u]!; e < indptr[u + 1]!; e++) sum += (u + 1) * (item[e]! + 1)
    return sum
  })
}

/** A split as reference_protocol.py reads it. */
export function splitText({ users, items, train, validation, test }: TrainingData): string {
  const lists = ({ indptr, item }: Interactions): number[][] =>
    Array.from({ length: users }, (_, u) => [...item.subarray(indptr[u], indptr[u + 1])])
  return JSON.stringify({ items, parts: [train, validation, test].map(lists) })
}

/** What the grids do not say, and the reference has fixed. */
const fixed: Record<string, ModelConfig> = {
  'item-knn': { values: 'binary' },
  'user-knn': { values: 'binary' },
  rp3beta: { values: 'binary' },
  ials: { dim: 64, epochs: 16, exponent: 1, initialDeviation: 0.1 },
  bpr: {
    dim: 64,
    batch: 1024,
    epochs: 200,
    validateEvery: 2,
    patience: 10,
    negatives: 'uniform',
    initialDeviation: 0.1,
  },
}

const protocol: Omit<ProtocolSpec, 'splitSeed' | 'historyAtTest'> = {
  split: 'user-ratio',
  ratios: [0.8, 0.1, 0.1],
  positive: 0,
  kCore: 5,
  cutoffs: [10, 20, 50],
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

/** Imports the data and draws the splits; needs ml-latest-small. */
export async function referenceSplits(
  seeds: readonly number[],
  historyAtTest: ProtocolSpec['historyAtTest'] = 'train',
): Promise<TrainingData[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reference-'))
  try {
    const target = join(folder, 'small.db')
    const { signal } = new AbortController()
    const options = {
      source: latestSmall,
      target,
      datasetId: 'small',
      name: 'ml-latest-small',
      synthetic: false,
      signal,
    }
    await importDataset({ ...options, onProgress: () => {} })
    const dataset = DatasetFile.open(target)
    const draw = (splitSeed: number): TrainingData =>
      prepare(dataset, { kind: 'single' }, { ...protocol, splitSeed, historyAtTest }).data
    const splits = seeds.map(draw)
    dataset.close()
    return splits
  } finally {
    await rm(folder, { recursive: true })
  }
}

export interface ReferenceRun {
  validation: number
  test: number
  seconds: number
}

/** Fits one configuration and looks at test. */
export async function referenceRun(id: string, config: ModelConfig, data: TrainingData): Promise<ReferenceRun> {
  const { signal } = new AbortController()
  const model = modelById(id).create({ ...fixed[id], ...config })
  try {
    const begun = performance.now()
    const validate = (m: typeof model): Promise<number> => validationNdcg(m, data, signal)
    const { bestValidation } = await model.fit(data, { seed: 1, signal, onEvent: () => {}, validate })
    const seconds = (performance.now() - begun) / 1000
    const { mean } = (await evaluate(model, data, 'test', { signal })).domains[0]!
    return { validation: bestValidation ?? 0, test: mean['ndcg@10']!, seconds }
  } finally {
    model.dispose()
  }
}

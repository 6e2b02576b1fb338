/** Rows to put into a workspace. */
import type { Dataset, ExperimentSpec } from '../../../src-preload/contract.ts'
import type { Workspace } from '../../../src-main/workspace/workspace.ts'

export const datasetId = 'ds-00000000000000a1'
export const experimentId = 'ex-00000000000000b1'
export const runIds = ['run-00000000000000c1', 'run-00000000000000c2'] as const

export const dataset: Dataset = {
  id: datasetId,
  name: 'Small',
  synthetic: false,
  format: 'MovieLens latest-small (CSV)',
  importedAt: 1_700_000_000_000,
  users: 610,
  movies: 9742,
  ratings: 100_836,
  tags: 3683,
  firstRatingAt: 828_124_615_000,
  lastRatingAt: 1_537_799_250_000,
  posters: 0,
  plots: 0,
  vectors: [],
  bytes: 1_234_567,
  hash: 'a'.repeat(64),
  notes: '',
  parents: [],
  recipe: '',
  catalogues: [],
  standardised: 'none',
  genome: 0,
}

export const spec: ExperimentSpec = {
  name: 'First',
  kind: 'comparison',
  datasetId,
  domains: { kind: 'genres', a: ['Action'], b: ['Comedy'], ties: 'rarer-genre' },
  protocol: {
    split: 'user-time',
    ratios: [0.8, 0.1, 0.1],
    positive: 4,
    kCore: 5,
    historyAtTest: 'train+validation',
    cutoffs: [10, 20, 50],
    splitSeed: 1,
    overlap: 1,
    foldIn: 0.8,
    candidates: { kind: 'all' },
    density: { A: 1, B: 1 },
  },
  runs: [{ model: 'ease', label: 'EASE', config: { lambda: 200 } }],
  seeds: [1, 2],
  backend: 'auto',
}

export const card = { hash: 'c'.repeat(64), rows: [{ key: 'split', label: 'Split', value: 'user-time 8:1:1' }] }

/** A data set, an experiment and its two runs, queued. */
export function fill(workspace: Workspace): void {
  workspace.transaction(() => {
    workspace.datasets.insert(dataset)
    workspace.experiments.insert({ id: experimentId, spec, card, createdAt: 10, studyId: null })
    for (const [position, id] of runIds.entries()) {
      const run = {
        id,
        experimentId,
        model: 'ease',
        label: 'EASE',
        config: { lambda: 200 },
        seed: position + 1,
        createdAt: 10,
      }
      workspace.runs.insert(run, position)
    }
  })
}

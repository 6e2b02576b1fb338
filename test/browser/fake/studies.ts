/** Studies for the fake workbench: one that is searching, one whose tables are done. */
import type { RunSpec, Study, StudySpec, Trial } from '@contract'
import { domains, protocol } from './experiments.ts'

export function suggestStudy(datasetId: string, kind: StudySpec['kind']): StudySpec {
  const all: RunSpec[] = [
    { model: 'popularity', label: 'Popularity', config: {} },
    { model: 'ease', label: 'EASE', config: { lambda: 200 } },
    { model: 'ials', label: 'iALS', config: { dim: 64 } },
    { model: 'transformer', label: 'Transformer', config: { width: 64 } },
  ]
  return {
    name: kind,
    kind,
    datasetId,
    domains,
    protocol,
    runs: kind === 'table2' ? all.slice(3) : all,
    seeds: [1, 2, 3, 4, 5],
    backend: 'auto',
    tuning: kind === 'table2' ? null : { method: 'tpe', trials: 8, minutes: 0, medianStopping: true, seed: 1 },
    densities: kind === 'table2' ? [1, 0.3, 0.1] : [1],
  }
}

function trial(model: string, label: string, number: number, part: Partial<Trial>): Trial {
  return {
    runId: `run-${model}-${number}`,
    model,
    label,
    number,
    config: {},
    state: 'done',
    stoppedEarly: false,
    validation: null,
    epochs: null,
    seconds: null,
    best: false,
    ...part,
  }
}

export function makeStudies(datasetId: string): Study[] {
  const table1 = { ...suggestStudy(datasetId, 'table1'), name: 'Table 1 on ml-latest-small' }
  return [
    {
      id: 'study-searching',
      spec: table1,
      createdAt: 1_700_000_000_000,
      state: 'running',
      reason: null,
      phase: 'Tuning Transformer, trial 3 of 8',
      fraction: 0.42,
      trials: [
        trial('ease', 'EASE', 1, { config: { lambda: 200 }, validation: 0.1214, seconds: 2.1 }),
        trial('ease', 'EASE', 2, { config: { lambda: 312.4 }, validation: 0.1231, seconds: 2.2, best: true }),
        trial('ials', 'iALS', 1, { config: { dim: 64 }, validation: 0.1102, epochs: 16, seconds: 9, best: true }),
        trial('transformer', 'Transformer', 1, { validation: 0.1188, epochs: 14, seconds: 41, best: true }),
        trial('transformer', 'Transformer', 2, { validation: 0.0911, epochs: 4, seconds: 12, stoppedEarly: true }),
        trial('transformer', 'Transformer', 3, { state: 'running', epochs: 2 }),
      ],
      experiments: [],
    },
    {
      id: 'study-done',
      spec: { ...suggestStudy(datasetId, 'table2'), name: 'Table 2 on ml-latest-small', densities: [1] },
      createdAt: 1_690_000_000_000,
      state: 'done',
      reason: null,
      phase: 'Done',
      fraction: 1,
      trials: [],
      experiments: [{ experimentId: 'exp-rivals', label: 'Full density', density: 1, target: null }],
    },
  ]
}

export const studyText = `Full density, NDCG@10, mean of both domains

  Full model             0.1214 ± 0.0012  [0.110, 0.132]
  Without cross-domain   0.1150 ± 0.0015  [0.104, 0.126]  **
`

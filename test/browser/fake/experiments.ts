/** Experiments, their runs, and curves that fall and flatten as real ones do. */
import type {
  DomainSpec,
  Experiment,
  ExperimentSpec,
  ProtocolCard,
  ProtocolSpec,
  Run,
  RunState,
  Series,
} from '@contract'
import { models } from './models.ts'

export const domains: DomainSpec = {
  kind: 'genres',
  a: [
    'Action',
    'Adventure',
    'Sci-Fi',
    'Thriller',
    'Crime',
    'War',
    'Western',
    'Horror',
    'Mystery',
    'Film-Noir',
    'Fantasy',
  ],
  b: ['Comedy', 'Romance', 'Drama', 'Musical', 'Children', 'Animation', 'Documentary'],
  ties: 'rarer-genre',
}
export const protocol: ProtocolSpec = {
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
}
export function makeCard(spec: ProtocolSpec): ProtocolCard {
  const parts = spec.ratios.map((part) => Math.round(part * 10)).join(':')
  return {
    hash: `c4d1${spec.split.length}${spec.kCore}${Math.round(spec.positive * 10)}e09b7f22`,
    rows: [
      { key: 'data', label: 'Data set', value: 'ml-latest-small · 4c1f9a0be27d' },
      { key: 'domains', label: 'Domains', value: 'two genre sets, ties to the rarer genre' },
      { key: 'split', label: 'Split', value: `${spec.split} ${parts}, seed ${spec.splitSeed}` },
      { key: 'positive', label: 'Relevant', value: spec.positive === 0 ? 'every rating' : `rating ≥ ${spec.positive}` },
      { key: 'kCore', label: 'k-core', value: spec.kCore === 0 ? 'off' : `${spec.kCore}-core, iterative` },
      { key: 'history', label: 'History at test', value: spec.historyAtTest },
      { key: 'candidates', label: 'Candidates', value: 'every unseen item of the target domain' },
      ...(spec.candidates.kind === 'sampled'
        ? [{ key: 'warning', label: 'Warning', value: 'sampled negatives make numbers larger and reorder models' }]
        : []),
      { key: 'cutoffs', label: 'Cut-offs', value: spec.cutoffs.join(', ') },
    ],
  }
}

const scores: Record<string, [validation: number, test: number]> = {
  popularity: [0.0412, 0.0388],
  ease: [0.1198, 0.1161],
  ials: [0.1093, 0.1049],
  transformer: [0.1155, 0.1112],
}

export function makeRun(
  experimentId: string,
  index: number,
  model: string,
  label: string,
  seed: number,
  state: RunState,
  config = {},
): Run {
  const [validation, test] = scores[model] ?? [0.1, 0.09]
  const neural = model === 'transformer'
  const done = state === 'done'
  const started = Date.UTC(2026, 10, 20, 9, 0) + index * 240_000
  return {
    id: `${experimentId}-run-${index}`,
    experimentId,
    model,
    label,
    config,
    seed,
    state,
    reason:
      state === 'failed'
        ? 'The job ended with exit code 134 (out of memory). A smaller batch or history length needs less.'
        : null,
    createdAt: started - 60_000,
    startedAt: state === 'queued' ? null : started,
    endedAt: done ? started + (neural ? 214_000 : 3_100) : null,
    backend: state === 'queued' ? null : neural ? 'wasm' : 'cpu',
    device: state === 'queued' ? null : 'WebAssembly with SIMD, 2 threads',
    resumable: neural && (state === 'interrupted' || state === 'cancelled'),
    parameters: state === 'queued' ? null : neural ? 812_544 : null,
    bestEpoch: done && neural ? 9 : null,
    epochs: done && neural ? 14 : null,
    validation: done ? validation + seed * 0.0011 : null,
    test: done ? test + seed * 0.0013 : null,
  }
}

/** Runs of a new experiment, all queued: one a model and seed. */
export function makeExperiment(id: string, spec: ExperimentSpec, createdAt: number): Experiment {
  const runs = spec.runs.flatMap((run) => spec.seeds.map((seed) => ({ run, seed })))
  return {
    id,
    spec,
    createdAt,
    card: makeCard(spec.protocol),
    studyId: null,
    runs: runs.map(({ run, seed }, i) => makeRun(id, i, run.model, run.label, seed, 'queued', run.config)),
  }
}

const rivals: ExperimentSpec = {
  name: 'Rivals on ml-latest-small',
  kind: 'comparison',
  datasetId: 'ds-latest-small',
  domains,
  protocol,
  runs: models.map((model) => ({ model: model.id, label: model.label, config: {} })),
  seeds: [1, 2, 3],
  backend: 'auto',
}
export function finishedExperiment(): Experiment {
  const made = makeExperiment('exp-rivals', rivals, Date.UTC(2026, 10, 20, 8, 59))
  return {
    ...made,
    runs: made.runs.map((run, i) => makeRun(made.id, i, run.model, run.label, run.seed, 'done', run.config)),
  }
}
/** One run done, one running, one failed, the rest queued. */
export function runningExperiment(): Experiment {
  const spec: ExperimentSpec = { ...rivals, name: 'Transformer, three seeds', runs: [rivals.runs[1]!, rivals.runs[3]!] }
  const made = makeExperiment('exp-running', spec, Date.UTC(2026, 10, 21, 14, 10))
  const states: RunState[] = ['done', 'done', 'failed', 'running', 'queued', 'queued']
  return {
    ...made,
    runs: made.runs.map((run, i) => makeRun(made.id, i, run.model, run.label, run.seed, states[i]!, run.config)),
  }
}

export function makeSeries(name: Series['name'], points: number): Series {
  const n = Math.min(points, name === 'validation' ? 14 : 420)
  const x = Array.from({ length: n }, (_, i) => i + 1)
  const wave = (i: number): number => Math.sin(i * 12.9898) * 0.5
  const y = x.map((i) => {
    const t = i / n
    switch (name) {
      case 'loss':
        return 4.1 + 3.4 * Math.exp(-5 * t) + 0.12 * wave(i) * Math.exp(-2 * t)
      case 'learningRate':
        return i <= 50 ? (0.003 * i) / 50 : 0.0015 * (1 + Math.cos(Math.PI * t))
      case 'validation':
        return 0.116 * (1 - Math.exp(-0.42 * i)) - Math.max(0, i - 9) * 0.0011
      case 'samplesPerSecond':
        return 570 + 26 * wave(i)
    }
  })
  return { name, x, y }
}

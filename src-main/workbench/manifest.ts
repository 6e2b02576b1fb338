/** What reproduces an experiment: its specification with every value filled in, the hashes of what it was made from, and what came out. */
import type { Dataset, Experiment, ExperimentSpec, ProtocolCard } from '../../src-preload/contract.ts'

export interface Manifest {
  crossreel: string
  manifest: 1
  dataset: Pick<Dataset, 'name' | 'format' | 'synthetic' | 'hash' | 'users' | 'movies' | 'ratings'>
  spec: Omit<ExperimentSpec, 'datasetId'>
  protocol: ProtocolCard
  runs: {
    label: string
    seed: number
    state: string
    backend: string | null
    bestEpoch: number | null
    validation: number | null
    test: number | null
  }[]
}

export function manifestOf(experiment: Experiment, dataset: Dataset, version: string): Manifest {
  const { name, format, synthetic, hash, users, movies, ratings } = dataset
  const { datasetId: _ofThisWorkspace, ...spec } = experiment.spec
  return {
    crossreel: version,
    manifest: 1,
    dataset: { name, format, synthetic, hash, users, movies, ratings },
    spec,
    protocol: experiment.card,
    runs: experiment.runs.map(({ label, seed, state, backend, bestEpoch, validation, test }) => ({
      label,
      seed,
      state,
      backend,
      bestEpoch,
      validation,
      test,
    })),
  }
}

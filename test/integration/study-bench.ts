/** A small study on the tiny data set: one model without anything to tune, a closed form, factors with chance in them, a tiny Transformer. */
import { join } from 'node:path'
import type { Study, StudySpec } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { LaunchJob } from '../../src-main/jobs/launcher.ts'
import { launchHere } from '../unit/workbench/in-process.ts'
import { type Bench, experiment, jobEntry, openBench, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const tiny = { width: 8, layers: 1, heads: 2, shared: 8, epochs: 5, patience: 5, history: 10, batch: 16 }

export function smallStudy(datasetId: string, changes: Partial<StudySpec> = {}): StudySpec {
  const { domains, protocol } = experiment(datasetId)
  return {
    name: 'Small',
    kind: 'table1',
    datasetId,
    domains,
    protocol,
    runs: [
      { model: 'popularity', label: 'Popularity', config: {} },
      { model: 'ease', label: 'EASE', config: {} },
      { model: 'ials', label: 'Factors', config: { dim: 8, epochs: 4 } },
      { model: 'transformer', label: 'Transformer', config: tiny },
    ],
    seeds: [1, 2],
    backend: 'wasm',
    tuning: { method: 'tpe', trials: 5, minutes: 0, medianStopping: true, seed: 1 },
    densities: [1],
    ...changes,
  }
}

const elsewhere = launchNode(jobEntry)
/** Trainings in this process, one at a time: a study has many, and starting a process for each is what would take the time. */
const trainHere: LaunchJob = (label) => (label.startsWith('Train') ? launchHere(label) : elsewhere(label))

export async function openStudyBench(root = temporaryFolder()): Promise<Bench> {
  const bench = await openBench(root, trainHere)
  await bench.call('settings.set', { parallelRuns: 1 })
  return bench
}

export async function withData(root = temporaryFolder()): Promise<{ bench: Bench; datasetId: string }> {
  const bench = await openStudyBench(root)
  const datasetId = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml')))
  return { bench, datasetId }
}

/** Waits until it stands still. */
export async function studyEnded(bench: Bench, studyId: string): Promise<Study> {
  for (;;) {
    const seen = bench.events('studies.changed').length
    const study = await bench.call('studies.get', { studyId })
    if (study.state !== 'running') return study
    await bench.until(() => bench.events('studies.changed').length > seen)
  }
}

/** What must not depend on how often a study was cut off: every configuration and every number, by part and place. */
export async function outcome(bench: Bench, study: Study): Promise<object> {
  const trials = study.trials.map(({ label, number, config, state, stoppedEarly, validation, epochs, best }) => ({
    ...{ label, number, config, state, stoppedEarly, validation, epochs, best },
  }))
  const tables: object[] = []
  for (const { experimentId, label } of study.experiments) {
    const { runs, card } = await bench.call('experiments.get', { experimentId })
    tables.push({
      label,
      card: card.hash,
      runs: runs.map((run) => [run.label, run.seed, run.config, run.state, run.bestEpoch, run.validation, run.test]),
    })
  }
  return { trials, tables }
}

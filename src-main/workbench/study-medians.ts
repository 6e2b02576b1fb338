/** Median stopping of a trial: the validation values below which it ends, from the curves of the rounds before its own. */
import type { Run } from '../../src-preload/contract.ts'
import { medianCurve } from '../learning/tuning.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { earlierRounds } from './study-plan.ts'

/** More than any training has epochs. */
const ALL_POINTS = 100_000

/** @returns [epochs] as `TrainTask.medians` has it; empty where the run is no trial or its study does without */
export function mediansOfTrial({ experiments, studies, runs, paths }: Workspace, run: Run): number[] {
  const { spec, studyId } = experiments.get(run.experimentId)
  const study = studyId === null ? null : studies.find(studyId)
  if (spec.kind !== 'tuning' || !study?.spec.tuning?.medianStopping) return []
  const trials = runs.placed(run.experimentId)
  const place = trials.find((trial) => trial.run.id === run.id)
  if (!place) return []
  const earlier = earlierRounds(trials, place.position).filter((trial) => trial.run.state === 'done')
  return medianCurve(
    earlier.map((trial) => {
      const results = RunResults.open(paths.metrics(trial.run.id))
      try {
        return results?.series('validation', ALL_POINTS) ?? { x: [], y: [] }
      } finally {
        results?.close()
      }
    }),
  )
}

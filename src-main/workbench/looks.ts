/** Looks at test parts: each evaluation of one is put on record when its run ends, and stays there when the run is removed. */
import type { Run } from '../../src-preload/contract.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { configHash } from './model-config.ts'

/** Call within the transaction that puts the run's results on record. */
export function recordLook(
  { experiments, looks }: Pick<Workspace, 'experiments' | 'looks'>,
  run: Run,
  at: number,
): void {
  const { id, spec, card } = experiments.get(run.experimentId)
  looks.insert({
    at,
    card: card.hash,
    experimentId: id,
    experiment: spec.name,
    runId: run.id,
    label: run.label,
    model: run.model,
    seed: run.seed,
    configHash: configHash(run.model, run.config),
  })
}

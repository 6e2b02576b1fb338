/** A model from a file in place of one that is trained: its weights, and how its training went there. */
import type { TrainingData } from '../../learning/data.ts'
import type { FitContext, FitSummary, Recommender } from '../../learning/model.ts'
import type { CheckpointOwner } from '../../workspace/checkpoint-file.ts'
import { readModelFile } from '../../workspace/model-file.ts'

/**
 * @param path of an exported model
 * @param owner what the run's own weights would be of
 * @param backend what it computes on here; null where it needs none
 * @returns what fitting it gave; its best validation value is measured again
 * @throws Error with a sentence when the file is damaged, is of an unfinished run, or was trained on other features
 */
export async function loadModel(
  path: string,
  owner: CheckpointOwner,
  model: Recommender,
  data: TrainingData,
  backend: string | null,
  { onEvent, validate, signal }: Pick<FitContext, 'onEvent' | 'validate' | 'signal'>,
): Promise<FitSummary> {
  onEvent({ type: 'phase', phase: 'Loading the model', fraction: null })
  const file = await readModelFile(path)
  signal.throwIfAborted()
  const fit = file.origin?.fit
  if (!fit) throw new Error(`${path} says nothing of a finished run. Export the model of a finished run again.`)
  if (file.owner.data !== owner.data)
    throw new Error(
      'The model was trained on other features of the same split: posters, plots, vectors or tags differ from those of this data set. Add the same posters, plots and vectors, or train the model here.',
    )
  await model.load(file.snapshot, data)
  const bestValidation = fit.bestEpoch === null ? null : await validate(model)
  return { ...fit, backend: backend ?? fit.backend, bestValidation }
}

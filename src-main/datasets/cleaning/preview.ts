/** A recipe applied to a data set in memory: what is left after each of its rules. */
import type { CleaningRecipe, CleaningStep } from '../../../src-preload/contract.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { rulesOf } from './recipe.ts'
import { type CleanableDataset, Survivors } from './survivors.ts'

/**
 * What each rule of a recipe would leave, the data set as it is first. The data set is only read.
 * @throws what a turn throws
 */
export async function previewCleaning(
  dataset: CleanableDataset,
  recipe: CleaningRecipe,
  turns: Turns,
): Promise<CleaningStep[]> {
  return (await applyRules(dataset, recipe, turns)).steps
}

/** @throws what a turn throws */
export async function applyRules(
  dataset: CleanableDataset,
  recipe: CleaningRecipe,
  turns: Turns,
): Promise<{ survivors: Survivors; steps: CleaningStep[] }> {
  const survivors = new Survivors(dataset)
  await turns.turn()
  const steps: CleaningStep[] = [{ label: 'As it is', reason: 'What the data set holds now.', ...survivors.counts() }]
  for (const { label, reason, apply } of rulesOf(recipe)) {
    await apply(survivors, turns)
    survivors.dropEmptyUsers()
    steps.push({ label, reason, ...survivors.counts() })
  }
  return { survivors, steps }
}

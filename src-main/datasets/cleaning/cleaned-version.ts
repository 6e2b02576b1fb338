/**
 * The cleaned version of a data set: what is left after a recipe, as the content of a new file. A movie leaves by a rule about movies
 * (orphans, k-core) only: one whose last rating was taken stays in the catalogue, as movies without ratings do in any data set.
 */
import type { CleaningRecipe, CleaningStep } from '../../../src-preload/contract.ts'
import type { DatasetContent, GenomeScores, TagColumns } from '../../workspace/dataset-content.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { applyRules } from './preview.ts'
import { recipeInWords, rulesOf } from './recipe.ts'
import { standardise } from './standardise.ts'
import { compactRatings, genomeThatStays, moviesThatStay, newIndices, tagsThatStay } from './subset.ts'
import type { CleanableDataset } from './survivors.ts'

/** What a cleaned version is made from; `DatasetFile` is one. */
export interface ParentDataset extends CleanableDataset {
  tags(): TagColumns
  genome(): GenomeScores | null
}

/** A recipe that changes nothing, or leaves nothing; a sentence with its remedy. */
export class CleaningError extends Error {
  override readonly name = 'CleaningError'
}

/** @throws CleaningError when no rule of the recipe is on */
export function refuseEmpty(recipe: CleaningRecipe): void {
  if (rulesOf(recipe).length === 0)
    throw new CleaningError('No rule is on, so the cleaned version would be the data set itself. Switch on a rule.')
}

/**
 * Uses up the rating columns of `parent`, which must not be read again: the largest arrays are not held twice.
 * The same parent and recipe give the same content, but for id, name and time.
 * @param made `at`: milliseconds since 1970
 * @throws CleaningError when the recipe does nothing or leaves nothing; what a turn throws
 */
export async function cleanedVersion(
  parent: ParentDataset,
  recipe: CleaningRecipe,
  made: { id: string; name: string; at: number },
  turns: Turns,
): Promise<{ content: DatasetContent; steps: CleaningStep[]; movies: Uint8Array }> {
  refuseEmpty(recipe)
  const { meta } = parent
  const { standardise: by } = recipe
  const { survivors, steps } = await applyRules(parent, recipe, turns)
  refuseNothingLeft(steps, meta.name)
  const { table, users, movies } = survivors
  const userIndex = newIndices(users)
  const movieIndex = newIndices(movies)
  const parentTags = parent.tags()
  const tags = tagsThatStay(parentTags, userIndex, movieIndex)
  survivors.note('tag of a user or movie that has left', 'removed', parentTags.item.length - tags.item.length, [])
  if (by === 'none' && meta.standardised !== 'none')
    survivors.note('standardised ratings left out: the rule on them is off', 'removed', meta.ratings, [])
  await turns.turn()
  const ratings = await compactRatings(survivors.ratings, users, movieIndex, turns)
  const content: DatasetContent = {
    description: {
      id: made.id,
      name: made.name,
      synthetic: meta.synthetic,
      format: meta.format,
      importedAt: made.at,
      rowsRead: meta.ratings,
      parents: [meta.id],
      recipe: `Of ${meta.name}: ${recipeInWords(recipe)}`,
      recipeJson: JSON.stringify({ kind: 'clean', parent: meta.hash, recipe }),
    },
    movies: moviesThatStay(table, movies),
    catalogues: meta.catalogues,
    users: survivors.userIds.filter((_, u) => users[u] === 1),
    ratings,
    standardised: by === 'none' ? null : { kind: by, values: await standardise(ratings, by, turns) },
    tags,
    genome: genomeThatStays(parent.genome(), movieIndex),
    findings: survivors.findings,
  }
  return { content, steps, movies }
}

function refuseNothingLeft(steps: CleaningStep[], name: string): void {
  const last = steps.find((step) => step.ratings === 0)
  if (last)
    throw new CleaningError(
      `Nothing is left of '${name}' after the rule '${last.label}'. Loosen that rule, or switch it off.`,
    )
}

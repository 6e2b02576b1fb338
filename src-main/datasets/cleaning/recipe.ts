/** A recipe as the list of its rules, and in words. */
import type { CleaningRecipe } from '../../../src-preload/contract.ts'
import { burstRaters } from './burst-raters.ts'
import { constantRaters } from './constant-raters.ts'
import { coreOf } from './core.ts'
import { impossibleTimes } from './impossible-times.ts'
import { orphans } from './orphans.ts'
import type { CleaningRule } from './survivors.ts'

/** The rules that are on, in the order in which they are applied. */
export function rulesOf(recipe: CleaningRecipe): CleaningRule[] {
  return [
    ...(recipe.impossibleTimes === 'remove' ? [impossibleTimes] : []),
    ...(recipe.orphans === 'remove' ? [orphans] : []),
    ...(recipe.burst ? [burstRaters(recipe.burst.perDay)] : []),
    ...(recipe.constant ? [constantRaters(recipe.constant.atLeast)] : []),
    ...(recipe.kCore > 0 ? [coreOf(recipe.kCore)] : []),
    ...(recipe.standardise === 'none' ? [] : [scoresOnly(recipe.standardise)]),
  ]
}

/** Standardising takes nothing away: its column is made when the new file is written. */
function scoresOnly(by: 'user' | 'global'): CleaningRule {
  return {
    label: by === 'user' ? 'Standardised by user' : 'Standardised over all ratings',
    reason:
      by === 'user'
        ? 'One rates high, one low, one uses the whole scale: z-scores (less the user’s mean, over their population deviation; 0 where that is 0) put all on one. A column beside the ratings, which stay.'
        : 'z-scores (less the mean of all ratings, over their population deviation) centre the ratings and keep the differences between users. A column beside the ratings, which stay.',
    apply: () => Promise.resolve(),
  }
}

/** 'at most 500 ratings in 24 hours; 5-core; standardised by user' */
export function recipeInWords(recipe: CleaningRecipe): string {
  return rulesOf(recipe)
    .map(({ label }) => label.charAt(0).toLowerCase() + label.slice(1))
    .join('; ')
}

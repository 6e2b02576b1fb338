/** Rows of the hyper-parameter table that the neighbourhood models share. */
import type { HyperParameter, SearchRange } from '../../../src-preload/contract.ts'

export const inputRating = (source: string): HyperParameter => ({
  key: 'minRating',
  label: 'Input from rating',
  help: 'Training events with at least so many stars are the input. Never above the protocol’s positives threshold: with "every rating is positive" every rating is input.',
  source,
  unit: 'stars',
  group: 'Input',
  type: 'number',
  default: 3.5,
  min: 0,
  max: 5,
})

export const inputValues = (source: string, value: 'binary' | 'stars'): HyperParameter => ({
  key: 'values',
  label: 'Values',
  help: 'Binary: that a user rated a movie is all that counts. Stars: a rating of 5 weighs ten times one of 0.5.',
  source,
  group: 'Input',
  type: 'choice',
  default: value,
  choices: [
    { value: 'binary', label: 'Binary' },
    { value: 'stars', label: 'Stars' },
  ],
})

export const itemScope: HyperParameter = {
  key: 'scope',
  label: 'Items',
  help: 'Both domains: the other domain’s history counts too. Target only: each domain by itself, the control without cross-domain knowledge.',
  group: 'Input',
  type: 'choice',
  default: 'both',
  choices: [
    { value: 'both', label: 'Both domains' },
    { value: 'target', label: 'Target domain only' },
  ],
}

export const inputSearch: SearchRange[] = [
  { key: 'minRating', kind: 'choice', values: [0, 3, 3.5, 4] },
  { key: 'values', kind: 'choice', values: ['binary', 'stars'] },
  { key: 'scope', kind: 'choice', values: ['both', 'target'] },
]

/** What item-kNN is and what can be set. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { inputRating, inputSearch, inputValues, itemScope } from './neighbourhood-schema.ts'

const reference =
  'Sarwar, Karypis, Konstan, Riedl: Item-based collaborative filtering recommendation algorithms. WWW 2001.'
const strong = 'Ferrari Dacrema, Cremonesi, Jannach: Are we really making much progress? RecSys 2019.'
const measured = 'Validation on ml-latest-small.'

export const itemKnnSchema: ModelInfo = {
  id: 'item-knn',
  label: 'CF (item-kNN)',
  summary: 'Movies that the same users rated: the nearest neighbours of what a user has, by cosine with shrinkage.',
  reference,
  family: 'neighbourhood',
  usesFeatures: false,
  usesViews: false,
  newUsers: true,
  seeded: false,
  hyperParameters: [
    {
      key: 'neighbours',
      label: 'Neighbours k',
      help: 'Of every movie its k nearest ones are kept; the others do not speak for it.',
      source: measured,
      group: 'Model',
      type: 'integer',
      default: 50,
      min: 1,
      max: 5000,
      scale: 'log',
    },
    {
      key: 'shrink',
      label: 'Shrinkage',
      help: 'Added to the product of the two lengths: a similarity that rests on few common users becomes smaller.',
      source: `${measured} The form is that of ${strong}`,
      group: 'Model',
      type: 'number',
      default: 10,
      min: 0,
      max: 10_000,
    },
    inputRating(measured),
    inputValues(measured, 'binary'),
    itemScope,
  ],
  search: [
    { key: 'neighbours', kind: 'number', low: 5, high: 1000, scale: 'log', whole: true },
    { key: 'shrink', kind: 'number', low: 0, high: 200, scale: 'linear', whole: false },
    ...inputSearch,
  ],
  presets: [{ id: 'desktop', label: 'Desktop', help: 'The defaults; a second on ml-latest-small.', config: {} }],
}

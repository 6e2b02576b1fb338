/** What user-kNN is and what can be set. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { inputRating, inputSearch, inputValues, itemScope } from './neighbourhood-schema.ts'

const reference =
  'Resnick, Iacovou, Suchak, Bergstrom, Riedl: GroupLens: an open architecture for collaborative filtering of netnews. CSCW 1994.'
const strong = 'Ferrari Dacrema, Cremonesi, Jannach: Are we really making much progress? RecSys 2019.'
const measured = 'Validation on ml-latest-small.'

export const userKnnSchema: ModelInfo = {
  id: 'user-knn',
  label: 'CF (user-kNN)',
  summary: 'What the users with the most similar history rated: the nearest neighbours by cosine with shrinkage.',
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
      help: 'How many of the most similar training users are asked.',
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
      help: 'Added to the product of the two lengths: a similarity that rests on few common movies becomes smaller.',
      source: `${measured} The form is that of ${strong}`,
      group: 'Model',
      type: 'number',
      default: 0,
      min: 0,
      max: 10_000,
    },
    inputRating(measured),
    inputValues(measured, 'binary'),
    itemScope,
  ],
  search: [
    { key: 'neighbours', kind: 'number', low: 5, high: 500, scale: 'log', whole: true },
    { key: 'shrink', kind: 'number', low: 0, high: 100, scale: 'linear', whole: false },
    ...inputSearch,
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; nothing is trained, ranking does the work.', config: {} },
  ],
}

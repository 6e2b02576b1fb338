/** What RP3beta is and what can be set. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import { inputRating, inputSearch, inputValues, itemScope } from './neighbourhood-schema.ts'

const reference =
  'Paudel, Christoffel, Newell, Bernstein: Updatable, accurate, diverse, and scalable recommendations for interactive applications. ACM TiiS 7(1), 2017.'
const measured = 'Validation on ml-latest-small.'

export const rp3betaSchema: ModelInfo = {
  id: 'rp3beta',
  label: 'RP3beta',
  summary: 'Random walks of three steps in the graph of users and movies, with popular movies held back. No training.',
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
      help: 'Of the walks that begin at a movie its k most likely ends are kept.',
      source: measured,
      group: 'Model',
      type: 'integer',
      default: 400,
      min: 1,
      max: 5000,
      scale: 'log',
    },
    {
      key: 'alpha',
      label: 'Power α',
      help: 'Every transition probability is raised to it: below 1 the walks lose their preference for users with few ratings, above 1 they follow it more.',
      source: measured,
      group: 'Model',
      type: 'number',
      default: 0.6,
      min: 0,
      max: 3,
    },
    {
      key: 'beta',
      label: 'Popularity penalty β',
      help: 'A movie’s weight is divided by how many users rated it, to this power. 0: none, as in P3alpha; 1: popular movies all but vanish.',
      source: measured,
      group: 'Model',
      type: 'number',
      default: 0.5,
      min: 0,
      max: 2,
    },
    inputRating(measured),
    inputValues(measured, 'stars'),
    itemScope,
  ],
  search: [
    { key: 'neighbours', kind: 'number', low: 10, high: 1000, scale: 'log', whole: true },
    { key: 'alpha', kind: 'number', low: 0.2, high: 1.6, scale: 'linear', whole: false },
    { key: 'beta', kind: 'number', low: 0, high: 1, scale: 'linear', whole: false },
    ...inputSearch,
  ],
  presets: [{ id: 'desktop', label: 'Desktop', help: 'The defaults; a second on ml-latest-small.', config: {} }],
}

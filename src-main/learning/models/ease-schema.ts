/** What EASE is and what can be set: rows for the form, the command line, the documentation and the reports. */
import type { ModelInfo } from '../../../src-preload/contract.ts'

const reference = 'Steck: Embarrassingly shallow autoencoders for sparse data. WWW 2019.'

export const easeSchema: ModelInfo = {
  id: 'ease',
  label: 'EASE',
  summary: 'Linear item-item weights in closed form. Few neural models are ahead of it on MovieLens.',
  reference,
  family: 'linear',
  usesFeatures: false,
  usesViews: false,
  newUsers: true,
  seeded: false,
  hyperParameters: [
    {
      key: 'lambda',
      label: 'Regularisation λ',
      help: 'Added to the diagonal of the item-item count matrix. Larger values trust co-occurrence less; the optimum is flat.',
      source: `${reference} 500 on MovieLens-20M there; of 100, 200, 300 and 500 validation on ml-latest-small chose 100 to 200.`,
      group: 'Model',
      type: 'number',
      default: 200,
      min: 1,
      max: 100_000,
      scale: 'log',
    },
    {
      key: 'minRating',
      label: 'Input from rating',
      help: 'Training events with at least so many stars are the input. Never above the protocol’s positives threshold: with "every rating is positive" every rating is input.',
      source: 'Liang et al. 2018 and Steck 2019 binarise at 4; 3.5 keeps the half stars next to it.',
      unit: 'stars',
      group: 'Input',
      type: 'number',
      default: 3.5,
      min: 0,
      max: 5,
    },
    {
      key: 'scope',
      label: 'Items',
      help: 'Both domains: one item-item matrix over all items, so that the other domain’s history counts. Target only: one matrix a domain, the control without cross-domain knowledge.',
      group: 'Input',
      type: 'choice',
      default: 'both',
      choices: [
        { value: 'both', label: 'Both domains' },
        { value: 'target', label: 'Target domain only' },
      ],
    },
  ],
  search: [
    { key: 'lambda', kind: 'number', low: 20, high: 2000, scale: 'log', whole: false },
    { key: 'minRating', kind: 'choice', values: [0, 3, 3.5, 4] },
    { key: 'scope', kind: 'choice', values: ['both', 'target'] },
  ],
  presets: [
    { id: 'desktop', label: 'Desktop', help: 'The defaults; seconds up to 5,000 items.', config: {} },
    {
      id: 'paper',
      label: 'Paper',
      help: 'As Steck 2019 on MovieLens-20M: λ 500, input from 4 stars.',
      config: { lambda: 500, minRating: 4 },
    },
  ],
}

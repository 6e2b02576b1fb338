/**
 * The multi-modal cross-domain Transformer (Liang). What it computes is in transformer-forward.ts, its parameters in transformer-shape.ts, its
 * life (fit, score, save, load) in transformer-recommender.ts.
 */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { Estimate, ModelDefinition } from '../model.ts'
import { estimateTransformer } from './transformer-estimate.ts'
import { transformerRows } from './transformer-parameters.ts'
import { transformerPresets, transformerSearch } from './transformer-presets.ts'
import { TransformerRecommender } from './transformer-recommender.ts'
import { readSettings } from './transformer-settings.ts'

export { ablationRuns } from './transformer-presets.ts'

export const transformer: ModelDefinition = {
  id: 'transformer',
  label: 'Transformer',
  summary:
    'Reads a user’s history in both domains item by item, each as its id, text and poster; a sharing layer joins what the domains say about the user.',
  reference:
    'Liang: Enhancing Recommendation Systems with Multi-Modal Transformers in Cross-Domain Scenarios. With a block-causal mask as in SASRec (Kang, McAuley: Self-attentive sequential recommendation. ICDM 2018).',
  family: 'neural',
  usesFeatures: true,
  usesViews: false,
  newUsers: true,
  seeded: true,
  hyperParameters: transformerRows,
  presets: transformerPresets,
  search: transformerSearch,
  create: (config: ModelConfig) => new TransformerRecommender(readSettings(config)),
  estimate: (config, size): Estimate => estimateTransformer(readSettings(config), size),
}

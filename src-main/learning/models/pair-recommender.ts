/** From a model of users and items to a recommender: trained by the shared trainer, ranked pair by pair; and what that costs. */
import type { ModelInfo } from '../../../src-preload/contract.ts'
import type { TrainingData } from '../data.ts'
import type { Estimate } from '../model.ts'
import { GradientRecommender } from './gradient-recommender.ts'
import { PairLearner } from './pair-learner.ts'
import type { PairModel } from './pair-model.ts'
import { operationsOf, PairScores } from './pair-scores.ts'
import { widthsOf } from './pair-settings.ts'
import type { PairSettings } from './pair-settings.ts'

/** @param itemsAStep as in PairLearner */
export function pairRecommender<S extends PairSettings>(
  { id, label }: Pick<ModelInfo, 'id' | 'label'>,
  settings: S,
  make: (settings: S, data: TrainingData, seed: number) => PairModel,
  itemsAStep: number | null = null,
): GradientRecommender {
  return new GradientRecommender({
    id,
    label,
    plan: settings,
    begin: (data, seed) => {
      const model = make(settings, data, seed)
      return {
        weights: model.weights,
        initialise: (start) => model.initialise(start),
        learner: () => new PairLearner(model, settings, data, seed, itemsAStep),
        open: (parameters) => new PairScores(model, parameters),
        dispose: () => model.dispose?.(),
      }
    },
  })
}

interface Size {
  users: number
  items: number
  events: number
}

/** Fields on the item's side at most: item, genres, period, domain. Their values are few beside users and items. */
const FIELDS = 4
const FIELD_VALUES = 60
/** Share of the events that are positives, rated 3.5 or better in MovieLens. */
const POSITIVE_SHARE = 0.6
/** What is no product, measured on wasm: gathers, dropout, activations. */
const OVERHEAD = 3
/** The process itself and an empty heap. */
const RUNTIME = 2e8

/** @param perItem floating-point operations of encoding an item once, and how often an epoch does it  @param more parameters beyond embeddings and perceptron */
export function estimatePairs(
  settings: PairSettings,
  { users, items, events }: Size,
  { perItem = 0, encodings = 0, more = 0 } = {},
): Estimate {
  const { dim, negatives, epochs, validateEvery, batch } = settings
  const widths = widthsOf(settings)
  const first = widths[0] ?? 1
  const inner = widths.reduce((sum, width, k) => sum + width * (widths[k + 1] ?? 1) + width, 0)
  const parameters = (users + items + FIELD_VALUES) * (dim + 1) + (1 + FIELDS) * dim * first + inner + more
  const positives = POSITIVE_SHARE * events
  const pairs = positives * (1 + negatives)
  const training = 3 * OVERHEAD * pairs * (operationsOf(widths) + 2 * dim + 2 * first) + 3 * encodings * perItem
  const validation = users * items * (operationsOf(widths) + 2 * dim) + items * perItem
  const atOnce = Math.min(batch, positives) * (1 + negatives)
  return {
    parameters,
    flopsPerEpoch: training + validation / validateEvery,
    epochs,
    memoryBytes:
      RUNTIME +
      24 * parameters +
      4 * atOnce * 6 * widths.reduce((a, b) => a + b, 0) +
      16 * items * (first + dim) +
      16 * events,
  }
}

/** Where training starts: random parameters from the seed, ids at factors of the training events, and item biases at what popularity alone would say. */
import type { TrainingData } from '../data.ts'
import type { FitContext } from '../model.ts'
import { ModelWeights } from '../model-weights.ts'
import { itemFactors } from './factor-start.ts'
import { parameterSpecs } from './transformer-shape.ts'
import type { TransformerShape } from './transformer-shape.ts'

const itemTables = ['item.id', 'item.candidateId', 'item.bias']

/** The parameters of the shape, not started yet. Full softmax looks at every item in every step, so it has no sparse tables. */
export function transformerWeights(shape: TransformerShape): ModelWeights {
  return new ModelWeights(parameterSpecs(shape), shape.settings.loss === 'softmax' ? [] : itemTables)
}

/** Which training events are targets: at least all that the protocol will call relevant. @returns [n] 1 = target */
export function targetEvents(data: Pick<TrainingData, 'train' | 'positive'>, minRating: number): Uint8Array {
  const threshold = Math.min(minRating, data.positive)
  const { rating } = data.train
  const isTarget = new Uint8Array(rating.length)
  for (let row = 0; row < rating.length; row++) if (rating[row]! >= threshold) isTarget[row] = 1 // from() would make a list first
  return isTarget
}

export function startWeights(shape: TransformerShape, weights: ModelWeights, data: TrainingData, seed: number): void {
  weights.initialise(seed)
  if (shape.settings.tower === 'direct') startSharing(shape, weights.values('user.shared.weight'))
  const bias = weights.values('item.bias')
  const counts = new Float64Array(data.items).fill(1)
  const isTarget = targetEvents(data, shape.settings.minRating)
  for (const [row, item] of data.train.item.entries()) if (isTarget[row] === 1) counts[item]! += 1
  for (const { start, end } of data.domains) {
    let mean = 0
    for (let i = start; i < end; i++) mean += Math.log(counts[i]!) / (end - start)
    for (let i = start; i < end; i++) bias[i] = biasPower(shape) * (Math.log(counts[i]!) - mean)
  }
}

/**
 * Moves the ids, in history and as candidates, to factors of the training events where the settings say so. Without cross-domain, neither domain's
 * factors know of the other.
 * @throws DOMException 'AbortError'
 */
export async function startIds(
  { settings }: TransformerShape,
  weights: ModelWeights,
  data: TrainingData,
  context: FitContext,
): Promise<void> {
  if (settings.idStart === 'random') return
  const { width, minRating, crossDomain } = settings
  const ranges = crossDomain === 'none' ? data.domains : [{ start: 0, end: data.items }]
  const factors = await itemFactors(data, { width, minRating, ranges }, context)
  weights.values('item.id').set(factors)
  if (settings.ids === 'separate') weights.values('item.candidateId').set(factors)
}

/** Direct scores begin with the sum of the states, weighed as one, so that they mean something from the first step on. @param w [K D, D] W_shared */
function startSharing({ settings: { width: D }, statesUsed: K }: TransformerShape, w: Float32Array): void {
  for (let i = 0; i < w.length; i++) w[i]! *= RANDOM_SHARING
  for (let k = 0; k < K; k++) for (let j = 0; j < D; j++) w[(k * D + j) * D + j]! += 1 / Math.sqrt(K)
}
const RANDOM_SHARING = 0.1

/** A logit learned against negatives drawn by popularity^0.75 has only the remaining quarter of it left to say. */
function biasPower({ settings }: TransformerShape): number {
  const against = settings.loss === 'bce' || settings.loss === 'bpr' // the sampled softmax corrects for the draws
  return against && settings.negativeDistribution === 'popularity' ? 0.25 : 1
}

/** Where training starts: random parameters from the seed, and item biases at what popularity alone would say. */
import type { TrainingData } from '../data.ts'
import type { Parameters } from '../parameters.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** Which training events are targets: at least all that the protocol will call relevant. @returns [n] 1 = target */
export function targetEvents(data: Pick<TrainingData, 'train' | 'positive'>, minRating: number): Uint8Array {
  const threshold = Math.min(minRating, data.positive)
  return Uint8Array.from(data.train.rating, (rating) => (rating >= threshold ? 1 : 0))
}

export function startParameters(
  shape: TransformerShape,
  parameters: Parameters,
  data: TrainingData,
  seed: number,
): void {
  parameters.initialise(seed)
  const bias = parameters.part(parameters.specs.findIndex(({ name }) => name === 'item.bias'))
  const counts = new Float64Array(data.items).fill(1)
  const isTarget = targetEvents(data, shape.settings.minRating)
  for (const [row, item] of data.train.item.entries()) if (isTarget[row] === 1) counts[item]! += 1
  for (const { start, end } of data.domains) {
    let mean = 0
    for (let i = start; i < end; i++) mean += Math.log(counts[i]!) / (end - start)
    for (let i = start; i < end; i++) bias[i] = biasPower(shape) * (Math.log(counts[i]!) - mean)
  }
}

/** A logit learned against negatives drawn by popularity^0.75 has only the remaining quarter of it left to say. */
function biasPower({ settings }: TransformerShape): number {
  return settings.loss === 'bce' && settings.negativeDistribution === 'popularity' ? 0.25 : 1
}

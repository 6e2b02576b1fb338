/** What a run of the Transformer will cost, from counts alone: shown before it is queued. */
import type { Estimate } from '../model.ts'
import { factorCost } from './factor-start.ts'
import { keptNumbers, MEMORY } from './transformer-learner.ts'
import { parameterCount, transformerShape } from './transformer-shape.ts'
import type { TransformerSettings } from './transformer-settings.ts'

interface Size {
  users: number
  items: number
  events: number
  /** Text first, then image, as the feature tables come. */
  featureDims: number[]
}

const MODALITIES = ['text', 'image']
/** Share of the events that are targets (rated 3.5 or better in MovieLens), and how often an event is encoded in an epoch. */
const TARGET_SHARE = 0.6
const ENCODED = 1.5

/** What is no matrix product (norms, softmax, dropout) takes about twice as long again, measured on wasm; and every step costs some dispatches. */
const OVERHEAD = 3
const STEP = 6e8
/** The process itself and an empty heap. */
const RUNTIME = 2e8

/** Tokens, parameters and products counted as in the forward pass; the backward pass is twice the forward one. */
export function estimateTransformer(settings: TransformerSettings, size: Size): Estimate {
  const half = Math.ceil(size.items / 2)
  const shape = transformerShape(settings, {
    items: size.items,
    domains: [
      { name: 'A', start: 0, end: half },
      { name: 'B', start: half, end: size.items },
    ],
    features: size.featureDims.map((dim, m) => ({ name: MODALITIES[m] ?? `modality ${m}`, dim })),
  })
  const { width: D, layers, loss, negatives, batch, epochs } = settings
  const S = shape.shared
  const towers = settings.tower === 'perceptrons'
  const parameters = parameterCount(shape)
  const features = shape.modalities.reduce((sum, { dim }) => sum + dim + 2, 0)

  const tokens = size.events * ENCODED * shape.tokens
  const streamLength = Math.min(shape.layout.capacity, size.events / Math.max(1, size.users) / shape.layout.streams)
  const perToken = layers * ((8 + 4 * settings.feedForward) * D * D + 4 * streamLength * shape.tokens * D)
  const windows = size.users + (size.events * ENCODED) / (shape.layout.capacity * shape.layout.streams)
  const steps = Math.ceil(windows / batch)
  const targets = size.events * TARGET_SHARE
  const itemsAStep =
    loss === 'softmax' ? size.items : Math.min(size.items, (size.events * ENCODED) / steps + 2 * negatives)
  const perItem = 2 * (features * D + (towers ? 2 * D * S + S * S : 0))
  const compared = settings.candidates === 'all' ? size.items : half
  const candidates = loss === 'softmax' ? compared : negatives + 1
  const forward =
    tokens * perToken + steps * itemsAStep * perItem + targets * 2 * S * (candidates + (towers ? 5 : 2) * S)

  const activations = (4 * tokens * keptNumbers(settings, streamLength * shape.tokens)) / steps
  const scores = Math.min((12 * (targets / steps) * candidates) / 2, 1.5 * MEMORY)
  const copies = loss === 'softmax' ? 3 : 1 // on the host; for full softmax on the device as well, and transposed
  const items = 4 * (size.items * features * copies + itemsAStep * (8 * S + 4 * D + (copies === 1 ? features : 0)))
  // given back before the first step
  const factors = settings.idStart === 'factors' ? factorCost(D, size) : { flops: 0, memoryBytes: 0 }
  const step = Math.min(activations, 1.5 * MEMORY) + scores
  return {
    parameters,
    flopsPerEpoch: OVERHEAD * 3 * forward + steps * STEP + factors.flops / epochs,
    epochs,
    memoryBytes: RUNTIME + 24 * parameters + items + Math.max(step, factors.memoryBytes),
  }
}

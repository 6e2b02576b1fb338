/** What follows from the weights alone for the whole catalogue, computed once for one state of them: tokens of all items, and their vectors. */
import * as tf from '@tensorflow/tfjs-core'
import type { ParameterTensors } from '../parameters.ts'
import { uploadStretch } from '../row-upload.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import { embedItems, itemTower, tokensOf } from './transformer-forward.ts'
import type { ItemBlock } from './transformer-inputs.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** Items embedded at a time where the features are not on the device: 62,000 items with 2,432 features each would be 600 MB. */
const BLOCK = 4096

export type Catalogue = {
  /** As the encoder reads them: [V, D] for each of an item's tokens. */
  tokens: tf.Tensor2D[]
  /** [V, S] */
  z: tf.Tensor2D
}

/** @param resident all features on the device, where training keeps them there. The caller disposes of the result. */
export function embedCatalogue(
  shape: TransformerShape,
  p: ParameterTensors,
  features: FrozenFeatures[],
  resident: ItemBlock | null,
): Catalogue {
  return tf.tidy(() => {
    if (resident) return embedded(shape, p, resident)
    const blocks: Catalogue[] = []
    for (let first = 0; first < shape.items; first += BLOCK) {
      const size = Math.min(BLOCK, shape.items - first)
      blocks.push(tf.tidy(() => embedded(shape, rowsOf(p, first, size), upload(features, first, size))))
    }
    const [one] = blocks
    if (blocks.length === 1 && one) return one
    return {
      tokens: Array.from({ length: shape.tokens }, (_, m) =>
        tf.concat(
          blocks.map(({ tokens }) => tokens[m]!), // every block has all tokens
          0,
        ),
      ),
      z: tf.concat(
        blocks.map(({ z }) => z),
        0,
      ),
    }
  })
}

function embedded(shape: TransformerShape, p: ParameterTensors, items: ItemBlock): Catalogue {
  const embeddings = embedItems(shape, p, items)
  return { tokens: tokensOf(shape, embeddings), z: itemTower(shape, p, embeddings) }
}

/** The parameters with the item tables cut down to a stretch of the items. */
function rowsOf(p: ParameterTensors, first: number, size: number): ParameterTensors {
  const cut: ParameterTensors = { ...p }
  for (const name of ['item.id', 'item.candidateId']) {
    const table = p[name]
    if (table) cut[name] = tf.slice(table, [first, 0], [size, -1])
  }
  return cut
}

function upload(features: FrozenFeatures[], first: number, size: number): ItemBlock {
  return { features: features.map((table) => uploadStretch(table, first, first + size)) }
}

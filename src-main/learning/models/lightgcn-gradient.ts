/** Loss and gradient of one step of LightGCN, in closed form: its scores are products of the propagated embeddings, and propagation is linear. */
import type { InteractionGraph } from './interaction-graph.ts'
import { propagate } from './interaction-graph.ts'
import { pairSlopes } from './pairwise-loss.ts'
import type { Triples } from './pairwise-sampler.ts'
import type { Vectors } from './vector-scores.ts'

export interface LightGcnShape {
  graph: InteractionGraph
  users: number
  width: number
  layers: number
}

/** The propagated embeddings of users and items (He et al. 2020, equation 8 with equal shares). @param embeddings [users + items, d] */
export async function propagatedVectors(
  { graph, users, width, layers }: LightGcnShape,
  embeddings: Float32Array,
  turn: () => Promise<void>,
): Promise<Vectors> {
  const all = await propagate(graph, embeddings, width, layers, turn)
  return { width, users: all.subarray(0, users * width), items: all.subarray(users * width), bias: null }
}

/**
 * Mean over the triples of -ln sigmoid(x) + l2/2 (|e_u|^2 + |e_i|^2 + |e_j|^2), the latter of the embeddings before propagation (equation 15, over the
 * rows of the batch as in the authors' program).
 * @param embeddings [users + items, d] @param gradient laid out like them; added to @returns the loss
 */
export async function lightGcnGradient(
  shape: LightGcnShape,
  embeddings: Float32Array,
  triples: Triples,
  l2: number,
  gradient: Float32Array,
  turn: () => Promise<void>,
): Promise<number> {
  const { graph, users, width, layers } = shape
  const vectors = await propagatedVectors(shape, embeddings, turn)
  const { loss, slopes } = pairSlopes(vectors, triples)
  const n = slopes.length
  const shrink = l2 / n
  const outer = new Float32Array(embeddings.length) // by the propagated embeddings
  const offset = users * width
  let squares = 0
  for (let t = 0; t < n; t++) {
    const slope = slopes[t]!
    const u = triples.users[t]! * width
    const i = triples.positives[t]! * width
    const j = triples.negatives[t]! * width
    for (let c = 0; c < width; c++) {
      const wu = vectors.users[u + c]!
      outer[u + c]! += slope * (vectors.items[i + c]! - vectors.items[j + c]!)
      outer[offset + i + c]! += slope * wu
      outer[offset + j + c]! -= slope * wu
      const eu = embeddings[u + c]!
      const ei = embeddings[offset + i + c]!
      const ej = embeddings[offset + j + c]!
      gradient[u + c]! += shrink * eu
      gradient[offset + i + c]! += shrink * ei
      gradient[offset + j + c]! += shrink * ej
      squares += eu * eu + ei * ei + ej * ej
    }
  }
  const inner = await propagate(graph, outer, width, layers, turn)
  for (let i = 0; i < inner.length; i++) gradient[i]! += inner[i]!
  return loss + 0.5 * shrink * squares
}

/** Loss and gradient of one step of matrix factorisation by BPR, in closed form: score(u, i) = w_u . h_i + b_i. */
import type { SparseTable } from '../sparse-table.ts'
import { pairSlopes } from './pairwise-loss.ts'
import type { Triples } from './pairwise-sampler.ts'

export interface BprTables {
  /** [users, d] */
  user: SparseTable
  /** [items, d] */
  item: SparseTable
  /** [items, 1] */
  bias: SparseTable
}

/**
 * Mean over the triples of -ln sigmoid(x) + l2/2 (|w_u|^2 + |h_i|^2 + |h_j|^2 + b_i^2 + b_j^2): the weights of a row are held down as often as
 * it is drawn. Adds the gradient to the tables.
 * @returns the loss
 */
export function bprGradient({ user, item, bias }: BprTables, triples: Triples, l2: number): number {
  const { users, positives, negatives } = triples
  const [w, h, b] = [user.values, item.values, bias.values]
  const d = user.width
  const n = users.length
  const shrink = l2 / n
  const { loss, slopes } = pairSlopes({ width: d, users: w, items: h, bias: b }, triples)
  const [du, di, dj] = [new Float32Array(n * d), new Float32Array(n * d), new Float32Array(n * d)]
  const [biasI, biasJ] = [new Float32Array(n), new Float32Array(n)]
  let squares = 0
  for (let t = 0; t < n; t++) {
    const slope = slopes[t]!
    const u = users[t]! * d
    const i = positives[t]! * d
    const j = negatives[t]! * d
    const at = t * d
    for (let c = 0; c < d; c++) {
      const wu = w[u + c]!
      const hi = h[i + c]!
      const hj = h[j + c]!
      du[at + c] = slope * (hi - hj) + shrink * wu
      di[at + c] = slope * wu + shrink * hi
      dj[at + c] = -slope * wu + shrink * hj
      squares += wu * wu + hi * hi + hj * hj
    }
    const bi = b[positives[t]!]!
    const bj = b[negatives[t]!]!
    biasI[t] = slope + shrink * bi
    biasJ[t] = -slope + shrink * bj
    squares += bi * bi + bj * bj
  }
  user.add(users, du)
  item.add(positives, di)
  item.add(negatives, dj)
  bias.add(positives, biasI)
  bias.add(negatives, biasJ)
  return loss + 0.5 * shrink * squares
}

/**
 * BPR (Rendle, Freudenthaler, Gantner, Schmidt-Thieme 2009, section 4.1): a triple (u, i, j) with the margin x = score(u, i) - score(u, j) has the
 * loss -ln sigmoid(x), whose slope is -sigmoid(-x).
 */
import type { Triples } from './pairwise-sampler.ts'
import type { Vectors } from './vector-scores.ts'

/** @returns the mean loss over the triples, and its slope by the margin of each, [n] */
export function pairSlopes(
  { users: w, items: h, bias, width }: Vectors,
  { users, positives, negatives }: Triples,
): { loss: number; slopes: Float32Array } {
  const n = users.length
  const slopes = new Float32Array(n)
  let loss = 0
  for (let t = 0; t < n; t++) {
    const u = users[t]! * width
    const i = positives[t]! * width
    const j = negatives[t]! * width
    let x = bias ? bias[positives[t]!]! - bias[negatives[t]!]! : 0
    for (let c = 0; c < width; c++) x += w[u + c]! * (h[i + c]! - h[j + c]!)
    const tail = Math.exp(-Math.abs(x)) // never overflows
    loss += Math.max(-x, 0) + Math.log1p(tail)
    slopes[t] = -(x > 0 ? tail : 1) / (1 + tail) / n
  }
  return { loss: loss / n, slopes }
}

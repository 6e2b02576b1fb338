/**
 * RP3beta: a random walk of three steps, user -> item -> user -> item, in the graph of who rated what. With the transition probabilities
 * P_iu = x_ui / sum_v x_vi and P_uj = x_uj / sum_l x_ul, each to the power alpha, the weight of item j for a user who has item i is
 *   w_ij = sum_u P_iu^alpha P_uj^alpha / n_j^beta,   w_ii = 0,
 * where n_j is how many users rated j; of every row the k largest weights are kept. The first step only scales a user's scores; where stars count, it
 * takes them as they are. (Paudel, Christoffel, Newell, Bernstein 2017, equations 5 and 9; both choices as in Ferrari Dacrema et al. 2019.)
 */
import type { ModelDefinition } from '../model.ts'
import { nearest } from '../similarity.ts'
import { rowSums, scaledRows, transposed } from '../sparse-rows.ts'
import { numberOf } from './config.ts'
import { itemNeighbourhood, type Weigh } from './item-neighbourhood.ts'
import { rp3betaSchema as schema } from './rp3beta-schema.ts'

export function walkWeights({ k, alpha, beta }: { k: number; alpha: number; beta: number }): Weigh {
  return async (x, n, pacer, onProgress) => {
    const inverse = (sum: number): number => (sum > 0 ? sum ** -alpha : 0)
    const byItem = transposed(x, n)
    const toUsers = scaledRows(byItem, alpha, rowSums(byItem, 1).map(inverse))
    const toItems = scaledRows(x, alpha, rowSums(x, 1).map(inverse))
    const penalty = rowSums(byItem, 0).map((count) => (count > 0 ? count ** -beta : 0))
    const value = (_i: number, j: number, walks: number): number => walks * penalty[j]!
    return nearest({ rows: toUsers, others: toItems, width: n, k, value, self: (i) => i }, pacer, onProgress)
  }
}

export const rp3beta: ModelDefinition = itemNeighbourhood({
  schema,
  weigh: (config) =>
    walkWeights({
      k: numberOf(schema, config, 'neighbours'),
      alpha: numberOf(schema, config, 'alpha'),
      beta: numberOf(schema, config, 'beta'),
    }),
})

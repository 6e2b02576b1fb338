/**
 * Item-kNN: s_ij = x_i . x_j / (|x_i| |x_j| + shrink) over the items' columns of users, the k nearest j of every item i; a user's score of i is the sum
 * of s_ij (times his stars, where they count) over the items j that he has (Sarwar et al. 2001; shrinkage as in Ferrari Dacrema et al. 2019).
 */
import type { ModelDefinition } from '../model.ts'
import { nearest } from '../similarity.ts'
import { rowNorms, transposed } from '../sparse-rows.ts'
import { numberOf } from './config.ts'
import { itemKnnSchema as schema } from './item-knn-schema.ts'
import { itemNeighbourhood, type Weigh } from './item-neighbourhood.ts'

export function itemSimilarities(k: number, shrink: number): Weigh {
  return async (x, n, pacer, onProgress) => {
    const byItem = transposed(x, n)
    const norms = rowNorms(byItem)
    const value = (i: number, j: number, product: number): number => product / (norms[i]! * norms[j]! + shrink)
    const lists = await nearest({ rows: byItem, others: x, width: n, k, value, self: (i) => i }, pacer, onProgress)
    return transposed(lists, n)
  }
}

export const itemKnn: ModelDefinition = itemNeighbourhood({
  schema,
  weigh: (config) => itemSimilarities(numberOf(schema, config, 'neighbours'), numberOf(schema, config, 'shrink')),
})

/** Item features for VBPR: all modalities beside each other, each of unit length. */
import type { FeatureTable } from '../data.ts'
import type { RowSource } from '../row-upload.ts'
import { centreAndScale } from './transformer-features.ts'

/**
 * Every table centred over the items that have it, its rows scaled to length 1, and a mark, 1 for an item that misses it: the row of the projection
 * that the mark stands before is what is learned to stand in for a missing text or poster. Rows are made when they are asked for.
 * @returns [items, sum of (dim + 1)]
 * @throws Error naming table and item when a value is not finite
 */
export function unitFeatures(tables: FeatureTable[], items: number): RowSource {
  const parts = tables.map((table) => {
    const { mean } = centreAndScale(table)
    return { table, mean, scales: Float64Array.from({ length: items }, (_, item) => unitScale(table, mean, item)) }
  })
  const width = tables.reduce((sum, { dim }) => sum + dim + 1, 0)
  const copyRow = (item: number, into: Float32Array, at: number): void => {
    let to = at
    for (const { table, mean, scales } of parts) {
      const { dim, rows, present } = table
      const there = present[item] === 1
      if (there) for (let j = 0; j < dim; j++) into[to + j] = (rows[item * dim + j]! - mean[j]!) * scales[item]!
      else into.fill(0, to, to + dim)
      into[to + dim] = there ? 0 : 1
      to += dim + 1
    }
  }
  return { rows: items, width, copyRow }
}

/** What makes the centred row one long; 0 for a row that is the mean itself. */
function unitScale({ dim, rows }: FeatureTable, mean: Float64Array, item: number): number {
  let square = 0
  for (let j = 0; j < dim; j++) square += (rows[item * dim + j]! - mean[j]!) ** 2
  return square > 0 ? 1 / Math.sqrt(square) : 0
}

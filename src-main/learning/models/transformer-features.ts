/** Frozen features as the forward pass multiplies them: scaled alike whatever encoder made them, with a mark for what is missing. */
import type { FeatureTable, TrainingData } from '../data.ts'
import { Random } from '../random.ts'
import { activeModalities } from './transformer-shape.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** [V, dim + 2] row-major: the scaled features, then 1 0 for an item that has the modality and 0 1 for one that misses it. */
export interface FrozenFeatures {
  name: string
  width: number
  rows: Float32Array<ArrayBuffer>
}

/**
 * Active feature tables centred over the items that have them and scaled to rows of unit norm in the mean; under the controls, dealt out anew or
 * replaced by noise.
 * @throws Error naming table and item when a value is not finite
 */
export function freezeFeatures(shape: TransformerShape, data: TrainingData, seed: number): FrozenFeatures[] {
  return activeModalities(shape.settings, data.features).map((table) => {
    const owner = new Uint32Array(data.items).map((_, i) => i)
    if (shape.settings.shuffleFeatures) Random.stream(seed, `shuffle/${table.name}`).shuffle(owner)
    const used = shape.settings.noiseFeatures ? noise(table, seed) : table
    return { name: table.name, width: table.dim + 2, rows: scaled(used, owner) }
  })
}

/** Normal numbers in place of the features; what is missing stays missing. */
function noise(table: FeatureTable, seed: number): FeatureTable {
  const random = Random.stream(seed, `noise/${table.name}`)
  return { ...table, rows: table.rows.map(() => random.normal()) }
}

/** @param owner [V] whose features item i gets */
function scaled(table: FeatureTable, owner: Uint32Array): Float32Array<ArrayBuffer> {
  const { dim, rows, present } = table
  const width = dim + 2
  const mean = new Float64Array(dim)
  let count = 0
  for (const [i, has] of present.entries()) {
    if (!has) continue
    count++
    for (let j = 0; j < dim; j++) {
      const value = rows[i * dim + j]!
      if (!Number.isFinite(value))
        throw new Error(`The ${table.name} features of item ${i} hold ${value} in column ${j}. Encode them again.`)
      mean[j]! += value
    }
  }
  for (let j = 0; j < dim; j++) mean[j]! /= Math.max(1, count)
  let square = 0
  for (const [i, has] of present.entries())
    if (has) for (let j = 0; j < dim; j++) square += (rows[i * dim + j]! - mean[j]!) ** 2
  const scale = square > 0 ? Math.sqrt(count / square) : 1
  const out = new Float32Array(owner.length * width)
  for (const [i, from] of owner.entries()) {
    const has = present[from] === 1
    if (has) for (let j = 0; j < dim; j++) out[i * width + j] = (rows[from * dim + j]! - mean[j]!) * scale
    out[i * width + dim + (has ? 0 : 1)] = 1
  }
  return out
}

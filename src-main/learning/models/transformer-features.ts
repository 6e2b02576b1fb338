/** Frozen features as the forward pass multiplies them: scaled alike whatever encoder made them, with a mark for what is missing. */
import type { FeatureTable, TrainingData } from '../data.ts'
import { Random } from '../random.ts'
import type { RowSource } from '../row-upload.ts'
import { activeModalities } from './transformer-shape.ts'
import type { TransformerShape } from './transformer-shape.ts'

/**
 * The features of one modality, [V, dim + 2]: the scaled ones, then 1 0 for an item that has the modality and 0 1 for one that misses it. Rows are scaled
 * when they are asked for, so that the table itself, which may be the largest thing in memory, is not held twice.
 */
export interface FrozenFeatures extends RowSource {
  name: string
  has(item: number): boolean
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
    return scaled(shape.settings.noiseFeatures ? noise(table, seed) : table, owner)
  })
}

/** Normal numbers in place of the features; what is missing stays missing. */
function noise(table: FeatureTable, seed: number): FeatureTable {
  const random = Random.stream(seed, `noise/${table.name}`)
  return { ...table, rows: table.rows.map(() => random.normal()) }
}

/** @param owner [V] whose features item i gets */
function scaled(table: FeatureTable, owner: Uint32Array): FrozenFeatures {
  const { name, dim, rows, present } = table
  const { mean, scale } = centreAndScale(table)
  const width = dim + 2
  const has = (item: number): boolean => present[owner[item]!] === 1
  const copyRow = (item: number, into: Float32Array, at: number): void => {
    const from = owner[item]! * dim
    const there = has(item)
    if (there) for (let j = 0; j < dim; j++) into[at + j] = (rows[from + j]! - mean[j]!) * scale
    else into.fill(0, at, at + dim)
    into[at + dim] = there ? 1 : 0
    into[at + dim + 1] = there ? 0 : 1
  }
  return { name, width, rows: owner.length, has, copyRow }
}

/** The mean of the items that have the modality, and what makes their rows one long in the mean (of squares). */
export function centreAndScale({ name, dim, rows, present }: FeatureTable): { mean: Float64Array; scale: number } {
  const mean = new Float64Array(dim)
  let count = 0
  for (const [i, there] of present.entries()) {
    if (!there) continue
    count++
    for (let j = 0; j < dim; j++) {
      const value = rows[i * dim + j]!
      if (!Number.isFinite(value))
        throw new Error(`The ${name} features of item ${i} hold ${value} in column ${j}. Encode them again.`)
      mean[j]! += value
    }
  }
  for (let j = 0; j < dim; j++) mean[j]! /= Math.max(1, count)
  let square = 0
  for (const [i, there] of present.entries())
    if (there) for (let j = 0; j < dim; j++) square += (rows[i * dim + j]! - mean[j]!) ** 2
  return { mean, scale: square > 0 ? Math.sqrt(count / square) : 1 }
}

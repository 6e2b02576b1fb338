/** Chosen rows of a host table on their way to the device. Features of a step are the largest thing that is uploaded: they are copied once if possible. */
import * as tf from '@tensorflow/tfjs-core'
import { ownServices } from './backends/own.ts'

export interface ChosenRows {
  /** [rows, width] row-major */
  table: Float32Array
  width: number
  /** Which of them; null: all in order. */
  ids: Int32Array | null
}

/**
 * What can be done ahead, while the device computes: rows are gathered beside each other, unless the device's memory is the host's own, where they
 * can go straight to their place later.
 */
export function prepareRows(table: Float32Array, width: number, ids: Int32Array): ChosenRows {
  if (ownServices()) return { table, width, ids }
  const gathered = new Float32Array(ids.length * width)
  for (let i = 0; i < ids.length; i++) gathered.set(table.subarray(ids[i]! * width, (ids[i]! + 1) * width), i * width)
  return { table: gathered, width, ids: null }
}

/** @returns [ids, width], which the caller disposes of */
export function uploadRows({ table, width, ids }: ChosenRows): tf.Tensor2D {
  if (!ids) return tf.tensor2d(table, [table.length / width, width])
  const services = ownServices()
  return services ? services.uploadRows(table, width, ids) : uploadRows(prepareRows(table, width, ids))
}

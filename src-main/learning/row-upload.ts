/** Chosen rows of a host table on their way to the device. Features of a step are the largest thing that is uploaded: they are copied once if possible. */
import * as tf from '@tensorflow/tfjs-core'
import { ownServices } from './backends/own.ts'

/** A host table [rows, width] whose rows may be made when they are asked for. */
export interface RowSource {
  rows: number
  width: number
  /** Writes a row's `width` numbers from `at` on. */
  copyRow(row: number, into: Float32Array, at: number): void
}

/** Rows `ids` of a source, or what they were when they were gathered. */
export type ChosenRows = { source: RowSource; ids: Int32Array } | { gathered: Float32Array; width: number }

/**
 * What can be done ahead, while the device computes: rows are gathered beside each other, unless the device's memory is the host's own, where they
 * can go straight to their place later.
 */
export function prepareRows(source: RowSource, ids: Int32Array): ChosenRows {
  return ownServices() ? { source, ids } : { gathered: gatherRows(source, ids), width: source.width }
}

/** @returns [ids, width], which the caller disposes of */
export function uploadRows(chosen: ChosenRows): tf.Tensor2D {
  if ('gathered' in chosen) return tf.tensor2d(chosen.gathered, [chosen.gathered.length / chosen.width, chosen.width])
  const { source, ids } = chosen
  const services = ownServices()
  if (!services) return tf.tensor2d(gatherRows(source, ids), [ids.length, source.width])
  return services.fill([ids.length, source.width], (values) => copyRows(source, ids, values))
}

/** Those from `first` to `end` - 1, by default all. @returns [end - first, width], which the caller disposes of */
export function uploadStretch(source: RowSource, first = 0, end: number = source.rows): tf.Tensor2D {
  return uploadRows({ source, ids: inOrder(first, end) })
}

/** @returns [rows, width] row-major */
export function allRows(source: RowSource): Float32Array<ArrayBuffer> {
  return gatherRows(source, inOrder(0, source.rows))
}

function inOrder(first: number, end: number): Int32Array {
  return Int32Array.from({ length: end - first }, (_, i) => first + i)
}

/** @returns [ids, width] row-major */
function gatherRows(source: RowSource, ids: Int32Array): Float32Array<ArrayBuffer> {
  const gathered = new Float32Array(ids.length * source.width)
  copyRows(source, ids, gathered)
  return gathered
}

function copyRows(source: RowSource, ids: Int32Array, into: Float32Array): void {
  for (let i = 0; i < ids.length; i++) source.copyRow(ids[i]!, into, i * source.width)
}

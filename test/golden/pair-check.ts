/**
 * How a backend's DeepFM, Wide & Deep and MVCNN are held against PyTorch's values: loss and gradients of the golden cases. Free of Node, so that a page
 * can run it too. The backend is started by whoever asks.
 */
import * as tf from '@tensorflow/tfjs-core'
import { Dropout } from '../../src-main/learning/dropout.ts'
import { preparePairs } from '../../src-main/learning/models/pair-learner.ts'
import type { PairCase } from './pair-cases.ts'

/** What backends in float32 may differ by. */
export const tolerance = { loss: 2e-6, gradient: 1e-5 }

/** gradient: base64 of little-endian float32, all parameters in order */
export type GoldenValues = { name: string; loss: number; gradient: string }[]

/** @returns |loss - PyTorch's|, and |gradient - PyTorch's| / |PyTorch's| over all parameters @throws Error when there are no values for the case */
export async function distanceOf(of: PairCase, values: GoldenValues): Promise<{ loss: number; gradient: number }> {
  const expected = values.find(({ name }) => name === of.name)
  if (!expected) throw new Error(`PyTorch's values lack '${of.name}'. Run the scripts in test/golden/.`)
  const bytes = Uint8Array.from(atob(expected.gradient), (character) => character.charCodeAt(0))
  const reference = new Float32Array(bytes.buffer)
  const { loss, gradient } = await lossAndGradient(of)
  if (gradient.length !== reference.length) throw new Error(`'${of.name}' has other parameters than PyTorch's.`)
  let [difference, size] = [0, 0]
  for (const [i, g] of reference.entries()) {
    difference += ((gradient[i] ?? Number.NaN) - g) ** 2
    size += g ** 2
  }
  return { loss: Math.abs(loss - expected.loss), gradient: Math.sqrt(difference / size) }
}

/** The gradient of all parameters in the order of the case's specifications; 0 in the rows of a table that were not looked at. */
async function lossAndGradient({ model, settings, batch }: PairCase): Promise<{ loss: number; gradient: number[] }> {
  const { parameters, tables } = model.weights
  const total = (1 + settings.negatives) * batch.positiveWeights.reduce((a, b) => a + b, 0)
  const { rows, upload } = preparePairs(model, settings, batch, total, Dropout.none)
  const dense = parameters.tensors()
  const results = tf.tidy(() => {
    const lossOf = upload()
    const inputs = [...dense, ...tables.map((table, k) => table.upload(rows[k] ?? new Int32Array()))]
    const { value, grads } = tf.valueAndGrads((...t) => {
      const named = parameters.byName(t.slice(0, dense.length))
      for (const [k, { name }] of tables.entries()) named[name] = t[dense.length + k]! // one input a table
      return lossOf(named)
    })(inputs)
    return [value, ...grads]
  })
  const [loss = new Float32Array(), ...parts] = await Promise.all(results.map((x) => x.data<'float32'>()))
  tf.dispose([...results, ...dense])
  const gradient = parts.slice(0, dense.length).flatMap((part) => Array.from(part))
  for (const [k, { rows: size, width }] of tables.entries()) {
    const whole = new Array<number>(size * width).fill(0)
    const part = parts[dense.length + k]
    for (const [i, row] of (rows[k] ?? new Int32Array()).entries())
      for (let j = 0; j < width; j++) whole[row * width + j] = part?.[i * width + j] ?? Number.NaN
    gradient.push(...whole)
  }
  return { loss: loss[0] ?? Number.NaN, gradient }
}

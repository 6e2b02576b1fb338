import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { Dropout } from '../../../src-main/learning/dropout.ts'
import { transformerLoss } from '../../../src-main/learning/models/transformer-forward.ts'
import { uploadAllItems, uploadBatch } from '../../../src-main/learning/models/transformer-inputs.ts'
import { OwnItems } from '../../../src-main/learning/sampling.ts'
import { goldenCases, goldenData } from '../../golden/transformer-cases.ts'
import type { GoldenCase } from '../../golden/transformer-cases.ts'

const own = new OwnItems(goldenData.train)

interface Golden {
  name: string
  loss: number
  /** base64 of little-endian float32, all parameters in order */
  gradient: string
}

const golden: Golden[] = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/transformer.json'), 'utf8'))

/** The weights of all targets: what the loss is a mean over. */
function totalWeight({ targets }: GoldenCase['batch']): number {
  return targets.reduce((sum, { weight }) => sum + weight.reduce((a, b) => a + b, 0), 0)
}

async function lossAndGradient({ shape, batch, parameters, features }: GoldenCase): Promise<[number, Float32Array]> {
  const tensors = parameters.tensors()
  const results = tf.tidy(() => {
    const device = uploadBatch(shape, goldenData.domains, features, uploadAllItems(features), own, batch)
    const { value, grads } = tf.valueAndGrads((...t) =>
      transformerLoss(shape, parameters.byName(t), device, totalWeight(batch), Dropout.none),
    )(tensors)
    return [value, ...grads]
  })
  const gradient = new Float32Array(parameters.values.length)
  await parameters.addGradients(results.slice(1), gradient)
  const loss = (await results[0]!.data())[0]!
  tf.dispose([...results, ...tensors])
  return [loss, gradient]
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  test.each(goldenCases())('loss and gradients are PyTorch’s: $name', async (golded) => {
    await startBackend(backend)
    const expected = golden.find(({ name }) => name === golded.name)!
    const bytes = Buffer.from(expected.gradient, 'base64')
    const reference = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    const [loss, gradient] = await lossAndGradient(golded)
    expect(gradient.length).toBe(reference.length)
    expect(Math.abs(loss - expected.loss)).toBeLessThanOrEqual(2e-6)
    let difference = 0
    let size = 0
    for (let i = 0; i < gradient.length; i++) {
      difference += (gradient[i]! - reference[i]!) ** 2
      size += reference[i]! ** 2
    }
    expect(Math.sqrt(difference / size)).toBeLessThanOrEqual(1e-5)
  })
})

afterAll(() => tf.disposeVariables())

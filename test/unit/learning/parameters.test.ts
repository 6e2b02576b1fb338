import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'

const specs = [
  { name: 'a', shape: [2, 3], start: { deviation: 0.5 } },
  { name: 'b', shape: [3], start: { constant: 1 } },
]

test('parts of the vector become tensors and gradients find their way back', async () => {
  await startBackend('cpu')
  const parameters = new Parameters(specs)
  parameters.initialise(3)
  const tensors = parameters.tensors()
  expect(tensors.map((t) => t.shape)).toEqual([[2, 3], [3]])
  expect([...tensors[1]!.dataSync()]).toEqual([1, 1, 1])
  const gradient = new Float32Array(9).fill(1)
  await parameters.addGradients([tf.fill([2, 3], 2), tf.tensor1d([7, 8, 9])], gradient)
  expect([...gradient]).toEqual([3, 3, 3, 3, 3, 3, 8, 9, 10])
})

test('the start of a part does not depend on the parts around it', () => {
  const alone = new Parameters([specs[0]!])
  const among = new Parameters([{ name: 'z', shape: [5], start: { deviation: 1 } }, ...specs])
  alone.initialise(4)
  among.initialise(4)
  expect([...among.part(1)]).toEqual([...alone.part(0)])
})

test('weights of another shape are refused by name', () => {
  const parameters = new Parameters(specs)
  const arrays = parameters.arrays()
  expect(() => parameters.restore(arrays)).not.toThrow()
  delete arrays['b']
  expect(() => parameters.restore(arrays)).toThrow(
    "The saved weights do not fit: 'b' should be [3] and is missing. Use the configuration and the data set they were trained with.",
  )
})

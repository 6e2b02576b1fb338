// A few thousand of the inputs of `node test/fuzz/readers.ts`: every one is read, or refused with a sentence, within a second.
import { expect, test } from 'vitest'
import { campaign, inputOf, noCounts } from '../../fuzz/campaign.ts'

test('four thousand mutated inputs: no crash, no hang, no other kind of error', async () => {
  const counts = noCounts()
  expect(await campaign({ seed: 5, from: 0, inputs: 4000 }, counts)).toBeNull()
  expect(counts.inputs).toBe(4000)
  // a campaign that only ever reaches the first check would prove little
  expect(counts.read).toBeGreaterThan(1500)
  expect(counts.refused).toBeGreaterThan(1000)
})

test('an input is named by its seed and its number', () => {
  expect(inputOf(5, 77)).toEqual(inputOf(5, 77))
  expect(inputOf(5, 77).files).not.toEqual(inputOf(6, 77).files)
})

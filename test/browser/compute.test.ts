// WebGPU in a page, in software where there is no graphics card: against PyTorch's values, over the port as a job uses it, and when the device
// is lost. Very slow for its size: every new shape of an operation is compiled.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { ComputePage, PageRecommender } from '../../src-main/jobs/compute-model.ts'
import { serveCompute } from '../../src-main/jobs/compute-page.ts'
import { fromMessagePort } from '../../src-main/jobs/compute-port.ts'
import { activeBackend, startOne } from '../../src-main/learning/backends/index.ts'
import type { FitEvent } from '../../src-main/learning/model.ts'
import { goldenCases, goldenTrainings } from '../golden/transformer-cases.ts'
import { distanceOf, tolerance, trainingDistances } from '../golden/transformer-check.ts'
import { syntheticData } from '../unit/learning/synthetic.ts'

const seconds = 1000
/** Every case and all thirty steps of every training, minutes in software: VITE_GOLDEN=all npx vitest run --project browser test/browser/compute.test.ts */
const all = import.meta.env['VITE_GOLDEN'] === 'all'
const present = Boolean(await navigator.gpu?.requestAdapter())
const skipped = present ? '' : ' [skipped: this browser has no WebGPU adapter]'
const webgpu = test.skipIf(!present)

beforeAll(async () => {
  if (present) await startOne('webgpu')
}, 120 * seconds)

webgpu(`loss, gradients and training steps are PyTorch’s${skipped}`, { timeout: 1200 * seconds }, async () => {
  expect(tf.getBackend()).toBe('webgpu')
  for (const golded of goldenCases().slice(all ? 0 : -2)) {
    const { loss, gradient } = await distanceOf(golded)
    expect(loss, golded.name).toBeLessThanOrEqual(tolerance.loss)
    expect(gradient, golded.name).toBeLessThanOrEqual(tolerance.gradient)
  }
  for (const golded of goldenTrainings().slice(0, all ? undefined : 1)) {
    const distances = await trainingDistances(golded, all ? 30 : 4)
    expect(Math.max(...distances), golded.name).toBeLessThanOrEqual(tolerance.training)
  }
})

const data = syntheticData({ users: 8, items: 14, events: 8 })
const config = { width: 8, heads: 2, layers: 1, shared: 8, history: 6, batch: 8, epochs: 3, warmUpSteps: 0 }

function openPage(): ComputePage {
  const { port1, port2 } = new MessageChannel()
  serveCompute(fromMessagePort(port2))
  return new ComputePage(fromMessagePort(port1))
}

webgpu(`a job trains in the page and ranks with its scores${skipped}`, { timeout: 240 * seconds }, async () => {
  const page = openPage()
  const { device } = await page.call('start', { named: true })
  expect(device).toMatch(/^WebGPU on /)
  const model = new PageRecommender(page, 'transformer', config)
  const losses: number[] = []
  const rankings: number[] = []
  const summary = await model.fit(data, {
    seed: 1,
    signal: new AbortController().signal,
    onEvent: (event: FitEvent) => void (event.type === 'step' && losses.push(event.loss)),
    validate: async (candidate) => {
      rankings.push((await candidate.score(Uint32Array.of(0, 1), data.train, data.domains[0]!)).length)
      return rankings.length
    },
  })
  expect(summary).toMatchObject({ backend: 'webgpu', epochs: 3, bestEpoch: 3 })
  expect(losses.at(-1)).toBeLessThan(losses[0]!)
  expect(rankings).toEqual([14, 14, 14])
  page.close()
})

webgpu(
  `a device that is lost ends the fit with a sentence, and another is started${skipped}`,
  { timeout: 240 * seconds },
  async () => {
    const page = openPage()
    await page.call('start', { named: true })
    const before = activeBackend()?.lost
    const model = new PageRecommender(page, 'transformer', config)
    const checkpoints: number[] = []
    const fit = model.fit(data, {
      seed: 1,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      validate: () => {
        const backend = tf.backend()
        if (checkpoints.length > 0 && 'device' in backend && backend.device instanceof GPUDevice)
          backend.device.destroy()
        return Promise.resolve(0)
      },
      checkpoints: {
        read: () => Promise.resolve(null),
        write: ({ state }) => Promise.resolve(void checkpoints.push(state.epoch)),
      },
    })
    await expect(fit).rejects.toThrow(
      /^The graphics device \(WebGPU on .*\) was lost while it computed\. Resume the run: it goes on from its last checkpoint\./,
    )
    expect(checkpoints).toEqual([2, 3]) // what came after the second epoch was never written
    page.close()

    const again = openPage()
    await again.call('start', { named: true })
    expect(activeBackend()?.lost).not.toBe(before)
    expect((await distanceOf(goldenCases().at(-1)!)).loss).toBeLessThanOrEqual(tolerance.loss)
    again.close()
  },
)

// The backends that are not everywhere, against PyTorch's values; each in a process of its own, as in the product. Where one is not there its
// test is skipped and says why.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { BackendId } from '../../../src-main/learning/backends/index.ts'
import type { Checked } from '../../golden/check-backend.ts'
import { tolerance } from '../../golden/transformer-check.ts'
import { softwareVulkan } from '../../webgpu-adapter.ts'

const program = join(import.meta.dirname, '../../golden/check-backend.ts')

async function check(...words: string[]): Promise<Checked> {
  const env = { ...process.env, ...softwareVulkan() }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], { env })
  const checked: Checked = JSON.parse(stdout)
  return checked
}

// a program in place of a graphics card takes seconds for every new shape, so it gets less to compute
const webgpuWords = softwareVulkan() === null ? ['all', 'all', '30'] : ['3', '1', '4']

test.for([
  ['tensorflow', ['all', 'all', '30']],
  ['webgpu', webgpuWords],
] as [BackendId, string[]][])(
  'loss, gradients and training steps on %s are PyTorch’s',
  { timeout: 300_000 },
  async ([id, words], { skip }) => {
    const { device, reason, cases, trainings } = await check(id, ...words)
    if (device === null) {
      console.warn(`Not held against PyTorch: ${id}. ${reason}`)
      return skip(String(reason))
    }
    expect(cases.length).toBeGreaterThan(2)
    for (const { name, loss, gradient } of cases) {
      expect(loss, name).toBeLessThanOrEqual(tolerance.loss)
      expect(gradient, name).toBeLessThanOrEqual(tolerance.gradient)
    }
    expect(trainings.length).toBeGreaterThan(0)
    for (const { name, distance } of trainings) expect(distance, name).toBeLessThanOrEqual(tolerance.training)
  },
)

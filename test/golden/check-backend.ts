/**
 * Holds one backend against PyTorch's values and prints what it found as one line of JSON.
 * Run: npx node test/golden/check-backend.ts webgpu     (cpu, wasm, tensorflow, webgpu)
 * Further words: how many cases, how many trainings, and how many of their thirty steps; all without them.
 */
import { activeBackend, startBackend } from '../../src-main/learning/backends/index.ts'
import type { BackendId } from '../../src-main/learning/backends/index.ts'
import { goldenCases, goldenTrainings } from './transformer-cases.ts'
import { distanceOf, trainingDistances } from './transformer-check.ts'

export interface Checked {
  /** Null where the backend is not there. */
  device: string | null
  reason: string | null
  cases: { name: string; loss: number; gradient: number }[]
  /** The largest distance over the steps of each. */
  trainings: { name: string; steps: number; distance: number }[]
}

if (import.meta.main) {
  const [id, cases = 'all', trainings = 'all', steps = '30'] = process.argv.slice(2)
  const some = <T>(list: T[], count: string): T[] => (count === 'all' ? list : list.slice(0, Number(count)))
  const checked: Checked = { device: null, reason: null, cases: [], trainings: [] }
  try {
    await startBackend(id as BackendId) // what is none of them is refused
    checked.device = activeBackend()?.device ?? null
  } catch (error) {
    checked.reason = error instanceof Error ? error.message : String(error)
  }
  if (checked.device !== null) {
    // from the last: it has the most parts
    for (const golded of some(goldenCases().reverse(), cases))
      checked.cases.push({ name: golded.name, ...(await distanceOf(golded)) })
    for (const golded of some(goldenTrainings().reverse(), trainings)) {
      const distances = await trainingDistances(golded, Number(steps))
      checked.trainings.push({ name: golded.name, steps: distances.length, distance: Math.max(...distances) })
    }
  }
  process.stdout.write(`${JSON.stringify(checked)}\n`, () => process.exit(0))
}

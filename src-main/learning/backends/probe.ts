/** Whether a backend can compute on this machine and how fast, or why it cannot. */
import type { BackendInfo } from '../../../src-preload/contract.ts'
import { missing, sentenceOf } from './choose.ts'
import type { BackendId } from './choose.ts'
import { unlessLost } from './device.ts'
import { startOne } from './index.ts'
import { measureGflops, measureTraining } from './measure.ts'
import { softwareAdapter } from './webgpu.ts'

/** Never rejects: what is wrong with a backend is its reason. Leaves it running where it was measured. */
export async function probeBackend(id: BackendId): Promise<BackendInfo> {
  try {
    const software = id === 'webgpu' ? await softwareAdapter() : null
    // it takes a minute to start, to be slower than wasm; it is there for who asks for it
    if (software) return { ...missing(id, ''), available: true, device: software, reason: null }
    const { device, memoryBytes, lost } = await startOne(id)
    const gflops = await unlessLost(lost, measureGflops())
    const samplesPerSecond = await unlessLost(lost, measureTraining(gflops))
    return { id, available: true, device, reason: null, gflops, samplesPerSecond, memoryBytes }
  } catch (error) {
    return missing(id, sentenceOf(error))
  }
}

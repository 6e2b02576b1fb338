/** Asks a process of its own what can compute here. When even that process dies, every backend says so. */
import type { BackendInfo } from '../../src-preload/contract.ts'
import type { LaunchJob } from '../jobs/launcher.ts'
import { type JobOutcome, RunningJob } from '../jobs/running-job.ts'

const ids: BackendInfo['id'][] = ['tensorflow', 'webgpu', 'wasm', 'cpu']

export interface Probe {
  /** Never rejects. */
  backends: Promise<BackendInfo[]>
  cancel(): void
}

export function probe(launch: LaunchJob, root: string): Probe {
  const task = { kind: 'probe' } as const
  const job = new RunningJob(launch, 'Try the backends', { type: 'start', workspace: root, task }, () => undefined)
  return { backends: job.outcome.then(backendsOf), cancel: () => job.cancel() }
}

function backendsOf(outcome: JobOutcome): BackendInfo[] {
  if (outcome.state === 'done' && outcome.result.kind === 'probe') return outcome.result.backends
  const reason = outcome.state === 'failed' ? outcome.reason : 'The backends could not be tried.'
  return ids.map((id) => ({ id, available: false, device: '', reason, gflops: null }))
}

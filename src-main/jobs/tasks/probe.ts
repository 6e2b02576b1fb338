/** What can compute on this machine, and how fast. A process of its own, because a native backend may take its process down with it. */
import { probeBackends } from '../../learning/backends/index.ts'
import type { JobResult } from '../messages.ts'

export async function probeTask(): Promise<JobResult> {
  return { kind: 'probe', backends: await probeBackends() }
}

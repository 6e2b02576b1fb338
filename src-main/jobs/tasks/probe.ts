/** What a backend can do on this machine. A process of its own, because a native one may take its process down with it. */
import { missing } from '../../learning/backends/choose.ts'
import { probeBackend } from '../../learning/backends/probe.ts'
import { ComputePage } from '../compute-model.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

export async function probeTask(
  { backend }: Extract<JobTask, { kind: 'probe' }>,
  { compute }: Pick<TaskContext, 'compute'>,
): Promise<JobResult> {
  if (backend !== 'webgpu' || !compute) return { kind: 'probe', backend: await probeBackend(backend) }
  try {
    const page = new ComputePage(await compute())
    try {
      return { kind: 'probe', backend: await page.call('probe', null) }
    } finally {
      page.close()
    }
  } catch (error) {
    return { kind: 'probe', backend: missing('webgpu', error instanceof Error ? error.message : String(error)) }
  }
}

/** The tasks by name. Each is loaded only when asked for: an import need not wait for the learning code. */
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

/** @throws what the task throws; DOMException 'AbortError' within a second after the signal */
export async function runTask(task: Exclude<JobTask, { kind: 'read' }>, context: TaskContext): Promise<JobResult> {
  switch (task.kind) {
    case 'import':
      return (await import('./import.ts')).importTask(task, context)
    case 'sample':
      return (await import('./sample.ts')).sampleTask(task, context)
    case 'clean':
      return (await import('./clean.ts')).cleanTask(task, context)
    case 'combine':
      return (await import('./combine.ts')).combineTask(task, context)
    case 'fetch-posters':
      return (await import('./fetch-posters.ts')).fetchPostersTask(task, context)
    case 'backup':
    case 'move':
      return (await import('./backup.ts')).backupTask(task, context)
    case 'restore':
      return (await import('./restore.ts')).restoreTask(task, context)
    case 'posters':
      return (await import('./posters.ts')).postersTask(task, context)
    case 'plots':
      return (await import('./plots.ts')).plotsTask(task, context)
    case 'vectors':
      return (await import('./vectors.ts')).vectorsTask(task, context)
    case 'train':
      return (await import('./train.ts')).trainTask(task, context)
    case 'probe':
      return (await import('./probe.ts')).probeTask(task, context)
    default:
      return task satisfies never
  }
}

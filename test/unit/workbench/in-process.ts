/** A workspace with its queue, jobs run in this process: what the workbench's rooms need of each other, without processes. */
import type { Events } from '../../../src-preload/contract.ts'
import { failureSentence } from '../../../src-main/jobs/failure.ts'
import type { JobExit, LaunchJob } from '../../../src-main/jobs/launcher.ts'
import type { JobEvent } from '../../../src-main/jobs/messages.ts'
import { JobQueue } from '../../../src-main/jobs/queue.ts'
import { runTask } from '../../../src-main/jobs/tasks/index.ts'
import { JobRecords } from '../../../src-main/workbench/job-records.ts'
import { PickedPaths } from '../../../src-main/workbench/picked.ts'
import { workspacePaths } from '../../../src-main/workspace/paths.ts'
import { Workspace } from '../../../src-main/workspace/workspace.ts'
import type { Job } from '../../../src-preload/contract.ts'
import { onTestFinished } from 'vitest'

/** Runs each task as a job's process would, in this one. */
export const launchHere: LaunchJob = () => {
  let hear: (event: JobEvent) => void = () => undefined
  let exited: (exit: JobExit) => void = () => undefined
  const cancel = new AbortController()
  const end = (event: JobEvent): void => {
    hear(event)
    exited({ code: 0, signal: null, stderr: [], reason: null })
  }
  return {
    onEvent: (listener) => {
      hear = listener
      setImmediate(() => hear({ type: 'ready' }))
    },
    onExit: (listener) => void (exited = listener),
    kill: () => exited({ code: null, signal: 'SIGKILL', stderr: [], reason: null }),
    post: (command) => {
      if (command.type === 'cancel') cancel.abort()
      if (command.type !== 'start') return
      if (command.task.kind === 'read') throw new Error('The reader is no job of the queue.')
      runTask(command.task, {
        paths: workspacePaths(command.workspace),
        signal: cancel.signal,
        progress: ({ phase, fraction }) =>
          hear({ type: 'progress', phase, fraction, eta: null, samplesPerSecond: null }),
        points: (series) => hear({ type: 'points', series }),
        log: (level, text) => hear({ type: 'log', level, text }),
        onPause: () => undefined,
        compute: null,
      }).then(
        (result) => end({ type: 'done', result }),
        (error: unknown) =>
          end({ type: 'failed', cancelled: cancel.signal.aborted, reason: failureSentence(error, 'The job') }),
      )
    },
  }
}

export interface House {
  workspace: Workspace
  queue: JobQueue
  picked: PickedPaths
  events: { event: keyof Events; payload: Events[keyof Events] }[]
  emit: <E extends keyof Events>(event: E, payload: Events[E]) => void
  /** Data sets whose files the library was told to close. */
  forgotten: string[]
  library: { forget(id: string): Promise<void> }
  token(path: string): string
  ended(job: Job): Promise<Job>
  close(): Promise<void>
}

export function openHouse(root: string, options: { openNext?: (folder: string) => string } = {}): House {
  const workspace = Workspace.open(root)
  const events: House['events'] = []
  const emit: House['emit'] = (event, payload) => void events.push({ event, payload })
  const forgotten: string[] = []
  const library = { forget: async (id: string) => void forgotten.push(id) }
  const openNext = options.openNext ?? ((folder: string) => `Next time ${folder}.`)
  const queue = new JobQueue(root, launchHere, new JobRecords(workspace, library, emit, Date.now, openNext))
  const picked = new PickedPaths()
  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    await queue.close()
    workspace.close()
  }
  onTestFinished(close)
  return {
    workspace,
    queue,
    picked,
    events,
    emit,
    forgotten,
    library,
    token: (path) => picked.keep(path).token,
    close,
    ended: async ({ id }) => {
      for (;;) {
        const job = queue.list().find((each) => each.id === id)
        if (job && !['queued', 'running', 'paused'].includes(job.state)) return job
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

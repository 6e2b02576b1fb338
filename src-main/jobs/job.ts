/**
 * The program of a job: one task, then the end. It says `ready`, gets `start`, works, says `done` or `failed`, and exits by itself. It exits
 * too when its parent is gone; what it was writing is then found unfinished and deleted when the workspace is opened again.
 */
import { workspacePaths } from '../workspace/paths.ts'
import { Coalescer } from './coalesce.ts'
import { failureSentence, isProgramError } from './failure.ts'
import type { JobEvent, JobTask } from './messages.ts'
import { openPort } from './port.ts'
import type { TaskContext } from './tasks/context.ts'
import { runTask } from './tasks/index.ts'

const doing: Record<JobTask['kind'], string> = {
  import: 'The import',
  sample: 'Making the sample',
  posters: 'Adding posters',
  plots: 'Adding plots',
  train: 'The training',
  probe: 'Trying the backends',
}

const port = openPort()
const cancel = new AbortController()
let what = 'The job'
let ended = false

const progress = new Coalescer<JobEvent>(100, (event) => port.post(event))

function end(event: JobEvent, code: number): void {
  if (ended) return
  ended = true
  progress.flush()
  port.end(event, code)
}

function fail(error: unknown): void {
  if (isProgramError(error)) console.error(error) // its stack goes to the log; other errors say all in their sentence
  end({ type: 'failed', cancelled: cancel.signal.aborted, reason: failureSentence(error, what) }, 1)
}

async function start(workspace: string, task: JobTask): Promise<void> {
  what = doing[task.kind]
  const context: TaskContext = {
    paths: workspacePaths(workspace),
    signal: cancel.signal,
    progress: ({ phase, fraction, eta = null, samplesPerSecond = null }) =>
      progress.push({ type: 'progress', phase, fraction, eta, samplesPerSecond }),
    points: (series) => port.post({ type: 'points', series }),
    log: (level, text) => port.post({ type: 'log', level, text }),
  }
  const result = await runTask(task, context)
  end({ type: 'done', result }, 0)
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
port.onDisconnect(() => process.exit(1))
port.onCommand((command) => {
  switch (command.type) {
    case 'start':
      start(command.workspace, command.task).catch(fail)
      return
    case 'cancel':
      cancel.abort()
      return
    default:
      command satisfies never
  }
})
port.post({ type: 'ready' })

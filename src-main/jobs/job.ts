/**
 * The program of a job: one task, then the end. It says `ready`, gets `start`, works, says `done` or `failed`, and exits by itself. It exits
 * too when its parent is gone; what it was writing is then found unfinished and deleted when the workspace is opened again.
 */
import { workspacePaths } from '../workspace/paths.ts'
import { Coalescer } from './coalesce.ts'
import { failureSentence, isProgramError } from './failure.ts'
import type { JobEvent, JobTask } from './messages.ts'
import { openPort } from './port.ts'
import type { Desk } from './reader.ts'
import type { TaskContext } from './tasks/context.ts'
import { runTask } from './tasks/index.ts'

const doing: Record<JobTask['kind'], string> = {
  import: 'The import',
  sample: 'Making the sample',
  clean: 'The cleaning',
  combine: 'Combining the data sets',
  posters: 'Adding posters',
  'fetch-posters': 'Fetching posters',
  plots: 'Adding plots',
  vectors: 'Adding vectors',
  backup: 'The backup',
  restore: 'Restoring the backup',
  move: 'Moving the workspace',
  train: 'The training',
  probe: 'Trying the backends',
  read: 'Reading the data sets',
}

const port = openPort()
const cancel = new AbortController()
const pauseListeners: ((paused: boolean) => void)[] = []
let paused = false
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

function hold(asked: boolean): void {
  paused = asked
  for (const listener of pauseListeners) listener(paused)
}

/** The reader, once this process is one; questions wait until it is loaded. */
let desk: Promise<Desk> | null = null

/** Its work has no end of its own: it answers until it is told to stop. */
async function read(workspace: string): Promise<void> {
  desk = import('./reader.ts').then(({ Desk }) => new Desk(workspacePaths(workspace), (reply) => port.post(reply)))
  const opened = await desk
  if (!cancel.signal.aborted) await new Promise((resolve) => cancel.signal.addEventListener('abort', resolve))
  opened.close()
  end({ type: 'failed', cancelled: true, reason: 'The reader was closed.' }, 0)
}

async function start(workspace: string, task: JobTask, threads?: number): Promise<void> {
  what = doing[task.kind]
  if (task.kind === 'read') return read(workspace)
  const context: TaskContext = {
    paths: workspacePaths(workspace),
    signal: cancel.signal,
    ...(threads === undefined ? {} : { threads }),
    progress: ({ phase, fraction, eta = null, samplesPerSecond = null }) =>
      progress.push({ type: 'progress', phase, fraction, eta, samplesPerSecond }),
    points: (series) => port.post({ type: 'points', series }),
    log: (level, text) => port.post({ type: 'log', level, text }),
    onPause: (listener) => {
      pauseListeners.push(listener)
      if (paused) listener(true)
    },
    compute: port.compute,
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
      start(command.workspace, command.task, command.threads).catch(fail)
      return
    case 'pause':
    case 'resume':
      hold(command.type === 'pause')
      return
    case 'cancel':
      cancel.abort()
      return
    case 'ask':
      void desk?.then((reader) => reader.ask(command))
      return
    default:
      command satisfies never
  }
})
port.post({ type: 'ready' })

/** Starts jobs as child processes of plain Node: the browser host, the headless shell and tests. */
import { fork } from 'node:child_process'
import { cleanedEnvironment, StderrTail } from './child.ts'
import type { JobExit, JobProcess, LaunchJob } from './launcher.ts'
import type { JobEvent } from './messages.ts'
import { parseEvent } from './parse.ts'

/** How long what a dead process still had in its pipes may take to arrive. */
const drainMs = 250

/**
 * @param entry the job's program: out/main/job.js, or src-main/jobs/job.ts where Node runs TypeScript
 * @param flags for Node itself
 */
export function launchNode(entry: string, flags: readonly string[] = []): LaunchJob {
  return (label) => {
    const child = fork(entry, [label], {
      serialization: 'advanced', // structured clone, as Electron's ports have it
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: cleanedEnvironment(process.env),
      execArgv: [...flags],
    })
    const tail = new StderrTail()
    child.stdout?.resume() // read and dropped: a full pipe would stop the job
    child.stderr?.on('data', (chunk: Uint8Array) => tail.add(chunk))

    let onExit: ((exit: JobExit) => void) | null = null
    let exit: JobExit | null = null
    const ended = (code: number | null, signal: string | null, reason: string | null): void => {
      if (exit) return
      exit = { code, signal, stderr: tail.lines(), reason }
      onExit?.(exit)
    }
    child.once('error', (error) => {
      // fork reports some failures this way and never exits; afterwards it also reports a message that could not be sent
      if (child.pid === undefined) ended(null, null, `could not be started: ${error.message}`)
    })
    child.once('exit', (code, signal) => {
      const timer = setTimeout(() => ended(code, signal, null), drainMs)
      child.once('close', () => {
        clearTimeout(timer)
        ended(code, signal, null)
      })
    })

    const process_: JobProcess = {
      post: (command) => {
        if (child.connected) child.send(command, () => undefined) // a job that is just ending needs no command: its exit follows
      },
      onEvent: (listener: (event: JobEvent) => void) => {
        child.on('message', (message) => {
          let event: JobEvent
          try {
            event = parseEvent(message)
          } catch (error) {
            event = { type: 'failed', cancelled: false, reason: String(error instanceof Error ? error.message : error) }
          }
          listener(event)
        })
      },
      onExit: (listener) => {
        onExit = listener
        if (exit) listener(exit)
      },
      kill: () => void child.kill('SIGKILL'),
    }
    return process_
  }
}

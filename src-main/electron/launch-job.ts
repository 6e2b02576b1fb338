/**
 * Starts jobs as Electron utility processes. An exit code says little about a process that Chromium ended (out of memory, killed by the
 * system): `child-process-gone` gives the reason, and is matched to its job by the service name, which no two jobs share.
 */
import { app, utilityProcess } from 'electron'
import { cleanedEnvironment, StderrTail } from '../jobs/child.ts'
import { computeAnswer, isComputeRequest } from '../jobs/compute-port.ts'
import type { JobExit, JobProcess, LaunchJob } from '../jobs/launcher.ts'
import type { JobEvent } from '../jobs/messages.ts'
import { parseEvent } from '../jobs/parse.ts'
import type { ComputePageHandle, OpenComputePage } from './compute.ts'

/** `child-process-gone` and the last of stderr may come a moment after the exit. */
const settleMs = 250

/** @param entry out/main/job.js @param openPage opens the page that computes with WebGPU for a job that asks */
export function launchInElectron(entry: string, openPage: OpenComputePage): LaunchJob {
  const reasons = new Map<string, string>()
  app.on('child-process-gone', (_event, details) => {
    if (details.serviceName?.startsWith('crossreel-job-')) reasons.set(details.serviceName, details.reason)
  })
  let started = 0

  return (label) => {
    const serviceName = `crossreel-job-${++started}`
    const child = utilityProcess.fork(entry, [label], {
      serviceName,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanedEnvironment(process.env),
    })
    const tail = new StderrTail()
    child.stdout?.resume()
    child.stderr?.on('data', (chunk: Uint8Array) => tail.add(chunk))

    let gone = false
    let exit: JobExit | null = null
    let onExit: ((exit: JobExit) => void) | null = null
    // Electron has reported an exit twice where the entry failed to load: the first one counts
    child.once('exit', (code) => {
      gone = true
      page?.close()
      setTimeout(() => {
        const reason = reasons.get(serviceName) ?? null
        reasons.delete(serviceName)
        exit = { code, signal: null, stderr: tail.lines(), reason: reason === 'clean-exit' ? null : reason }
        onExit?.(exit)
      }, settleMs)
    })

    let page: ComputePageHandle | null = null
    const openPageFor = async (): Promise<void> => {
      try {
        page?.close()
        page = await openPage()
        if (gone) return page.close()
        child.postMessage(computeAnswer(null), [page.port])
      } catch (error) {
        if (!gone) child.postMessage(computeAnswer(error instanceof Error ? error.message : String(error)))
      }
    }

    const job: JobProcess = {
      post: (command) => {
        if (!gone) child.postMessage(command) // a message to a dead child throws
      },
      onEvent: (listener) => {
        child.on('message', (message: unknown) => {
          if (isComputeRequest(message)) return void openPageFor()
          let event: JobEvent
          try {
            event = parseEvent(message)
          } catch (error) {
            event = { type: 'failed', cancelled: false, reason: error instanceof Error ? error.message : String(error) }
          }
          listener(event)
        })
      },
      onExit: (listener) => {
        onExit = listener
        if (exit) listener(exit)
      },
      kill: () => {
        // `kill` of a utility process asks; a job deep in a computation would not hear it
        if (!gone && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      },
    }
    return job
  }
}

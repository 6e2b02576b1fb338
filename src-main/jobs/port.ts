/** The job's side of the process boundary: `process.parentPort` in a utility process, `process.send` in a child of plain Node. */
import { isComputeAnswer, type OpenComputePage, pageThrough, type ParentPort } from './compute-port.ts'
import type { JobCommand, JobEvent } from './messages.ts'
import { parseCommand } from './parse.ts'

export interface JobPort {
  post(event: JobEvent): void
  onCommand(listener: (command: JobCommand) => void): void
  /** The parent is gone: nobody waits for a result any more. */
  onDisconnect(listener: () => void): void
  /** Electron opens a page that computes with WebGPU; null elsewhere. */
  compute: OpenComputePage | null
  /** Posts a last event and ends the process once it has left. */
  end(event: JobEvent, code: number): void
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value
}

/** How long Electron may take to hand over the last message; its port has no callback. */
const handOverMs = 100

/** @throws Error when the process was not started by Crossreel */
export function openPort(): JobPort {
  const parentPort: unknown = Reflect.get(process, 'parentPort')
  if (isParentPort(parentPort)) {
    return {
      post: (event) => parentPort.postMessage(event),
      onCommand: (listener) =>
        parentPort.on('message', ({ data }) => {
          if (!isComputeAnswer(data)) listener(parseCommand(data))
        }),
      onDisconnect: () => undefined, // Electron ends its utility processes with itself
      compute: pageThrough(parentPort),
      end: (event, code) => {
        parentPort.postMessage(event)
        setTimeout(() => process.exit(code), handOverMs)
      },
    }
  }
  if (!process.send)
    throw new Error('This program is a job of Crossreel and is started by it. Run `npm start` instead.')
  return {
    post: (event) => void process.send?.(event, undefined, undefined, () => undefined),
    onCommand: (listener) => void process.on('message', (message) => listener(parseCommand(message))),
    onDisconnect: (listener) => void process.on('disconnect', listener),
    compute: null,
    end: (event, code) => {
      if (!process.connected) process.exit(code)
      process.send?.(event, undefined, undefined, () => process.exit(code))
    },
  }
}

/**
 * The line between a job and the hidden page that computes on the graphics card. Main makes a channel and hands one end to each; after that they
 * talk without it. This file is the job's and the page's end of that channel, and how a job asks for it.
 */
import * as v from 'valibot'

export interface ComputePort {
  /** A structured clone arrives, in order. */
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** The other end is gone. */
  onClose(listener: () => void): void
  close(): void
}

/** Opens the page and a line to it. @throws Error with a sentence when it does not open */
export type OpenComputePage = () => Promise<ComputePort>

/** From a job to main: open the page for me. */
const request = v.strictObject({ type: v.literal('compute') })
/** From main to a job: the port comes with it, or the reason why there is none. */
const answer = v.strictObject({ type: v.literal('compute'), reason: v.nullable(v.string()) })

export function isComputeRequest(message: unknown): boolean {
  return v.is(request, message)
}

/** @param reason null when the port comes with it */
export function computeAnswer(reason: string | null): v.InferOutput<typeof answer> {
  return { type: 'compute', reason }
}

export function isComputeAnswer(message: unknown): boolean {
  return v.is(answer, message)
}

/** As a process of Electron's has it: `MessagePortMain`. */
interface MainPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** As `process.parentPort` has it. */
export interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: { data: unknown; ports?: readonly MainPort[] }) => void): void
}

/** In a process of Electron's: main is asked each time. */
export function pageThrough(parent: ParentPort): OpenComputePage {
  return () =>
    new Promise((resolve, reject) => {
      const waiting = { open: true }
      parent.on('message', ({ data, ports }) => {
        const said = v.safeParse(answer, data)
        if (!said.success || !waiting.open) return
        waiting.open = false
        const port = ports?.[0]
        if (port) resolve(fromMainPort(port))
        else reject(new Error(said.output.reason ?? 'The page that computes on the graphics card did not open.'))
      })
      parent.postMessage({ type: 'compute' } satisfies v.InferOutput<typeof request>)
    })
}

function fromMainPort(port: MainPort): ComputePort {
  port.start()
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  }
}

/** In a page. */
export function fromMessagePort(port: MessagePort): ComputePort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.onmessage = ({ data }: MessageEvent<unknown>) => listener(data)
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  }
}

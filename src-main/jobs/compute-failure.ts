/** Errors as they cross between a job and the page that computes for it: what the job does about one depends on its kind. */
import * as v from 'valibot'
import { WrongResultError } from '../learning/backends/choose.ts'
import { DeviceLostError } from '../learning/backends/device.ts'
import { DivergedError } from '../learning/training-watch.ts'
import { isProgramError } from './failure.ts'

export const failure = v.strictObject({
  kind: v.picklist(['failed', 'aborted', 'diverged', 'lost', 'wrong']),
  message: v.string(),
  /** Of a divergence: the epoch whose weights are kept. */
  kept: v.nullable(v.number()),
})
export type Failure = v.InferOutput<typeof failure>

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error || error instanceof DOMException ? error.message : String(error)
  if (error instanceof DivergedError) return { kind: 'diverged', message, kept: error.kept }
  if (error instanceof DeviceLostError) return { kind: 'lost', message, kept: null }
  if (error instanceof WrongResultError) return { kind: 'wrong', message, kept: null }
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'aborted', message, kept: null }
  if (isProgramError(error)) {
    const text = `The page that computes met an error of Crossreel itself (${String(error)}). Choose another backend, and please report it.`
    return { kind: 'failed', message: text, kept: null }
  }
  return { kind: 'failed', message, kept: null }
}

export function errorOf({ kind, message, kept }: Failure): Error {
  switch (kind) {
    case 'aborted':
      return new DOMException(message, 'AbortError')
    case 'diverged':
      return new DivergedError(message, kept)
    case 'lost':
      return new DeviceLostError(message)
    case 'wrong':
      return new WrongResultError(message)
    case 'failed':
      return new Error(message)
    default:
      return kind satisfies never
  }
}

/** Which backend computes: the one that was asked for, or the first that is there and computes right. */
import type { BackendInfo } from '../../../src-preload/contract.ts'

export type BackendId = BackendInfo['id']
export type BackendChoice = 'auto' | BackendId

/** The fastest first. `cpu` is last: it is there to compare with, and for tests. */
export const backendIds: readonly BackendId[] = ['tensorflow', 'webgpu', 'wasm', 'cpu']

/** A backend that starts and then computes something else than it should. */
export class WrongResultError extends Error {
  override readonly name = 'WrongResultError'
}

export interface Chosen<T> {
  started: T
  /** What the person should know: a backend that was passed over because it computes wrongly. */
  notes: string[]
}

/**
 * 'auto' takes the first that starts. A backend that was asked for by name is taken or refused; only where it computes wrongly does the next
 * one in the order take its place, with a note.
 * @param start is told whether the backend was asked for by name: what is slower than the next in the order then refuses to start
 * @throws Error with the reason and the remedy when none starts
 */
export async function firstThatComputes<T>(
  choice: BackendChoice,
  start: (id: BackendId, named: boolean) => Promise<T>,
): Promise<Chosen<T>> {
  const order = choice === 'auto' ? backendIds : backendIds.slice(backendIds.indexOf(choice))
  const reasons: string[] = []
  const wrong: string[] = []
  for (const id of order) {
    try {
      const started = await start(id, id === choice)
      return { started, notes: wrong.map((sentence) => `${sentence} This run computes on ${id} instead.`) }
    } catch (error) {
      if (error instanceof WrongResultError) wrong.push(error.message)
      else if (id === choice) throw error
      reasons.push(`${id}: ${sentenceOf(error)}`)
    }
  }
  throw new Error(`No backend started. ${reasons.join(' ')}`)
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What is to be said of a backend that cannot be used. */
export function missing(id: BackendId, reason: string): BackendInfo {
  return { id, available: false, device: '', reason, gflops: null, samplesPerSecond: null, memoryBytes: null }
}

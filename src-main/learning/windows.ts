/**
 * A training timeline cut into windows. Every target belongs to exactly one window, so an epoch uses each target once. A user's first window
 * ends when one of its streams is full; each later one when a stream has taken half its capacity, and starts with the last capacity / 2
 * events of every stream as context. So a target sees at least that many events of each stream (all of them in the first window), at most
 * `capacity`, as when scoring, while no event is encoded more than about twice an epoch. Where a window ends follows from the events before alone: what
 * a target sees does not depend on itself or on anything after it.
 */
import type { Interactions } from './data.ts'
import type { Reading, StreamLayout } from './streams.ts'

/** A view of the targets, not a copy: a large data set has hundreds of thousands of windows over tens of millions of targets. */
export class Window implements Reading {
  readonly user: number
  readonly start: number
  readonly first: number
  readonly end: number
  readonly context: number
  readonly #targets: Uint32Array
  readonly #from: number
  readonly #to: number

  /** @param targets rows of all targets, of which from..to-1 are this window's */
  constructor(reading: Omit<Reading, 'queries'> & { user: number }, targets: Uint32Array, from: number, to: number) {
    this.user = reading.user
    this.start = reading.start
    this.first = reading.first
    this.end = reading.end
    this.context = reading.context
    this.#targets = targets
    this.#from = from
    this.#to = to
  }

  /** Rows of its targets. */
  get queries(): Uint32Array {
    return this.#targets.subarray(this.#from, this.#to)
  }

  /** How many targets it has. */
  get targets(): number {
    return this.#to - this.#from
  }
}

/** @param isTarget [n] 1 = train on this event  @returns windows with at least one target, in the order of the targets */
export function cutWindows(events: Interactions, isTarget: Uint8Array, layout: StreamLayout): Window[] {
  const windows: Window[] = []
  const targets = rowsOfTargets(isTarget)
  const half = Math.floor(layout.capacity / 2)
  const fresh = new Uint32Array(layout.streams) // events of each stream in the open window
  let from = 0
  let to = 0 // targets from..to-1 are those of the open window
  for (let user = 0; user < events.indptr.length - 1; user++) {
    const start = events.indptr[user]!
    const stop = events.indptr[user + 1]!
    let first = start
    const close = (next: number): void => {
      if (to > from) {
        const end = targets[to - 1]! // events from the last target on are nobody's past here
        windows.push(new Window({ user, start, first, end, context: layout.capacity - half }, targets, from, to))
      }
      from = to
      first = next
      fresh.fill(0)
    }
    fresh.fill(0)
    for (let row = start; row < stop; row++) {
      if (isTarget[row] === 1) to++
      const stream = layout.streamOf(events.item[row]!)
      fresh[stream]! += 1
      if (fresh[stream] === (first === start ? layout.capacity : half)) close(row + 1)
    }
    close(stop)
  }
  return windows
}

function rowsOfTargets(isTarget: Uint8Array): Uint32Array {
  const rows = new Uint32Array(isTarget.reduce((sum, is) => sum + is, 0))
  let at = 0
  for (let row = 0; row < isTarget.length; row++) if (isTarget[row] === 1) rows[at++] = row
  return rows
}

/**
 * A training timeline cut into windows. Every target belongs to exactly one window, so an epoch uses each target once. A user's first window
 * ends when one of its streams is full; each later one when a stream has taken half its capacity, and starts with the last capacity / 2
 * events of every stream as context. So a target sees at least that many events of each stream (all of them in the first window), at most
 * `capacity`, as when scoring, while no event is encoded more than about twice an epoch. Where a window ends follows from the events before alone: what
 * a target sees does not depend on itself or on anything after it.
 */
import type { Interactions } from './data.ts'
import type { Reading, StreamLayout } from './streams.ts'

export interface Window extends Reading {
  user: number
}

/** @param isTarget [n] 1 = train on this event  @returns windows with at least one target; their queries are the target rows */
export function cutWindows(events: Interactions, isTarget: Uint8Array, layout: StreamLayout): Window[] {
  const windows: Window[] = []
  const half = Math.floor(layout.capacity / 2)
  const fresh = new Uint32Array(layout.streams) // events of each stream in the open window
  for (let user = 0; user < events.indptr.length - 1; user++) {
    const start = events.indptr[user]!
    const stop = events.indptr[user + 1]!
    let first = start
    let queries: number[] = []
    const close = (next: number): void => {
      const end = queries.at(-1) // events from the last target on are nobody's past here
      if (end !== undefined) windows.push({ user, start, first, end, context: layout.capacity - half, queries })
      first = next
      queries = []
      fresh.fill(0)
    }
    fresh.fill(0)
    for (let row = start; row < stop; row++) {
      if (isTarget[row] === 1) queries.push(row)
      const stream = layout.streamOf(events.item[row]!)
      fresh[stream]! += 1
      if (fresh[stream] === (first === start ? layout.capacity : half)) close(row + 1)
    }
    close(stop)
  }
  return windows
}

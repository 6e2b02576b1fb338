/**
 * A training timeline cut into windows. Every target belongs to exactly one window, so an epoch uses each target once. A user's first window
 * takes new events until one of its streams is full; each later one until a stream has taken half its capacity, the other half staying
 * for the events before it. So a target sees at least the last capacity / 2 events of every stream (all of them in the first window) and at
 * most `capacity`, as when scoring, while no event is encoded more than about twice an epoch.
 */
import type { Interactions } from './data.ts'
import type { Reading, StreamLayout } from './streams.ts'

export interface Window extends Reading {
  user: number
}

/** @param isTarget [n] 1 = train on this event  @returns windows with at least one target; their queries are the target rows */
export function cutWindows(events: Interactions, isTarget: Uint8Array, layout: StreamLayout): Window[] {
  const windows: Window[] = []
  const users = events.indptr.length - 1
  const fresh = new Uint32Array(layout.streams)
  for (let user = 0; user < users; user++) {
    const start = events.indptr[user]!
    const stop = events.indptr[user + 1]!
    let queries: number[] = []
    let limit = layout.capacity
    const close = (): void => {
      const last = queries.at(-1)
      if (last !== undefined) windows.push({ user, start, end: last, queries }) // events from the last target on are nobody's past here
      queries = []
      fresh.fill(0)
      limit = Math.floor(layout.capacity / 2)
    }
    fresh.fill(0)
    for (let row = start; row < stop; row++) {
      const stream = layout.streamOf(events.item[row]!)
      if (fresh[stream]! >= limit) close()
      fresh[stream]! += 1
      if (isTarget[row] === 1) queries.push(row)
    }
    close()
  }
  return windows
}

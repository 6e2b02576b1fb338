import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStreams } from '../../../src-main/learning/streams.ts'
import type { StreamLayout } from '../../../src-main/learning/streams.ts'
import { cutWindows } from '../../../src-main/learning/windows.ts'
import type { Interactions } from '../../../src-main/learning/data.ts'

/** Items 0..9 are domain A, 10..19 domain B. */
const timelines = fc.array(fc.array(fc.record({ item: fc.nat(19), target: fc.boolean() }), { maxLength: 40 }), {
  minLength: 1,
  maxLength: 4,
})
const layouts = fc.record({ merged: fc.boolean(), capacity: fc.integer({ min: 2, max: 9 }) })

function columns(users: { item: number }[][]): Interactions {
  const rows = users.flat()
  let end = 0
  return {
    indptr: Uint32Array.from([0, ...users.map((u) => (end += u.length))]),
    item: Uint32Array.from(rows, ({ item }) => item),
    rating: Float32Array.from(rows, (_, i) => 0.5 + (i % 10) / 2),
    time: Float64Array.from(rows, (_, i) => i),
  }
}

function layoutOf({ merged, capacity }: { merged: boolean; capacity: number }): StreamLayout {
  const domainOf = (item: number): number => (item < 10 ? 0 : 1)
  return { streams: merged ? 1 : 2, capacity, streamOf: merged ? () => 0 : domainOf, domainOf }
}

test('every target is asked exactly once, in its own user’s window', () => {
  fc.assert(
    fc.property(timelines, layouts, (users, options) => {
      const events = columns(users)
      const isTarget = Uint8Array.from(users.flat(), ({ target }) => (target ? 1 : 0))
      const windows = cutWindows(events, isTarget, layoutOf(options))
      const asked = windows.flatMap(({ queries }) => [...queries])
      expect(asked).toEqual([...isTarget.keys()].filter((row) => isTarget[row] === 1))
      for (const { user, start, end, queries } of windows) {
        expect(start).toBe(events.indptr[user])
        expect(queries.every((row) => row >= start && row <= end && row < events.indptr[user + 1]!)).toBe(true)
      }
    }),
  )
})

test('a target’s state is the last event of each stream strictly before it, and sees enough of what came before', () => {
  fc.assert(
    fc.property(timelines, layouts, (users, options) => {
      const events = columns(users)
      const layout = layoutOf(options)
      const isTarget = Uint8Array.from(users.flat(), ({ target }) => (target ? 1 : 0))
      const windows = cutWindows(events, isTarget, layout)
      const streams = readStreams(events, layout, windows)
      let query = 0
      for (const [w, window] of windows.entries())
        for (const row of window.queries) {
          for (let k = 0; k < layout.streams; k++) {
            const before: number[] = []
            for (let r = window.start; r < row; r++) if (layout.streamOf(events.item[r]!) === k) before.push(r)
            const state = streams.states[k]![query]!
            if (before.length === 0) {
              expect(state).toBe(streams.sequences * streams.length + k)
              continue
            }
            const sequence = w * layout.streams + k
            const place = state - sequence * streams.length
            expect(place).toBeGreaterThanOrEqual(0)
            expect(place).toBeLessThan(streams.length)
            // the states up to `place` hold exactly the last events before the target, in order
            const seen = place + 1
            expect(seen).toBeGreaterThanOrEqual(Math.min(before.length, layout.capacity / 2))
            expect(seen).toBeLessThanOrEqual(layout.capacity)
            const items = [...streams.item.subarray(sequence * streams.length, state + 1)]
            expect(items).toEqual(before.slice(-seen).map((r) => events.item[r]))
          }
          query++
        }
    }),
  )
})

test('what a target sees is not touched by changing, adding or removing anything from its own row on', () => {
  fc.assert(
    fc.property(timelines, timelines, layouts, fc.nat(), (users, others, options, pick) => {
      const layout = layoutOf(options)
      const timeline = users[0]!
      if (timeline.length === 0) return
      const row = pick % timeline.length
      const changed = [...timeline.slice(0, row), ...others[0]!]
      if (changed.length === row) return
      expect(sightOf(changed, row, layout)).toEqual(sightOf(timeline, row, layout))
    }),
  )
})

/** The items of each stream that the target at `row` sees, one user alone. */
function sightOf(timeline: { item: number }[], row: number, layout: StreamLayout): number[][] {
  const events = columns([timeline])
  const windows = cutWindows(events, new Uint8Array(timeline.length).fill(1), layout)
  const streams = readStreams(events, layout, windows)
  const query = windows.flatMap(({ queries }) => [...queries]).indexOf(row)
  return streams.states.map((states) => {
    const state = states[query]!
    if (state >= streams.sequences * streams.length) return []
    return [...streams.item.subarray(state - (state % streams.length), state + 1)]
  })
}

test('equal times follow the order given: an event never sees its own place or a later one', () => {
  const events = columns([[{ item: 1 }, { item: 2 }, { item: 3 }]])
  events.time.fill(5)
  const layout = layoutOf({ merged: false, capacity: 4 })
  const windows = cutWindows(events, Uint8Array.of(1, 1, 1), layout)
  const streams = readStreams(events, layout, windows)
  const none = streams.sequences * streams.length
  expect([...streams.states[0]!]).toEqual([none, 0, 1])
  expect([...streams.states[1]!]).toEqual([none + 1, none + 1, none + 1])
})

test('an epoch encodes no event more than about twice', () => {
  const events = columns([Array.from({ length: 400 }, (_, i) => ({ item: i % 20 }))])
  const layout = layoutOf({ merged: true, capacity: 50 })
  const windows = cutWindows(events, new Uint8Array(400).fill(1), layout)
  const encoded = windows.reduce(
    (sum, { start, first, end, context }) => sum + Math.min(context, first - start) + end - first,
    0,
  )
  expect(encoded).toBeLessThan(2 * 400)
})

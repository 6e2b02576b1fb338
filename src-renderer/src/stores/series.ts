/**
 * The curves of runs: fetched once with `runs.series`, then fed by `run.points`. Curves are plain arrays behind a shallow reference, replaced
 * at every event, so that a thousand points cost one notice. Points that arrive while the fetch is under way are kept and put behind what it brings.
 */
import type { Events, Series } from '@contract'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import { minMax } from '../charts/min-max.ts'
import type { Points } from '../charts/min-max.ts'
import { sentenceOf, useWorkbench } from '../workbench.ts'

export type SeriesName = Series['name']
export type RunCurves = Record<SeriesName, Points>

const names: SeriesName[] = ['loss', 'validation', 'learningRate', 'samplesPerSecond']
const fetched = 2_000
/** A curve that has grown longer than this is thinned to `fetched` points. */
const kept = 4 * fetched

const empty = (): RunCurves => ({
  loss: { x: [], y: [] },
  validation: { x: [], y: [] },
  learningRate: { x: [], y: [] },
  samplesPerSecond: { x: [], y: [] },
})

/** Adds what lies behind the last point, in new arrays, so that whoever watches a curve sees it change; no point is added twice. */
function append(to: Points, from: Pick<Series, 'x' | 'y'>): Points {
  const x = [...to.x]
  const y = [...to.y]
  for (let i = 0; i < from.x.length; i++) {
    if (from.x[i]! <= (x.at(-1) ?? -Infinity)) continue
    x.push(from.x[i]!)
    y.push(from.y[i]!)
  }
  return x.length > kept ? minMax({ x, y }, fetched) : { x, y }
}

export const useSeries = defineStore('series', () => {
  const wb = useWorkbench()
  const runs = new Map<string, ShallowRef<RunCurves>>()
  const asked = new Map<string, Promise<void>>()
  const error = ref<string | null>(null)

  /** The curves as far as they are known; grows with the run. */
  function of(runId: string): ShallowRef<RunCurves> {
    const known = runs.get(runId)
    if (known) return known
    const fresh = shallowRef(empty())
    runs.set(runId, fresh)
    return fresh
  }

  async function fetch(runId: string): Promise<void> {
    const all = await Promise.all(names.map((name) => wb.call('runs.series', { runId, name, points: fetched })))
    const at = of(runId)
    const next = empty()
    for (const series of all) next[series.name] = append(append({ x: [], y: [] }, series), at.value[series.name])
    at.value = next
  }

  /** Makes sure that the run's curves have been fetched; asks once. A failure stands in `error`, and the next call asks again. */
  function open(runId: string): Promise<void> {
    const under = asked.get(runId)
    if (under) return under
    const promise = fetch(runId).then(
      () => {
        error.value = null
      },
      (reason: unknown) => {
        asked.delete(runId)
        error.value = sentenceOf(reason)
      },
    )
    asked.set(runId, promise)
    return promise
  }

  /** A run that begins again begins with empty curves. */
  function forget(runId: string): void {
    asked.delete(runId)
    const at = runs.get(runId)
    if (at) at.value = empty()
  }

  onScopeDispose(
    wb.on('run.points', ({ runId, series }: Events['run.points']) => {
      const at = of(runId)
      const next = { ...at.value }
      for (const piece of series) next[piece.name] = append(next[piece.name], piece)
      at.value = next
    }),
  )
  onScopeDispose(
    wb.on('run.changed', (run) => {
      if (run.state === 'queued') forget(run.id)
    }),
  )

  return { of, open, forget, error }
})

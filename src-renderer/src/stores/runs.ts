/** Runs by id, what can be asked of one, and its curves: read once from the workspace, then grown by `run.points`. */
import type { Run, Series } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowReactive } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useExperiments } from './experiments.ts'

export type Curves = Partial<Record<Series['name'], Series>>

/** Points that were read and then pushed again are taken once: x only grows within a curve. */
function extend(old: Series | undefined, more: Series): Series {
  if (!old) return more
  const last = old.x.at(-1) ?? -Infinity
  const from = more.x.findIndex((x) => x > last)
  if (from === -1) return old
  return { name: old.name, x: old.x.concat(more.x.slice(from)), y: old.y.concat(more.y.slice(from)) }
}

export const useRuns = defineStore('runs', () => {
  const wb = useWorkbench()
  const experiments = useExperiments()
  const byId = computed(
    () => new Map<string, Run>(experiments.all.flatMap((experiment) => experiment.runs.map((run) => [run.id, run]))),
  )
  /** By run id; the value is replaced whole when points arrive, so watching `curves.get(id)` is enough. */
  const curves = shallowReactive(new Map<string, Curves>())
  const error = ref<string | null>(null)

  function grow(runId: string, series: readonly Series[]): void {
    const next: Curves = { ...curves.get(runId) }
    for (const more of series) next[more.name] = extend(next[more.name], more)
    curves.set(runId, next)
  }
  /** Reads a run's curves from the workspace, at most `points` a curve. A failure is left in `error`. */
  async function loadCurves(runId: string, names: readonly Series['name'][], points = 1000): Promise<void> {
    try {
      const read = await Promise.all(names.map((name) => wb.call('runs.series', { runId, name, points })))
      const next: Curves = { ...curves.get(runId) }
      for (const series of read) {
        const pushed = next[series.name]
        next[series.name] = pushed ? extend(series, pushed) : series
      }
      curves.set(runId, next)
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** @throws Error with a sentence. */
  async function cancel(runId: string): Promise<void> {
    await wb.call('runs.cancel', { runId })
  }
  /** Queues a cancelled, failed or interrupted run again from its start. @throws Error with a sentence. */
  async function retry(runId: string): Promise<void> {
    const run = await wb.call('runs.retry', { runId })
    curves.delete(runId)
    experiments.putRun(run)
  }

  onScopeDispose(wb.on('run.points', ({ runId, series }) => grow(runId, series)))
  return { byId, curves, error, loadCurves, cancel, retry }
})

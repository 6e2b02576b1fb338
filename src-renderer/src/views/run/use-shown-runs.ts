/** Whose curves are drawn: a sensible few until somebody ticks a box, then what was ticked. Their series are fetched as they are shown. */
import type { Experiment } from '@contract'
import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { useSeries } from '@/stores/series'
import { firstShown } from './run-order.ts'

export interface UseShownRunsReturn {
  shown: ComputedRef<ReadonlySet<string>>
  toggle: (runId: string) => void
}

export function useShownRuns(experiment: () => Experiment): UseShownRunsReturn {
  const series = useSeries()
  const ticked = shallowRef<ReadonlySet<string> | null>(null)
  const shown = computed(() => ticked.value ?? new Set(firstShown(experiment())))

  function toggle(runId: string): void {
    const next = new Set(shown.value)
    if (!next.delete(runId)) next.add(runId)
    ticked.value = next
  }

  watch(
    () => experiment().id,
    () => {
      ticked.value = null
    },
  )
  watch(
    shown,
    (ids) => {
      for (const id of ids) void series.open(id)
    },
    { immediate: true },
  )
  return { shown, toggle }
}

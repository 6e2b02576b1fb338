/** Experiments with their runs, and the one the screens are about. Fed by `experiments.changed` and `run.changed`. */
import type { Experiment, ExperimentSpec, Run } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, triggerRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useSettings } from './settings.ts'

export const useExperiments = defineStore('experiments', () => {
  const wb = useWorkbench()
  const settings = useSettings()
  const byId = shallowRef(new Map<string, Experiment>())
  const loaded = ref(false)
  const error = ref<string | null>(null)
  const chosenId = ref<string | null>(null)

  /** Newest first. */
  const all = computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt))
  const current = computed<Experiment | null>(() => {
    const wanted = chosenId.value ?? settings.values.lastExperimentId
    return (wanted && byId.value.get(wanted)) || (all.value[0] ?? null)
  })

  function put(experiment: Experiment): void {
    byId.value.set(experiment.id, experiment)
    triggerRef(byId)
  }
  let first: Promise<void> | null = null
  /** Settles once the list has been asked for, well or not. */
  function ready(): Promise<void> {
    return (first ??= load())
  }
  async function load(): Promise<void> {
    try {
      const list = await wb.call('experiments.list', {})
      byId.value = new Map(list.map((experiment) => [experiment.id, experiment]))
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
    loaded.value = true
  }
  function select(experimentId: string): void {
    if (chosenId.value === experimentId || !byId.value.has(experimentId)) return
    chosenId.value = experimentId
    void settings.change({ lastExperimentId: experimentId })
  }
  /** @throws Error with a sentence: a leak, an empty split, a value out of range. */
  async function create(spec: ExperimentSpec): Promise<Experiment> {
    const experiment = await wb.call('experiments.create', spec)
    put(experiment)
    select(experiment.id)
    return experiment
  }
  async function remove(experimentId: string): Promise<void> {
    await wb.call('experiments.remove', { experimentId })
    byId.value.delete(experimentId)
    triggerRef(byId)
    if (chosenId.value === experimentId) chosenId.value = null
  }

  function putRun(run: Run): void {
    const experiment = byId.value.get(run.experimentId)
    if (!experiment) return
    const known = experiment.runs.some((old) => old.id === run.id)
    const runs = known ? experiment.runs.map((old) => (old.id === run.id ? run : old)) : [...experiment.runs, run]
    put({ ...experiment, runs })
  }
  onScopeDispose(wb.on('run.changed', putRun))
  onScopeDispose(wb.on('experiments.changed', () => void load()))
  return { all, byId, loaded, error, current, ready, load, select, create, remove, putRun }
})

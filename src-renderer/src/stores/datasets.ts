/** The data sets of the workspace, and the one the screens are about. */
import type { Dataset, Job } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useJobs } from './jobs.ts'
import { useSettings } from './settings.ts'

export const useDatasets = defineStore('datasets', () => {
  const wb = useWorkbench()
  const jobs = useJobs()
  const settings = useSettings()

  const all = shallowRef<readonly Dataset[]>([])
  /** True once the list has been read: only then is an empty list an empty workspace. */
  const loaded = ref(false)
  const error = ref<string | null>(null)
  const chosenId = ref<string | null>(null)

  const current = computed<Dataset | null>(
    () =>
      all.value.find((dataset) => dataset.id === (chosenId.value ?? settings.values.lastDatasetId)) ??
      all.value[0] ??
      null,
  )

  async function load(): Promise<void> {
    try {
      all.value = await wb.call('datasets.list', {})
      error.value = null
      loaded.value = true
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  function select(datasetId: string): void {
    chosenId.value = datasetId
    void settings.change({ lastDatasetId: datasetId })
  }
  /** Waits for an import's end and makes its data set the current one. */
  async function follow(job: Job): Promise<void> {
    jobs.put(job)
    const end = await jobs.ended(job.id)
    if (end.state !== 'done') return
    await load()
    if (end.datasetId) select(end.datasetId)
  }
  /** @throws Error with a sentence when the source cannot be imported. */
  async function importFrom(token: string, name: string): Promise<Job> {
    const job = await wb.call('datasets.import', { token, name })
    void follow(job)
    return job
  }
  async function makeSample(): Promise<Job> {
    const job = await wb.call('datasets.sample', {})
    void follow(job)
    return job
  }
  /** Posters or plots for a data set: a job that ends with `datasets.changed`. */
  async function attach(kind: 'posters' | 'plots', datasetId: string, token: string): Promise<Job> {
    const name = kind === 'posters' ? 'datasets.addPosters' : 'datasets.addPlots'
    const job = await wb.call(name, { datasetId, token })
    jobs.put(job)
    return job
  }
  async function remove(datasetId: string): Promise<void> {
    await wb.call('datasets.remove', { datasetId })
    if (chosenId.value === datasetId) chosenId.value = null
    await load()
  }

  onScopeDispose(wb.on('datasets.changed', () => void load()))
  return { all, loaded, error, current, load, select, importFrom, makeSample, attach, remove }
})

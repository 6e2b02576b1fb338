/** The data sets of the workspace, and the one the screens are about. */
import type { CleaningRecipe, Dataset, Job, MediaKey, TableMapping } from '@contract'
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
  /** Taken off the list since the workspace was opened; each can be brought back until it is closed. */
  const removed = shallowRef<readonly Dataset[]>([])
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
      const [there, gone] = await Promise.all([wb.call('datasets.list', {}), wb.call('datasets.removed', {})])
      all.value = there
      removed.value = gone
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
  async function importFrom(token: string, name: string, mapping: TableMapping | null): Promise<Job> {
    const job = await wb.call('datasets.import', { token, name, mapping })
    void follow(job)
    return job
  }
  async function makeSample(): Promise<Job> {
    const job = await wb.call('datasets.sample', {})
    void follow(job)
    return job
  }
  /** A new data set made of another by a recipe; it becomes the current one. */
  async function clean(datasetId: string, name: string, recipe: CleaningRecipe): Promise<void> {
    void follow(await wb.call('datasets.clean', { datasetId, name, recipe }))
  }
  /** A new data set of two catalogues; it becomes the current one. */
  async function combine(first: string, second: string, name: string, links: string | null): Promise<void> {
    void follow(await wb.call('datasets.combine', { first, second, name, links }))
  }
  /** Posters or plots for a data set: a job that ends with `datasets.changed`. */
  async function attach(kind: 'posters' | 'plots', datasetId: string, token: string, by: MediaKey): Promise<void> {
    const name = kind === 'posters' ? 'datasets.addPosters' : 'datasets.addPlots'
    jobs.put(await wb.call(name, { datasetId, token, by }))
  }
  /** Vectors of a further modality: a job as above. */
  async function addVectors(datasetId: string, token: string, name: string, by: MediaKey): Promise<void> {
    jobs.put(await wb.call('datasets.addVectors', { datasetId, token, name, by }))
  }
  async function fetchPosters(datasetId: string, key: string): Promise<void> {
    jobs.put(await wb.call('datasets.fetchPosters', { datasetId, key }))
  }
  async function rename(datasetId: string, name: string): Promise<void> {
    await wb.call('datasets.rename', { datasetId, name })
    await load()
  }
  async function note(datasetId: string, notes: string): Promise<void> {
    await wb.call('datasets.note', { datasetId, notes })
    await load()
  }
  async function remove(datasetId: string): Promise<void> {
    await wb.call('datasets.remove', { datasetId })
    if (chosenId.value === datasetId) chosenId.value = null
    await load()
  }
  /** Brings a removed data set back and makes it the current one. */
  async function restore(datasetId: string): Promise<void> {
    await wb.call('datasets.restore', { datasetId })
    await load()
    select(datasetId)
  }

  onScopeDispose(wb.on('datasets.changed', () => void load()))
  return {
    all,
    removed,
    loaded,
    error,
    current,
    load,
    select,
    importFrom,
    makeSample,
    clean,
    combine,
    attach,
    addVectors,
    fetchPosters,
    rename,
    note,
    remove,
    restore,
  }
})

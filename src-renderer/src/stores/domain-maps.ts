/** Presets of the current data set, and the domain maps that were given a name. */
import type { DomainMap, DomainPreset, DomainSpec } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useDatasets } from './datasets.ts'

export const useDomainMaps = defineStore('domain-maps', () => {
  const wb = useWorkbench()
  const datasets = useDatasets()

  const presets = shallowRef<readonly DomainPreset[]>([])
  const saved = shallowRef<readonly DomainMap[]>([])
  const error = ref<string | null>(null)
  const datasetId = computed(() => datasets.current?.id ?? null)

  async function load(): Promise<void> {
    const id = datasetId.value
    if (id === null) return
    try {
      const [offered, kept] = await Promise.all([
        wb.call('domains.presets', { datasetId: id }),
        wb.call('domains.saved', { datasetId: id }),
      ])
      if (id !== datasetId.value) return // another data set was chosen meanwhile
      presets.value = offered
      saved.value = kept
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** A map of the same name is replaced. @throws Error with a sentence */
  async function save(name: string, spec: DomainSpec): Promise<void> {
    if (datasetId.value === null) return
    await wb.call('domains.save', { datasetId: datasetId.value, name, spec })
    await load()
  }
  async function forget(mapId: string): Promise<void> {
    await wb.call('domains.forget', { mapId })
    await load()
  }

  watch(datasetId, () => void load(), { immediate: true })
  return { presets, saved, error, save, forget }
})

/** The models and metrics the workbench offers; they do not change while it runs. */
import type { MetricInfo, ModelInfo } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'

export const useModels = defineStore('models', () => {
  const wb = useWorkbench()
  const all = shallowRef<readonly ModelInfo[]>([])
  const metrics = shallowRef<readonly MetricInfo[]>([])
  const error = ref<string | null>(null)

  async function load(): Promise<void> {
    try {
      const [models, metricInfos] = await Promise.all([wb.call('models.list', {}), wb.call('metrics.list', {})])
      all.value = models
      metrics.value = metricInfos
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  function byId(id: string): ModelInfo | undefined {
    return all.value.find((model) => model.id === id)
  }
  return { all, metrics, error, load, byId }
})

/** The workspace as a whole: where its bytes are, and its backup, restore and move. */
import type { DiskUse, Job } from '@contract'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useJobs } from './jobs.ts'

export type WorkspaceAction = 'backup' | 'restore' | 'move'

export const useWorkspace = defineStore('workspace', () => {
  const wb = useWorkbench()
  const jobs = useJobs()
  const use = shallowRef<DiskUse | null>(null)
  const error = ref<string | null>(null)

  async function load(): Promise<void> {
    try {
      use.value = await wb.call('workspace.use', {})
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** @throws Error with a sentence */
  async function start(action: WorkspaceAction, token: string): Promise<Job> {
    const name = `workspace.${action}` as const
    const job = await wb.call(name, { token })
    jobs.put(job)
    return job
  }

  onScopeDispose(wb.on('datasets.changed', () => void load()))
  return { use, error, load, start }
})

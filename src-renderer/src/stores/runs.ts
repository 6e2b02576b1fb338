/** Runs by id, and what can be asked of one. A run stands in its experiment; its curves are the series store's. */
import type { Run } from '@contract'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useWorkbench } from '../workbench.ts'
import { useExperiments } from './experiments.ts'

export const useRuns = defineStore('runs', () => {
  const wb = useWorkbench()
  const experiments = useExperiments()
  const byId = computed(
    () => new Map<string, Run>(experiments.all.flatMap((experiment) => experiment.runs.map((run) => [run.id, run]))),
  )

  /** @throws Error with a sentence. */
  async function cancel(runId: string): Promise<void> {
    await wb.call('runs.cancel', { runId })
  }
  /** Queues a cancelled, failed or interrupted run again from its start. @throws Error with a sentence. */
  async function retry(runId: string): Promise<void> {
    experiments.putRun(await wb.call('runs.retry', { runId }))
  }
  /** Holds a run after its step. @throws Error with a sentence. */
  async function pause(runId: string): Promise<void> {
    experiments.putRun(await wb.call('runs.pause', { runId }))
  }
  /** Lets a paused run go on, or queues one that was cut off from its last checkpoint. @throws Error with a sentence. */
  async function resume(runId: string): Promise<void> {
    experiments.putRun(await wb.call('runs.resume', { runId }))
  }
  return { byId, cancel, retry, pause, resume }
})

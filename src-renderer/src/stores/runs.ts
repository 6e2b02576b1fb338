/** Runs by id, and what can be asked of one. A run stands in its experiment; its curves are the series store's. */
import type { Picked, Run } from '@contract'
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
  /** @returns the path of the file that was written @throws Error with a sentence. */
  async function exportModel(runId: string, folder: Picked): Promise<string> {
    return (await wb.call('runs.exportModel', { runId, token: folder.token })).path
  }
  /** Queues a run that loads an exported model. @throws Error with a sentence: it does not belong to the experiment. */
  async function importModel(experimentId: string, file: Picked): Promise<Run> {
    const run = await wb.call('runs.importModel', { experimentId, token: file.token })
    experiments.putRun(run)
    return run
  }
  return { byId, cancel, retry, pause, resume, exportModel, importModel }
})

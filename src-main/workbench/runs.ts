/** Runs: their state, their curves, pausing, stopping, going on and starting again, and their models. And the jobs that work on them. */
import { existsSync, rmSync, statSync } from 'node:fs'
import type { Job, Run } from '../../src-preload/contract.ts'
import type { TrainTask } from '../jobs/messages.ts'
import { isAlive } from '../jobs/queue.ts'
import { exportModelFile } from '../workspace/model-file.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Context, Requests } from './context.ts'
import { modelConfigOf } from './model-config.ts'
import { insertImported, originOf } from './model-import.ts'
import { mediansOfTrial } from './study-medians.ts'

export function runRequests(context: Context): Requests<'runs' | 'jobs'> {
  const { workspace, queue } = context
  return {
    'runs.get': ({ runId }) => workspace.runs.get(runId),

    'runs.series': ({ runId, name, points }) => {
      workspace.runs.get(runId)
      const results = RunResults.open(workspace.paths.metrics(runId))
      if (!results) return { name, x: [], y: [] }
      try {
        return results.series(name, points)
      } finally {
        results.close()
      }
    },

    'runs.cancel': ({ runId }) => {
      workspace.runs.get(runId)
      const job = jobOfRun(context, runId)
      if (job) queue.cancel(job.id)
      return null
    },

    'runs.retry': ({ runId }) => {
      const run = workspace.runs.get(runId)
      if (run.state === 'done') {
        throw new Error(`'${run.label}', seed ${run.seed}, has finished; there is nothing to start again.`)
      }
      if (run.state === 'queued' || run.state === 'running' || run.state === 'paused') {
        throw new Error(`'${run.label}', seed ${run.seed}, is still ${run.state}. Cancel it before starting it again.`)
      }
      modelConfigOf(run.model, run.config) // another version may know the model's parameters no more
      // an imported run begins with the model it was given
      if (!existsSync(workspace.paths.imported(runId)))
        rmSync(workspace.paths.run(runId), { recursive: true, force: true })
      workspace.runs.requeue(runId)
      return requeued(context, runId, false)
    },

    'runs.pause': ({ runId }) => {
      const run = workspace.runs.get(runId)
      const job = jobOfRun(context, runId)
      if (run.state === 'paused') return run
      if (job?.state !== 'running')
        throw new Error(`'${run.label}', seed ${run.seed}, is ${run.state}: only a run at work can be paused.`)
      queue.pause(job.id)
      return workspace.runs.get(runId)
    },

    'runs.resume': ({ runId }) => {
      const run = workspace.runs.get(runId)
      const job = jobOfRun(context, runId)
      if (job?.state === 'paused') {
        queue.resume(job.id)
        return workspace.runs.get(runId)
      }
      if (run.state === 'done' || job)
        throw new Error(
          `'${run.label}', seed ${run.seed}, is ${run.state}; there is nothing to resume. Resume is for runs that were paused or cut off.`,
        )
      if (!existsSync(workspace.paths.checkpoint(runId)))
        throw new Error(
          `'${run.label}', seed ${run.seed}, has no checkpoint to go on from. Retry it: it then starts from its beginning.`,
        )
      modelConfigOf(run.model, run.config)
      workspace.runs.requeueToResume(runId)
      return requeued(context, runId, true)
    },

    'runs.exportModel': async ({ runId, token }) => {
      const run = workspace.runs.get(runId)
      const folder = context.picked.path(token)
      const weights = workspace.paths.weights(runId)
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw new Error(`${folder} is no folder. Pick the folder into which the model is to be written.`)
      if (!existsSync(weights))
        throw new Error(`'${run.label}', seed ${run.seed}, has no trained model yet: it is ${run.state}.`)
      return { path: await exportModelFile(weights, folder, originOf(context, run)) }
    },

    'runs.importModel': async ({ experimentId, token }) => {
      const run = await insertImported(context, experimentId, context.picked.path(token))
      return requeued(context, run.id, false)
    },

    'jobs.list': () => queue.list(),
    'jobs.cancel': ({ jobId }) => {
      queue.cancel(jobId)
      return null
    },
  }
}

/** The job that waits for or works on a run, or is held. */
export function jobOfRun(context: Context, runId: string): Job | undefined {
  return context.queue.list().find((job) => job.runId === runId && isAlive(job))
}

/** @param resume go on from the run's checkpoint instead of its start */
export function queueRun(context: Context, run: Run, resume = false): void {
  const { spec } = context.workspace.experiments.get(run.experimentId)
  const imported = context.workspace.paths.imported(run.id)
  const task: TrainTask = {
    kind: 'train',
    runId: run.id,
    datasetId: spec.datasetId,
    domains: spec.domains,
    protocol: spec.protocol,
    model: run.model,
    config: run.config,
    seed: run.seed,
    resume,
    backend: spec.backend,
    test: spec.kind !== 'tuning',
    medians: mediansOfTrial(context.workspace, run),
    weights: existsSync(imported) ? imported : null,
  }
  context.queue.add({ label: `${task.weights === null ? 'Train' : 'Load'} ${run.label}, seed ${run.seed}`, task })
}

/** Queues a run whose row says so already, and tells everybody. */
function requeued(context: Context, runId: string, resume: boolean): Run {
  const run = context.workspace.runs.get(runId)
  queueRun(context, run, resume)
  context.emit('run.changed', run)
  context.emit('experiments.changed', { experimentId: run.experimentId })
  return context.workspace.runs.get(runId)
}

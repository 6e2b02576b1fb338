/** Runs: their state, their curves, stopping and starting again. And the jobs that work on them. */
import { rmSync } from 'node:fs'
import type { Run } from '../../src-preload/contract.ts'
import type { TrainTask } from '../jobs/messages.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Context, Requests } from './context.ts'
import { modelConfigOf } from './model-config.ts'

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
      if (run.state === 'queued' || run.state === 'running') {
        throw new Error(`'${run.label}', seed ${run.seed}, is still ${run.state}. Cancel it before starting it again.`)
      }
      modelConfigOf(run.model, run.config) // another version may know the model's parameters no more
      rmSync(workspace.paths.run(runId), { recursive: true, force: true })
      workspace.runs.requeue(runId)
      const fresh = workspace.runs.get(runId)
      queueRun(context, fresh)
      context.emit('run.changed', fresh)
      context.emit('experiments.changed', { experimentId: run.experimentId })
      return workspace.runs.get(runId)
    },

    'jobs.list': () => queue.list(),
    'jobs.cancel': ({ jobId }) => {
      queue.cancel(jobId)
      return null
    },
  }
}

/** The job that waits for or works on a run. */
export function jobOfRun(context: Context, runId: string): { id: string; state: string } | undefined {
  return context.queue.list().find((job) => job.runId === runId && (job.state === 'queued' || job.state === 'running'))
}

export function queueRun(context: Context, run: Run): void {
  const { spec } = context.workspace.experiments.get(run.experimentId)
  const task: TrainTask = {
    kind: 'train',
    runId: run.id,
    datasetId: spec.datasetId,
    domains: spec.domains,
    protocol: spec.protocol,
    model: run.model,
    config: run.config,
    seed: run.seed,
    backend: spec.backend,
  }
  context.queue.add({ label: `Train ${run.label}, seed ${run.seed}`, task })
}

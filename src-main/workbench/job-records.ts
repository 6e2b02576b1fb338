/**
 * What a job's life leaves in the workspace: rows that appear when all their files are there, and the files of a job that came to nothing
 * deleted. Main alone writes workspace.db; a job only hands in files.
 */
import { existsSync } from 'node:fs'
import type { Job, Series } from '../../src-preload/contract.ts'
import type { JobRequest, QueueEvents } from '../jobs/queue.ts'
import type { JobOutcome } from '../jobs/running-job.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import { PlotFile } from '../workspace/plot-file.ts'
import { PosterFile } from '../workspace/poster-file.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Emit } from './context.ts'
import type { Library } from './library.ts'

type Task = JobRequest['task']

export class JobRecords implements QueueEvents {
  readonly #workspace: Workspace
  readonly #library: Library
  readonly #emit: Emit
  readonly #now: () => number

  constructor(workspace: Workspace, library: Library, emit: Emit, now: () => number) {
    this.#workspace = workspace
    this.#library = library
    this.#emit = emit
    this.#now = now
  }

  changed(job: Job): void {
    this.#emit('job.changed', job)
  }

  started(_job: Job, task: Task): void {
    if (task.kind !== 'train') return
    this.#workspace.runs.start(task.runId, this.#now())
    this.#emit('run.changed', this.#workspace.runs.get(task.runId))
  }

  points({ runId }: Job, series: Series[]): void {
    if (runId !== null) this.#emit('run.points', { runId, series })
  }

  logged(job: Job, level: 'info' | 'warning', text: string): void {
    console[level === 'warning' ? 'warn' : 'info'](`${job.label}: ${text}`)
  }

  ended(_job: Job, task: Task, outcome: JobOutcome): void {
    switch (task.kind) {
      case 'import':
      case 'sample':
        return this.#imported(task.datasetId, outcome)
      case 'posters':
      case 'plots':
        return this.#attached(task.datasetId)
      case 'train':
        return this.#trained(task.runId, outcome)
      default:
        task satisfies never
    }
  }

  #imported(id: string, outcome: JobOutcome): void {
    if (outcome.state !== 'done') return this.#workspace.discard('dataset', id)
    try {
      const dataset = readMeta(this.#workspace, id)
      this.#workspace.transaction(() => this.#workspace.datasets.insert(dataset))
    } catch (error) {
      this.#workspace.discard('dataset', id)
      throw error
    }
    this.#emit('datasets.changed', { datasetId: id })
  }

  /** The file was replaced whole or not at all: what is there now is what counts, whatever the job came to. */
  #attached(id: string): void {
    this.#library.forget(id)
    recountMedia(this.#workspace, id)
    this.#emit('datasets.changed', { datasetId: id })
  }

  #trained(runId: string, outcome: JobOutcome): void {
    const { runs, paths } = this.#workspace
    const run = runs.find(runId)
    if (!run) return this.#workspace.discard('run', runId) // its experiment was removed meanwhile
    try {
      if (outcome.state === 'done') {
        const results = RunResults.open(paths.metrics(runId))
        const summary = results?.summary() ?? null
        results?.close()
        if (!summary)
          throw new Error(`The run ended well, but ${paths.metrics(runId)} holds no results. Retry the run.`)
        runs.finish(runId, summary, this.#now())
      } else runs.end(runId, outcome.state, outcome.state === 'failed' ? outcome.reason : 'Cancelled.', this.#now())
    } catch (error) {
      runs.end(runId, 'failed', error instanceof Error ? error.message : String(error), this.#now())
      throw error
    } finally {
      this.#emit('run.changed', runs.get(runId))
      this.#emit('experiments.changed', { experimentId: run.experimentId })
    }
  }
}

function readMeta(workspace: Workspace, id: string): ReturnType<Workspace['datasets']['get']> {
  const file = DatasetFile.open(workspace.paths.dataset(id))
  try {
    return {
      ...file.meta,
      posters: countOf(workspace.paths.posters(id), PosterFile),
      plots: countOf(workspace.paths.plots(id), PlotFile),
    }
  } finally {
    file.close()
  }
}

/** Brings a data set's numbers of posters and plots to what its files hold. */
export function recountMedia(workspace: Workspace, id: string): void {
  workspace.transaction(() => {
    workspace.datasets.setPosters(id, countOf(workspace.paths.posters(id), PosterFile))
    workspace.datasets.setPlots(id, countOf(workspace.paths.plots(id), PlotFile))
  })
}

function countOf(path: string, type: { open(path: string): { count: number; close(): void } }): number {
  if (!existsSync(path)) return 0
  const file = type.open(path)
  file.close()
  return file.count
}

/**
 * What a job's life leaves in the workspace: rows that appear when all their files are there, and the files of a job that came to nothing
 * deleted. Main alone writes workspace.db; a job only hands in files.
 */
import { existsSync, rmSync } from 'node:fs'
import type { Job, Series } from '../../src-preload/contract.ts'
import type { JobRequest, QueueEvents } from '../jobs/queue.ts'
import type { JobOutcome } from '../jobs/running-job.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Emit } from './context.ts'
import type { Library } from './library.ts'
import { recountMedia, readMeta } from './dataset-row.ts'
import { recordLook } from './looks.ts'
import { dropRestored, putRestored } from './restored.ts'

type Task = JobRequest['task']

export class JobRecords implements QueueEvents {
  readonly #workspace: Workspace
  readonly #library: Pick<Library, 'forget'>
  readonly #emit: Emit
  readonly #now: () => number
  readonly #openNext: (folder: string) => string

  constructor(
    workspace: Workspace,
    library: Pick<Library, 'forget'>,
    emit: Emit,
    now: () => number,
    openNext: (folder: string) => string,
  ) {
    this.#workspace = workspace
    this.#library = library
    this.#emit = emit
    this.#now = now
    this.#openNext = openNext
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

  paused(_job: Job, task: Task, paused: boolean): void {
    if (task.kind !== 'train') return
    this.#workspace.runs.setPaused(task.runId, paused)
    this.#emit('run.changed', this.#workspace.runs.get(task.runId))
  }

  async ended(_job: Job, task: Task, outcome: JobOutcome): Promise<string | null> {
    switch (task.kind) {
      case 'import':
      case 'sample':
      case 'clean':
      case 'combine':
        this.#imported(task.datasetId, outcome)
        return null
      case 'posters':
      case 'fetch-posters':
      case 'plots':
      case 'vectors':
        await this.#attached(task.datasetId)
        return null
      case 'backup':
        return outcome.state === 'done' ? `Backed up into ${task.target}.` : null
      case 'move':
        return outcome.state === 'done' ? this.#openNext(task.target) : null
      case 'restore':
        return this.#restored(task.source, outcome)
      case 'train':
        this.#trained(task, outcome)
        return null
      default:
        return task satisfies never
    }
  }

  #restored(source: string, outcome: JobOutcome): string | null {
    if (outcome.state !== 'done' || outcome.result.kind !== 'restore') {
      dropRestored(this.#workspace, source)
      return null
    }
    const { datasetIds, experimentIds } = outcome.result
    const said = putRestored(this.#workspace, source, new Set([...datasetIds, ...experimentIds]))
    this.#emit('datasets.changed', { datasetId: null })
    for (const experimentId of experimentIds) this.#emit('experiments.changed', { experimentId })
    return said
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
  async #attached(id: string): Promise<void> {
    await this.#library.forget(id)
    recountMedia(this.#workspace, id)
    this.#emit('datasets.changed', { datasetId: id })
  }

  #trained({ runId, test }: Extract<Task, { kind: 'train' }>, outcome: JobOutcome): void {
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
        const at = this.#now()
        this.#workspace.transaction(() => {
          runs.finish(runId, { ...summary, device: summary.device ?? null }, at)
          if (test) recordLook(this.#workspace, run, at)
        })
        rmSync(paths.imported(runId), { force: true }) // its weights are the run's now
      } else {
        runs.end(runId, outcome.state, outcome.state === 'failed' ? outcome.reason : 'Cancelled.', this.#now())
        runs.setResumable(runId, existsSync(paths.checkpoint(runId)))
      }
    } catch (error) {
      runs.end(runId, 'failed', error instanceof Error ? error.message : String(error), this.#now())
      throw error
    } finally {
      this.#emit('run.changed', runs.get(runId))
      this.#emit('experiments.changed', { experimentId: run.experimentId })
    }
  }
}

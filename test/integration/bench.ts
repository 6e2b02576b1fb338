/** A workbench over a temporary workspace whose jobs are real processes running the real tasks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Argument, Events, ExperimentSpec, Job, RequestName, Result, Run } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { LaunchJob } from '../../src-main/jobs/launcher.ts'
import { createWorkbench, type WorkbenchHandle } from '../../src-main/workbench/index.ts'

export const jobEntry = resolve(import.meta.dirname, '../../src-main/jobs/job.ts')

export interface Seen<E extends keyof Events = keyof Events> {
  event: E
  payload: Events[E]
}

export class Bench {
  readonly handle: WorkbenchHandle
  readonly root: string
  readonly seen: Seen[]
  readonly #listeners: Set<() => void>

  constructor(handle: WorkbenchHandle, root: string, seen: Seen[], listeners: Set<() => void>) {
    this.handle = handle
    this.root = root
    this.seen = seen
    this.#listeners = listeners
  }

  async call<N extends RequestName>(name: N, argument: Argument<N>): Promise<Awaited<Result<N>>> {
    return (await this.handle.call(name, argument)) as Awaited<Result<N>>
  }

  /** Every payload of an event so far, in order. */
  events<E extends keyof Events>(event: E): Events[E][] {
    return this.seen.filter((s): s is Seen<E> => s.event === event).map((s) => s.payload)
  }

  /** Waits until the condition holds; looked at whenever something has happened. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((done) => {
      const look = (): void => {
        if (!condition()) return
        this.#listeners.delete(look)
        done()
      }
      this.#listeners.add(look)
      look()
    })
  }

  async ended({ id }: Job): Promise<Job> {
    const last = (): Job | undefined => this.events('job.changed').findLast((job) => job.id === id)
    await this.until(() => !['queued', 'running', 'paused', undefined].includes(last()?.state))
    return last()!
  }

  /** Imports a folder and gives the data set's id back. */
  async imported(source: string, name = 'Tiny'): Promise<string> {
    const { token } = this.handle.keepPath(source)
    const job = await this.ended(await this.call('datasets.import', { token, name, mapping: null }))
    if (job.state !== 'done' || job.datasetId === null) throw new Error(job.error ?? job.state)
    return job.datasetId
  }

  /** Creates an experiment and waits until all its runs have ended. */
  async ran(spec: ExperimentSpec): Promise<{ id: string; runs: Run[] }> {
    const { id, runs } = await this.call('experiments.create', spec)
    await Promise.all(runs.map((run) => this.ended(this.events('job.changed').find((job) => job.runId === run.id)!)))
    return { id, runs: (await this.call('experiments.get', { experimentId: id })).runs }
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crossreel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function openBench(
  root: string = temporaryFolder(),
  launch: LaunchJob = launchNode(jobEntry),
): Promise<Bench> {
  const seen: Seen[] = []
  const listeners = new Set<() => void>()
  const handle = await createWorkbench({
    root,
    shell: 'browser',
    launch,
    pick: null,
    emit: (event, payload) => {
      seen.push({ event, payload })
      for (const listener of [...listeners]) listener()
    },
  })
  onTestFinished(() => handle.close())
  return new Bench(handle, root, seen, listeners)
}

export const protocol: ExperimentSpec['protocol'] = {
  split: 'user-time',
  ratios: [0.8, 0.1, 0.1],
  positive: 0,
  kCore: 0,
  historyAtTest: 'train+validation',
  cutoffs: [10, 20],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

export function experiment(datasetId: string, changes: Partial<ExperimentSpec> = {}): ExperimentSpec {
  return {
    name: 'Bar',
    kind: 'comparison',
    datasetId,
    domains: { kind: 'genres', a: ['Action'], b: ['Comedy'], ties: 'rarer-genre' },
    protocol,
    runs: [
      { model: 'popularity', label: 'Popularity', config: {} },
      { model: 'ease', label: 'EASE', config: {} },
    ],
    seeds: [1, 2],
    backend: 'cpu',
    ...changes,
  }
}

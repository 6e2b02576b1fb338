/** The workbench in one process with the terminal: typed calls, and waiting until jobs and runs have ended. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type {
  Argument,
  Events,
  Experiment,
  Job,
  Picked,
  RequestName,
  Result,
  Run,
  RunState,
  Study,
} from '../../src-preload/contract.ts'
import { launchNode } from '../jobs/launch-node.ts'
import { openNext } from '../shell/workspace-folder.ts'
import { createWorkbench } from '../workbench/index.ts'
import type { ProgressLine } from './progress-line.ts'

export interface Session {
  call<N extends RequestName>(name: N, argument: Argument<N>): Promise<Result<N>>
  keepPath(path: string): Picked
  /** Waits for the job's end. @returns the job as it then is. @throws Error with the job's own sentence when it failed or was cancelled */
  jobEnded(job: Job): Promise<Job>
  /** Waits until every run of the experiment has ended, well or not, and gives the experiment as it then stands. */
  runsEnded(experimentId: string): Promise<Experiment>
  /** Waits until the study is done, or cannot go on by itself. */
  studyEnded(studyId: string): Promise<Study>
  close(): Promise<void>
}

const alive: Record<RunState, boolean> = {
  queued: true,
  running: true,
  paused: true,
  done: false,
  failed: false,
  cancelled: false,
  interrupted: false,
}
export const isAlive = (run: Pick<Run, 'state'>): boolean => alive[run.state]

const isAtWork = ({ state }: Job): boolean => state === 'queued' || state === 'running' || state === 'paused'

/**
 * @param built out/main, where the job's bundle lies
 * @param signal ends the waiting; closing the session then ends the job at work
 */
export async function openSession(
  workspace: string,
  built: string,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<Session> {
  mkdirSync(workspace, { recursive: true })
  const last = new Map<string, Job>()
  /** Studies that may have changed since they were asked for. */
  const changed = new Set<string>()
  let wake: () => void = () => {}
  signal.addEventListener('abort', () => wake(), { once: true })

  const workbench = await createWorkbench({
    root: workspace,
    shell: 'browser',
    launch: launchNode(join(built, 'job.js')),
    emit: <E extends keyof Events>(event: E, payload: Events[E]) => {
      if (event === 'job.changed' && 'kind' in payload) {
        last.set(payload.id, payload)
        progress.show(payload)
      }
      if (event === 'studies.changed' && 'studyId' in payload) changed.add(payload.studyId)
      wake()
    },
    pick: null,
    openNext: (folder) => openNext(workspace, folder),
  })
  // a page parses answers of another process; here the workbench is in this one, typed by the same contract
  const call = <N extends RequestName>(name: N, argument: Argument<N>): Promise<Result<N>> =>
    workbench.call(name, argument) as Promise<Result<N>>

  /** Asks again after each event until the answer is there. */
  async function until<T>(ask: () => Promise<T | null> | T | null): Promise<T> {
    for (;;) {
      signal.throwIfAborted()
      // armed before the question, so that an event between the two is not missed
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const answer = await ask()
      if (answer !== null) return answer
      await woken
    }
  }

  return {
    call,
    keepPath: (path) => workbench.keepPath(path),
    async jobEnded(job) {
      const ended = await until(() => {
        const now = last.get(job.id) ?? job
        return isAtWork(now) ? null : now
      })
      if (ended.state !== 'done') throw new Error(ended.error ?? `${ended.label} was cancelled.`)
      return ended
    },
    runsEnded: (experimentId) =>
      until(async () => {
        const experiment = await call('experiments.get', { experimentId })
        return experiment.runs.some(isAlive) ? null : experiment
      }),
    studyEnded: (studyId) => {
      changed.add(studyId)
      return until(async () => {
        if (!changed.delete(studyId)) return null
        const study = await call('studies.get', { studyId })
        return study.state === 'running' ? null : study
      })
    },
    close: () => workbench.close(),
  }
}

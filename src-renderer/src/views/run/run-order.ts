/** What the Run view says about runs: pure. */
import type { Experiment, Run, RunState } from '@contract'

export const stateTone: Record<RunState, 'neutral' | 'accent' | 'good' | 'warning' | 'danger'> = {
  queued: 'neutral',
  running: 'accent',
  paused: 'warning',
  done: 'good',
  failed: 'danger',
  cancelled: 'neutral',
  interrupted: 'warning',
}

/** Ended without a result: it can be queued again. */
export function stopped(run: Run): boolean {
  return run.state === 'failed' || run.state === 'interrupted' || run.state === 'cancelled'
}

export function cancellable(run: Run): boolean {
  return run.state === 'queued' || run.state === 'running' || run.state === 'paused'
}

/** Seconds from start to end, or to now while it runs; null before it starts and where the end is not known. */
export function secondsOf(run: Run, now: number): number | null {
  if (run.startedAt === null) return null
  if (run.endedAt !== null) return (run.endedAt - run.startedAt) / 1000
  return run.state === 'running' ? Math.max(0, (now - run.startedAt) / 1000) : null
}

const order: RunState[] = ['done', 'running', 'paused', 'queued', 'interrupted', 'failed', 'cancelled']

/** '2 done, 1 running, 3 queued' */
export function countStates(runs: readonly Run[]): string {
  return order
    .map((state) => ({ state, count: runs.filter((run) => run.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ')
}

const firstCurves = 8

/**
 * Whose curves are drawn before anybody chooses: of one model, because the losses of two models have nothing in common. It is the one that
 * runs, or the last that trained in epochs; its running run first, then the first seed of every label, the second, ...
 */
export function firstShown({ runs }: Experiment): string[] {
  const begun = runs.filter((run) => run.state === 'running' || (run.state !== 'queued' && run.epochs !== null))
  const model = (begun.find((run) => run.state === 'running') ?? begun.at(-1))?.model
  return begun
    .filter((run) => run.model === model)
    .sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running') || a.seed - b.seed)
    .slice(0, firstCurves)
    .map((run) => run.id)
}

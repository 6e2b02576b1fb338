/**
 * Keeps studies going: after each change of one of their runs it asks what comes next (study-plan.ts) and does that. It holds no state of its own
 * besides which studies it is at.
 */
import { newId } from '../workspace/paths.ts'
import type { RunRepository } from '../workspace/run-repository.ts'
import type { StoredStudy } from '../workspace/study-repository.ts'
import type { Context, Emit } from './context.ts'
import { checkExperiment, storeExperiment } from './experiments.ts'
import { queueRun } from './runs.ts'
import { nextActions, type PartState, type PlannedTrial, type StudyAction } from './study-plan.ts'

export class StudyDriver {
  readonly #context: Context
  /** Studies that are looked at just now; true: once more when that is done. */
  readonly #at = new Map<string, boolean>()
  #closed = false

  constructor(context: Context) {
    this.#context = context
  }

  /** Looks what a study does next; studies that are not running do nothing. Never rejects: a study that cannot go on has failed. */
  wake(studyId: string): void {
    if (this.#closed) return
    if (this.#at.has(studyId)) {
      this.#at.set(studyId, true)
      return
    }
    this.#at.set(studyId, false)
    void this.#advance(studyId).finally(() => {
      const again = this.#at.get(studyId) === true
      this.#at.delete(studyId)
      if (again) this.wake(studyId)
    })
  }

  /** A run has moved on, or a new value of its validation is there. */
  heard(experimentId: string, moved: boolean): void {
    if (this.#closed) return
    const studyId = this.#context.workspace.experiments.find(experimentId)?.studyId ?? null
    if (studyId === null) return
    if (moved) this.#recount(studyId)
    this.#context.emit('studies.changed', { studyId })
    if (moved) this.wake(studyId)
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#closed = true
  }

  async #advance(studyId: string): Promise<void> {
    try {
      for (;;) {
        const study = this.#running(studyId)
        const actions = study ? nextActions(study.spec, partsOf(this.#context, studyId)) : []
        if (!study || actions.length === 0) return
        for (const action of actions) await this.#do(study, action)
        this.#context.emit('studies.changed', { studyId })
      }
    } catch (error) {
      if (!this.#running(studyId)) return
      const reason = error instanceof Error ? error.message : String(error)
      this.#context.workspace.studies.setState(studyId, 'failed', reason)
      this.#context.emit('studies.changed', { studyId })
    }
  }

  /** A run of a study that is done was retried: what is missing in its tables may be there now. */
  #recount(studyId: string): void {
    const { studies } = this.#context.workspace
    if (studies.find(studyId)?.state === 'done')
      studies.setState(studyId, 'done', undone(partsOf(this.#context, studyId)))
  }

  /** Null where it was removed, has ended or is held. */
  #running(studyId: string): StoredStudy | null {
    const study = this.#closed ? null : this.#context.workspace.studies.find(studyId)
    return study?.state === 'running' ? study : null
  }

  async #do({ id: studyId }: StoredStudy, action: StudyAction): Promise<void> {
    const { workspace } = this.#context
    switch (action.kind) {
      case 'experiment': {
        const checked = await checkExperiment(this.#context, action.spec)
        if (this.#running(studyId)) storeExperiment(this.#context, checked, { studyId, part: action.part })
        return
      }
      case 'trials':
        return this.#begin(action.experimentId, action.trials)
      case 'queue': {
        const { id, resumable } = action.run
        if (resumable) workspace.runs.requeueToResume(id)
        else workspace.runs.requeue(id)
        const run = workspace.runs.get(id)
        queueRun(this.#context, run, resumable)
        this.#context.emit('run.changed', run)
        return
      }
      case 'finish':
        workspace.studies.setState(studyId, 'done', undone(partsOf(this.#context, studyId)))
        return
      default:
        return action satisfies never
    }
  }

  /** All of a round or none of it. */
  #begin(experimentId: string, trials: readonly PlannedTrial[]): void {
    const { workspace, now, emit } = this.#context
    const seed = workspace.experiments.get(experimentId).spec.seeds[0] ?? 1
    const runs = trials.map((trial) => ({ ...trial, id: newId('run'), experimentId, seed, createdAt: now() }))
    workspace.transaction(() => {
      for (const { position, ...run } of runs) workspace.runs.insert(run, position)
    })
    for (const { id } of runs) queueRun(this.#context, workspace.runs.get(id))
    emit('experiments.changed', { experimentId })
  }
}

export function partsOf({ workspace }: Pick<Context, 'workspace'>, studyId: string): PartState[] {
  return workspace.experiments
    .ofStudy(studyId)
    .map(({ part, experiment: { id } }) => ({ part, experimentId: id, runs: workspace.runs.placed(id) }))
}

/** What is missing in its tables; null where nothing is. */
function undone(parts: readonly PartState[]): string | null {
  const runs = parts.flatMap((part) => part.runs.map(({ run }) => run))
  const missing = runs.filter(({ state }) => state !== 'done')
  if (missing.length === 0) return null
  const [first] = missing
  return `${missing.length} of ${runs.length} runs did not end well, first '${first?.label}', seed ${first?.seed}: ${first?.reason ?? first?.state}`
}

/** Tells the driver, besides the page, of everything that concerns a study's runs. */
export function heardBy(driver: () => StudyDriver, emit: Emit, runs: Pick<RunRepository, 'find'>): Emit {
  return (event, payload) => {
    emit(event, payload)
    if (event === 'run.changed' && 'config' in payload) driver().heard(payload.experimentId, true)
    if (event !== 'run.points' || !('series' in payload)) return
    const run = payload.series.some(({ name }) => name === 'validation') ? runs.find(payload.runId) : null
    if (run) driver().heard(run.experimentId, false)
  }
}

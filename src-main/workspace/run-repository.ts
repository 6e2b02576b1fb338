/** The runs of a workspace: what is asked of each (model, config, seed) and what became of it. Curves and arrays lie in the run's own file. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Run, RunState } from '../../src-preload/contract.ts'
import type { RunSummary } from './run-results.ts'
import { modelConfig, parseJson } from './schemas.ts'

const states = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const
const row = v.pipe(
  v.object({
    id: v.string(),
    experiment_id: v.string(),
    model: v.string(),
    label: v.string(),
    config: v.string(),
    seed: v.number(),
    state: v.picklist(states),
    reason: v.nullable(v.string()),
    created_at: v.number(),
    started_at: v.nullable(v.number()),
    ended_at: v.nullable(v.number()),
    backend: v.nullable(v.string()),
    device: v.nullable(v.string()),
    resumable: v.number(),
    parameters: v.nullable(v.number()),
    best_epoch: v.nullable(v.number()),
    epochs: v.nullable(v.number()),
    validation: v.nullable(v.number()),
    test: v.nullable(v.number()),
  }),
  v.transform((r): Run => ({
    id: r.id,
    experimentId: r.experiment_id,
    model: r.model,
    label: r.label,
    config: parseJson(modelConfig, r.config, `The configuration of run ${r.id}`),
    seed: r.seed,
    state: r.state,
    reason: r.reason,
    createdAt: r.created_at,
    startedAt: r.started_at,
    endedAt: r.ended_at,
    backend: r.backend,
    device: r.device,
    resumable: r.resumable === 1,
    parameters: r.parameters,
    bestEpoch: r.best_epoch,
    epochs: r.epochs,
    validation: r.validation,
    test: r.test,
  })),
)

/** What a finished run is known by in tables; the rest stays in its file. */
export type RunOutcome = Pick<
  Run,
  'backend' | 'device' | 'parameters' | 'bestEpoch' | 'epochs' | 'validation' | 'test'
> &
  Pick<RunSummary, 'stopped'>

/** A run with its place in its experiment, and what ended its training. */
export interface PlacedRun {
  run: Run
  position: number
  stopped: string | null
}
const placedRow = v.object({ position: v.number(), stopped: v.nullable(v.string()) })

export class RunRepository {
  readonly #one: Statement
  readonly #ofExperiment: Statement
  readonly #all: Statement
  readonly #insert: Statement
  readonly #insertWhole: Statement
  readonly #expect: Statement
  readonly #start: Statement
  readonly #requeue: Statement
  readonly #requeueToResume: Statement
  readonly #hold: Statement
  readonly #setResumable: Statement
  readonly #end: Statement
  readonly #finish: Statement
  readonly #alive: Statement
  readonly #discard: Statement
  readonly #discarded: Statement

  constructor(db: Database) {
    this.#one = db.prepare('SELECT * FROM run WHERE id = ?')
    this.#ofExperiment = db.prepare('SELECT * FROM run WHERE experiment_id = ? ORDER BY position')
    this.#all = db.prepare('SELECT * FROM run ORDER BY experiment_id, position')
    this.#insert =
      db.prepare(`INSERT INTO run(id, experiment_id, position, model, label, config, seed, state, created_at)
      VALUES($id, $experimentId, $position, $model, $label, $config, $seed, 'queued', $createdAt)`)
    this.#insertWhole =
      db.prepare(`INSERT INTO run(id, experiment_id, position, model, label, config, seed, state, reason, created_at,
      started_at, ended_at, backend, device, resumable, parameters, best_epoch, epochs, validation, test, stopped)
      VALUES($id, $experimentId, $position, $model, $label, $config, $seed, $state, $reason, $createdAt,
      $startedAt, $endedAt, $backend, $device, $resumable, $parameters, $bestEpoch, $epochs, $validation, $test, $stopped)`)
    this.#expect = db.prepare(`INSERT OR IGNORE INTO discard VALUES('run', ?)`)
    this.#start = db.prepare(`UPDATE run SET state = 'running', reason = NULL, started_at = ? WHERE id = ?`)
    this.#requeue =
      db.prepare(`UPDATE run SET state = 'queued', reason = NULL, started_at = NULL, ended_at = NULL, backend = NULL,
      device = NULL, resumable = 0, parameters = NULL, best_epoch = NULL, epochs = NULL, validation = NULL, test = NULL, stopped = NULL WHERE id = ?`)
    this.#requeueToResume = db.prepare(`UPDATE run SET state = 'queued', reason = NULL, ended_at = NULL WHERE id = ?`)
    this.#hold = db.prepare(`UPDATE run SET state = ? WHERE id = ? AND state IN ('running', 'paused')`)
    this.#setResumable = db.prepare('UPDATE run SET resumable = ? WHERE id = ?')
    this.#end = db.prepare('UPDATE run SET state = ?, reason = ?, ended_at = ? WHERE id = ?')
    this.#finish = db.prepare(`UPDATE run SET state = 'done', reason = NULL, ended_at = $endedAt, backend = $backend,
      device = $device, resumable = 0, parameters = $parameters, best_epoch = $bestEpoch, epochs = $epochs, validation = $validation, test = $test,
      stopped = $stopped WHERE id = $id`)
    this.#alive = db.prepare(`SELECT id FROM run WHERE state IN ('queued', 'running', 'paused')`).pluck()
    this.#discard = db.prepare(`INSERT OR IGNORE INTO discard SELECT 'run', id FROM run WHERE experiment_id = ?`)
    this.#discarded = db.prepare(`DELETE FROM discard WHERE kind = 'run' AND id = ?`)
  }

  find(id: string): Run | null {
    const found = this.#one.get(id)
    return found === undefined ? null : v.parse(row, found)
  }

  /** @throws Error when there is none */
  get(id: string): Run {
    const found = this.find(id)
    if (!found) throw new Error(`There is no run ${id}. Its experiment may have been removed.`)
    return found
  }

  ofExperiment(experimentId: string): Run[] {
    return this.#ofExperiment.all(experimentId).map((r) => v.parse(row, r))
  }

  /** As `ofExperiment`. */
  placed(experimentId: string): PlacedRun[] {
    return this.#ofExperiment.all(experimentId).map((r) => ({ run: v.parse(row, r), ...v.parse(placedRow, r) }))
  }

  list(): Run[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  insert(
    run: Pick<Run, 'id' | 'experimentId' | 'model' | 'label' | 'config' | 'seed' | 'createdAt'>,
    position: number,
  ): void {
    this.#insert.run({ ...run, config: JSON.stringify(run.config), position })
  }

  /** Files of this id are not to be kept should everything end here: called before they are copied. */
  expect(id: string): void {
    this.#expect.run(id)
  }

  /** A run of another workspace, with all that became of it; its files are here already. Call within a transaction. */
  insertWhole({ run, position, stopped }: PlacedRun): void {
    this.#insertWhole.run({
      ...run,
      config: JSON.stringify(run.config),
      resumable: run.resumable ? 1 : 0,
      position,
      stopped,
    })
    this.#discarded.run(run.id)
  }

  start(id: string, at: number): void {
    this.#start.run(at, id)
  }

  /** Back to the queue from its start; what it had reached is forgotten. */
  requeue(id: string): void {
    this.#requeue.run(id)
  }

  /** Back to the queue, to go on from its checkpoint. */
  requeueToResume(id: string): void {
    this.#requeueToResume.run(id)
  }

  /** A run at work is held after its step, or let go on. */
  setPaused(id: string, paused: boolean): void {
    this.#hold.run(paused ? 'paused' : 'running', id)
  }

  /** Whether a checkpoint of it is there. */
  setResumable(id: string, resumable: boolean): void {
    this.#setResumable.run(resumable ? 1 : 0, id)
  }

  /** It stopped without results. */
  end(id: string, state: Extract<RunState, 'failed' | 'cancelled'>, reason: string | null, at: number): void {
    this.#end.run(state, reason, at, id)
  }

  finish(id: string, outcome: RunOutcome, at: number): void {
    this.#finish.run({ id, endedAt: at, ...outcome })
  }

  /** Runs that say somebody works on them, or will. */
  alive(): string[] {
    return this.#alive.all().map((id) => v.parse(v.string(), id))
  }

  /** Its process is gone. @param resumable whether a checkpoint of it is there */
  interrupt(id: string, reason: string, resumable: boolean, at: number): void {
    this.#end.run('interrupted', reason, at, id)
    this.setResumable(id, resumable)
  }

  /** Marks the folders of an experiment's runs for deletion. Call within the transaction that removes the experiment, before it. */
  discardOf(experimentId: string): void {
    this.#discard.run(experimentId)
  }

  /** The folder of this run is gone. */
  discarded(id: string): void {
    this.#discarded.run(id)
  }
}

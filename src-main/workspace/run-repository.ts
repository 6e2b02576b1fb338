/** The runs of a workspace: what is asked of each (model, config, seed) and what became of it. Curves and arrays lie in the run's own file. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Run, RunState } from '../../src-preload/contract.ts'
import { modelConfig, parseJson } from './schemas.ts'

const states = ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const
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
    parameters: r.parameters,
    bestEpoch: r.best_epoch,
    epochs: r.epochs,
    validation: r.validation,
    test: r.test,
  })),
)

/** What a finished run is known by in tables; the rest stays in its file. */
export type RunOutcome = Pick<Run, 'backend' | 'parameters' | 'bestEpoch' | 'epochs' | 'validation' | 'test'>

export class RunRepository {
  readonly #one: Statement
  readonly #ofExperiment: Statement
  readonly #all: Statement
  readonly #insert: Statement
  readonly #start: Statement
  readonly #requeue: Statement
  readonly #end: Statement
  readonly #finish: Statement
  readonly #interrupt: Statement
  readonly #discard: Statement
  readonly #discarded: Statement

  constructor(db: Database) {
    this.#one = db.prepare('SELECT * FROM run WHERE id = ?')
    this.#ofExperiment = db.prepare('SELECT * FROM run WHERE experiment_id = ? ORDER BY position')
    this.#all = db.prepare('SELECT * FROM run ORDER BY experiment_id, position')
    this.#insert =
      db.prepare(`INSERT INTO run(id, experiment_id, position, model, label, config, seed, state, created_at)
      VALUES($id, $experimentId, $position, $model, $label, $config, $seed, 'queued', $createdAt)`)
    this.#start = db.prepare(`UPDATE run SET state = 'running', reason = NULL, started_at = ? WHERE id = ?`)
    this.#requeue =
      db.prepare(`UPDATE run SET state = 'queued', reason = NULL, started_at = NULL, ended_at = NULL, backend = NULL,
      parameters = NULL, best_epoch = NULL, epochs = NULL, validation = NULL, test = NULL WHERE id = ?`)
    this.#end = db.prepare('UPDATE run SET state = ?, reason = ?, ended_at = ? WHERE id = ?')
    this.#finish = db.prepare(`UPDATE run SET state = 'done', reason = NULL, ended_at = $endedAt, backend = $backend,
      parameters = $parameters, best_epoch = $bestEpoch, epochs = $epochs, validation = $validation, test = $test WHERE id = $id`)
    this.#interrupt = db.prepare(
      `UPDATE run SET state = 'interrupted', reason = ?, ended_at = ? WHERE state IN ('queued', 'running') RETURNING id`,
    )
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

  list(): Run[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  insert(
    run: Pick<Run, 'id' | 'experimentId' | 'model' | 'label' | 'config' | 'seed' | 'createdAt'>,
    position: number,
  ): void {
    this.#insert.run({ ...run, config: JSON.stringify(run.config), position })
  }

  start(id: string, at: number): void {
    this.#start.run(at, id)
  }

  /** Back to the queue from its start; what it had reached is forgotten. */
  requeue(id: string): void {
    this.#requeue.run(id)
  }

  /** It stopped without results. */
  end(id: string, state: Extract<RunState, 'failed' | 'cancelled'>, reason: string | null, at: number): void {
    this.#end.run(state, reason, at, id)
  }

  finish(id: string, outcome: RunOutcome, at: number): void {
    this.#finish.run({ id, endedAt: at, ...outcome })
  }

  /** Every run that says it is queued or running becomes interrupted. @returns how many */
  interruptAll(reason: string, at: number): number {
    return this.#interrupt.all(reason, at).length
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

/** The studies of a workspace: what was asked for, and how it stands. Its experiments name it, each with the part it is. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Study, StudyState } from '../../src-preload/contract.ts'
import { parseJson, studySpec } from './schemas.ts'

export type StoredStudy = Pick<Study, 'id' | 'spec' | 'createdAt' | 'state' | 'reason'>

const states = ['running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const
const row = v.pipe(
  v.object({
    id: v.string(),
    created_at: v.number(),
    spec: v.string(),
    state: v.picklist(states),
    reason: v.nullable(v.string()),
  }),
  v.transform((r): StoredStudy => ({
    id: r.id,
    createdAt: r.created_at,
    spec: parseJson(studySpec, r.spec, `The specification of study ${r.id}`),
    state: r.state,
    reason: r.reason,
  })),
)

export class StudyRepository {
  readonly #all: Statement
  readonly #one: Statement
  readonly #insert: Statement
  readonly #setState: Statement
  readonly #interrupt: Statement
  readonly #remove: Statement
  readonly #stateOfRun: Statement

  constructor(db: Database) {
    this.#all = db.prepare('SELECT * FROM study ORDER BY created_at DESC, id')
    this.#one = db.prepare('SELECT * FROM study WHERE id = ?')
    this.#insert = db.prepare(
      'INSERT INTO study(id, created_at, spec, state, reason) VALUES($id, $createdAt, $spec, $state, $reason)',
    )
    this.#setState = db.prepare('UPDATE study SET state = ?, reason = ? WHERE id = ?')
    this.#interrupt = db.prepare(`UPDATE study SET state = 'interrupted', reason = ? WHERE state = 'running'`)
    this.#remove = db.prepare('DELETE FROM study WHERE id = ?')
    this.#stateOfRun = db
      .prepare(
        `SELECT study.state FROM run JOIN experiment ON experiment.id = run.experiment_id JOIN study ON study.id = experiment.study_id
        WHERE run.id = ?`,
      )
      .pluck()
  }

  /** Newest first. */
  list(): StoredStudy[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  find(id: string): StoredStudy | null {
    const found = this.#one.get(id)
    return found === undefined ? null : v.parse(row, found)
  }

  /** @throws Error when there is none */
  get(id: string): StoredStudy {
    const found = this.find(id)
    if (!found) throw new Error(`There is no study ${id}. It may have been removed.`)
    return found
  }

  insert(study: StoredStudy): void {
    this.#insert.run({ ...study, spec: JSON.stringify(study.spec) })
  }

  setState(id: string, state: StudyState, reason: string | null = null): void {
    this.#setState.run(state, reason, id)
  }

  /** Those that were running: nobody drives them any more. @returns how many */
  interruptRunning(reason: string): number {
    return this.#interrupt.run(reason).changes
  }

  /** How the study stands that a run belongs to; null where it belongs to none. */
  stateOfRun(runId: string): StudyState | null {
    return v.parse(v.nullable(v.picklist(states)), this.#stateOfRun.get(runId) ?? null)
  }

  /** Its experiments stay, and belong to no study then. */
  remove(id: string): void {
    this.#remove.run(id)
  }
}

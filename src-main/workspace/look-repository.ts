/**
 * Every evaluation of a test part, by protocol card. A look stays when its experiment goes: a test part that many configurations have been tried
 * on is no longer what nobody has seen.
 */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Comparison, TestLook } from '../../src-preload/contract.ts'

/** `card`: hash of the protocol card whose test part was looked at. */
export interface StoredLook extends Omit<TestLook, 'experimentId'> {
  card: string
  experimentId: string
  runId: string
}

const row = v.pipe(
  v.object({
    at: v.number(),
    card: v.string(),
    experiment_id: v.string(),
    experiment: v.string(),
    run_id: v.string(),
    label: v.string(),
    model: v.string(),
    seed: v.number(),
    config_hash: v.string(),
  }),
  v.transform(({ experiment_id, run_id, config_hash, ...r }): StoredLook => ({
    ...r,
    experimentId: experiment_id,
    runId: run_id,
    configHash: config_hash,
  })),
)
const presence = v.object({ present: v.nullable(v.string()) })
const counts = v.object({ runs: v.number(), configurations: v.number() })

export class LookRepository {
  readonly #insert: Statement
  readonly #ofCard: Statement
  readonly #ofExperiment: Statement
  readonly #count: Statement

  constructor(db: Database) {
    this.#insert =
      db.prepare(`INSERT INTO test_look(at, card, experiment_id, experiment, run_id, label, model, seed, config_hash)
      VALUES($at, $card, $experimentId, $experiment, $runId, $label, $model, $seed, $configHash)`)
    this.#ofCard = db.prepare(`SELECT test_look.*, experiment.id AS present FROM test_look
      LEFT JOIN experiment ON experiment.id = test_look.experiment_id WHERE test_look.card = ? ORDER BY at DESC, test_look.rowid DESC`)
    this.#ofExperiment = db.prepare('SELECT * FROM test_look WHERE experiment_id = ? ORDER BY at, rowid')
    this.#count = db.prepare(
      `SELECT count(*) AS runs, count(DISTINCT model || ' ' || config_hash) AS configurations FROM test_look WHERE card = ?`,
    )
  }

  insert(look: StoredLook): void {
    this.#insert.run(look)
  }

  /** The newest first. @param card hash of a protocol card */
  ofCard(card: string): TestLook[] {
    return this.#ofCard.all(card).map((r) => {
      const { card: _asked, runId: _run, ...look } = v.parse(row, r)
      return { ...look, experimentId: v.parse(presence, r).present }
    })
  }

  /** As they were put in. */
  ofExperiment(experimentId: string): StoredLook[] {
    return this.#ofExperiment.all(experimentId).map((r) => v.parse(row, r))
  }

  /** How often, and for how many configurations. @param card hash of a protocol card */
  count(card: string): Comparison['looks'] {
    return v.parse(counts, this.#count.get(card))
  }
}

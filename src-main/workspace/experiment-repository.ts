/** The experiments of a workspace: the specification as it was asked for, and the protocol card it got. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Experiment } from '../../src-preload/contract.ts'
import { experimentSpec, parseJson, protocolCard } from './schemas.ts'

const row = v.pipe(
  v.object({ id: v.string(), created_at: v.number(), spec: v.string(), card: v.string() }),
  v.transform((r): StoredExperiment => ({
    id: r.id,
    createdAt: r.created_at,
    spec: parseJson(experimentSpec, r.spec, `The specification of experiment ${r.id}`),
    card: parseJson(protocolCard, r.card, `The protocol card of experiment ${r.id}`),
  })),
)

export type StoredExperiment = Omit<Experiment, 'runs'>

export class ExperimentRepository {
  readonly #all: Statement
  readonly #one: Statement
  readonly #usingDataset: Statement
  readonly #insert: Statement
  readonly #remove: Statement

  constructor(db: Database) {
    this.#all = db.prepare('SELECT * FROM experiment ORDER BY created_at DESC, id')
    this.#one = db.prepare('SELECT * FROM experiment WHERE id = ?')
    this.#usingDataset = db.prepare('SELECT * FROM experiment WHERE dataset_id = ? ORDER BY created_at, id')
    this.#insert = db.prepare('INSERT INTO experiment VALUES($id, $datasetId, $createdAt, $spec, $card)')
    this.#remove = db.prepare('DELETE FROM experiment WHERE id = ?')
  }

  /** Newest first. */
  list(): StoredExperiment[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  /** @throws Error when there is none */
  get(id: string): StoredExperiment {
    const found = this.#one.get(id)
    if (found === undefined) throw new Error(`There is no experiment ${id}. It may have been removed.`)
    return v.parse(row, found)
  }

  usingDataset(datasetId: string): StoredExperiment[] {
    return this.#usingDataset.all(datasetId).map((r) => v.parse(row, r))
  }

  insert(experiment: StoredExperiment): void {
    this.#insert.run({
      id: experiment.id,
      datasetId: experiment.spec.datasetId,
      createdAt: experiment.createdAt,
      spec: JSON.stringify(experiment.spec),
      card: JSON.stringify(experiment.card),
    })
  }

  /** Its runs' rows go with it. */
  remove(id: string): void {
    this.#remove.run(id)
  }
}

/** The experiments of a workspace: the specification as it was asked for, and the protocol card it got. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Experiment } from '../../src-preload/contract.ts'
import { experimentSpec, parseJson, protocolCard } from './schemas.ts'

const row = v.pipe(
  v.object({
    id: v.string(),
    created_at: v.number(),
    spec: v.string(),
    card: v.string(),
    study_id: v.nullable(v.string()),
  }),
  v.transform((r): StoredExperiment => ({
    id: r.id,
    createdAt: r.created_at,
    studyId: r.study_id,
    spec: parseJson(experimentSpec, r.spec, `The specification of experiment ${r.id}`),
    card: parseJson(protocolCard, r.card, `The protocol card of experiment ${r.id}`),
  })),
)

export type StoredExperiment = Omit<Experiment, 'runs'>

/** An experiment of a study, and which of its parts it is. */
export interface StudyPart {
  part: string
  experiment: StoredExperiment
}
const partRow = v.object({ study_part: v.string() })

export class ExperimentRepository {
  readonly #all: Statement
  readonly #one: Statement
  readonly #usingDataset: Statement
  readonly #ofStudy: Statement
  readonly #partOf: Statement
  readonly #insert: Statement
  readonly #remove: Statement

  constructor(db: Database) {
    this.#all = db.prepare('SELECT * FROM experiment ORDER BY created_at DESC, id')
    this.#one = db.prepare('SELECT * FROM experiment WHERE id = ?')
    this.#usingDataset = db.prepare('SELECT * FROM experiment WHERE dataset_id = ? ORDER BY created_at, id')
    this.#ofStudy = db.prepare('SELECT * FROM experiment WHERE study_id = ? AND study_part IS NOT NULL ORDER BY rowid')
    this.#partOf = db.prepare('SELECT study_part FROM experiment WHERE id = ?').pluck()
    // one that came from elsewhere may be of a study that is not here
    this.#insert = db.prepare(`INSERT INTO experiment(id, dataset_id, created_at, spec, card, study_id, study_part)
      VALUES($id, $datasetId, $createdAt, $spec, $card, (SELECT id FROM study WHERE id = $studyId), $part)`)
    this.#remove = db.prepare('DELETE FROM experiment WHERE id = ?')
  }

  /** Newest first. */
  list(): StoredExperiment[] {
    return this.#all.all().map((r) => v.parse(row, r))
  }

  find(id: string): StoredExperiment | null {
    const found = this.#one.get(id)
    return found === undefined ? null : v.parse(row, found)
  }

  /** @throws Error when there is none */
  get(id: string): StoredExperiment {
    const found = this.find(id)
    if (!found) throw new Error(`There is no experiment ${id}. It may have been removed.`)
    return found
  }

  usingDataset(datasetId: string): StoredExperiment[] {
    return this.#usingDataset.all(datasetId).map((r) => v.parse(row, r))
  }

  /** In the order in which they were made. */
  ofStudy(studyId: string): StudyPart[] {
    return this.#ofStudy
      .all(studyId)
      .map((r) => ({ part: v.parse(partRow, r).study_part, experiment: v.parse(row, r) }))
  }

  /** Which part of its study it is; null where it is of none. */
  partOf(id: string): string | null {
    return v.parse(v.nullable(v.string()), this.#partOf.get(id) ?? null)
  }

  /** @param part which part of its study it is; null where there is none */
  insert(experiment: StoredExperiment, part: string | null = null): void {
    this.#insert.run({
      part,
      studyId: experiment.studyId,
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

/** Domain maps that were given a name. `hash` names what a map says, whatever it is called. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { DomainMap } from '../../src-preload/contract.ts'
import { domainSpec, parseJson } from './schemas.ts'

const row = v.pipe(
  v.object({
    id: v.string(),
    dataset_id: v.string(),
    name: v.string(),
    spec: v.string(),
    hash: v.string(),
    created_at: v.number(),
  }),
  v.transform((r): DomainMap => ({
    id: r.id,
    datasetId: r.dataset_id,
    name: r.name,
    spec: parseJson(domainSpec, r.spec, `The domain map ${r.id}`),
    hash: r.hash,
    createdAt: r.created_at,
  })),
)

export class DomainMapRepository {
  readonly #ofDataset: Statement
  readonly #one: Statement
  readonly #save: Statement
  readonly #remove: Statement

  constructor(db: Database) {
    this.#ofDataset = db.prepare('SELECT * FROM domain_map WHERE dataset_id = ? ORDER BY name, id')
    this.#one = db.prepare('SELECT * FROM domain_map WHERE id = ?')
    this.#save = db.prepare(`INSERT INTO domain_map VALUES($id, $datasetId, $name, $spec, $hash, $createdAt)
      ON CONFLICT(dataset_id, name) DO UPDATE SET spec = excluded.spec, hash = excluded.hash, created_at = excluded.created_at
      RETURNING id`)
    this.#remove = db.prepare('DELETE FROM domain_map WHERE id = ?')
  }

  /** By name. */
  ofDataset(datasetId: string): DomainMap[] {
    return this.#ofDataset.all(datasetId).map((r) => v.parse(row, r))
  }

  /** @throws Error when there is none */
  get(id: string): DomainMap {
    const found = this.#one.get(id)
    if (found === undefined) throw new Error(`There is no domain map ${id}. It may have been removed.`)
    return v.parse(row, found)
  }

  /** A map of the same data set and name is replaced, and keeps its id. @returns the map as it is now stored */
  save(map: DomainMap): DomainMap {
    const id = this.#save.pluck().get({ ...map, spec: JSON.stringify(map.spec) })
    return this.get(v.parse(v.string(), id))
  }

  remove(id: string): void {
    this.#remove.run(id)
  }
}

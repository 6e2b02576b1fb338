/** The settings of a workspace, one JSON value a key. A value that this version cannot read counts as not set. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { BackendInfo, Settings } from '../../src-preload/contract.ts'
import { backendInfo, partialSettings, type SchemaOf } from './schemas.ts'

const defaults: Settings = {
  theme: 'system',
  lastDatasetId: null,
  lastExperimentId: null,
  backend: 'auto',
  parallelRuns: 0,
}

/** What the backends were found to be, kept beside the settings; the page never asks for it by this name. */
export interface ProbedBackends {
  /** The Crossreel that measured them, and the machine: elsewhere they count for nothing. */
  version: string
  machine: string
  probedAt: number
  backends: BackendInfo[]
}
const PROBED = 'probedBackends'
const probedBackends: SchemaOf<ProbedBackends> = v.strictObject({
  version: v.string(),
  machine: v.string(),
  probedAt: v.number(),
  backends: v.array(backendInfo),
})
const row = v.object({ key: v.string(), value: v.string() })

export class SettingsRepository {
  readonly #db: Database
  readonly #all: Statement
  readonly #set: Statement

  constructor(db: Database) {
    this.#db = db
    this.#all = db.prepare('SELECT key, value FROM setting')
    this.#set = db.prepare('INSERT INTO setting VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value')
  }

  get(): Settings {
    const found: Settings = { ...defaults }
    for (const raw of this.#all.all()) {
      const { key, value } = v.parse(row, raw)
      const parsed = v.safeParse(partialSettings, { [key]: JSON.parse(value) })
      if (parsed.success) Object.assign(found, parsed.output)
    }
    return found
  }

  /** The last that were kept; null where there are none that this version can read. */
  probedBackends(): ProbedBackends | null {
    for (const raw of this.#all.all()) {
      const { key, value } = v.parse(row, raw)
      if (key !== PROBED) continue
      const parsed = v.safeParse(probedBackends, JSON.parse(value))
      return parsed.success ? parsed.output : null
    }
    return null
  }

  keepProbedBackends(probed: ProbedBackends): void {
    this.#set.run(PROBED, JSON.stringify(probed))
  }

  /** @returns all settings, the changed ones included */
  set(changes: Partial<Settings>): Settings {
    this.#db.transaction(() => {
      for (const [key, value] of Object.entries(changes)) this.#set.run(key, JSON.stringify(value))
    })()
    return this.get()
  }
}

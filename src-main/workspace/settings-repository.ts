/** The settings of a workspace, one JSON value a key. A value that this version cannot read counts as not set. */
import type { Database, Statement } from 'better-sqlite3'
import * as v from 'valibot'
import type { Settings } from '../../src-preload/contract.ts'
import { partialSettings } from './schemas.ts'

const defaults: Settings = { theme: 'system', lastDatasetId: null, lastExperimentId: null }
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

  /** @returns all settings, the changed ones included */
  set(changes: Partial<Settings>): Settings {
    this.#db.transaction(() => {
      for (const [key, value] of Object.entries(changes)) this.#set.run(key, JSON.stringify(value))
    })()
    return this.get()
  }
}

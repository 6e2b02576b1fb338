/**
 * The schema of workspace.db as numbered steps: step n takes a file from user_version n-1 to n, in one transaction. Steps are never changed
 * once released, only added.
 */
import type { Database } from 'better-sqlite3'

export const migrations: readonly string[] = [
  `
  CREATE TABLE dataset(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, synthetic INTEGER NOT NULL, format TEXT NOT NULL, imported_at INTEGER NOT NULL,
    users INTEGER NOT NULL, movies INTEGER NOT NULL, ratings INTEGER NOT NULL, tags INTEGER NOT NULL,
    first_rating_at INTEGER NOT NULL, last_rating_at INTEGER NOT NULL,
    posters INTEGER NOT NULL, plots INTEGER NOT NULL, bytes INTEGER NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE experiment(
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES dataset, created_at INTEGER NOT NULL,
    spec TEXT NOT NULL, card TEXT NOT NULL
  ) STRICT;
  CREATE INDEX experiment_dataset ON experiment(dataset_id);
  CREATE TABLE run(
    id TEXT PRIMARY KEY, experiment_id TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE, position INTEGER NOT NULL,
    model TEXT NOT NULL, label TEXT NOT NULL, config TEXT NOT NULL, seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK(state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    reason TEXT, created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
    backend TEXT, parameters INTEGER, best_epoch INTEGER, epochs INTEGER, validation REAL, test REAL,
    UNIQUE(experiment_id, position)
  ) STRICT;
  CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- Files that no row answers for: an import under way, a removal begun. What stands here when the workspace is opened is deleted.
  CREATE TABLE discard(kind TEXT NOT NULL CHECK(kind IN ('dataset', 'run')), id TEXT NOT NULL, PRIMARY KEY(kind, id)) STRICT;
  `,
  `
  ALTER TABLE dataset ADD COLUMN notes TEXT NOT NULL DEFAULT '';
  ALTER TABLE dataset ADD COLUMN parents TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE dataset ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
  ALTER TABLE dataset ADD COLUMN catalogues TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE dataset ADD COLUMN standardised TEXT NOT NULL DEFAULT 'none';
  ALTER TABLE dataset ADD COLUMN genome INTEGER NOT NULL DEFAULT 0;
  -- When it was taken off the list; such a data set goes when the workspace is opened the next time.
  ALTER TABLE dataset ADD COLUMN removed_at INTEGER;
  CREATE TABLE domain_map(
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE, name TEXT NOT NULL,
    spec TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE(dataset_id, name)
  ) STRICT;
  -- The run table once more: a state 'paused', the device, and whether there is a checkpoint. SQLite cannot change a CHECK in place.
  CREATE TABLE run_2(
    id TEXT PRIMARY KEY, experiment_id TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE, position INTEGER NOT NULL,
    model TEXT NOT NULL, label TEXT NOT NULL, config TEXT NOT NULL, seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK(state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
    reason TEXT, created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
    backend TEXT, device TEXT, resumable INTEGER NOT NULL DEFAULT 0,
    parameters INTEGER, best_epoch INTEGER, epochs INTEGER, validation REAL, test REAL,
    UNIQUE(experiment_id, position)
  ) STRICT;
  INSERT INTO run_2 SELECT id, experiment_id, position, model, label, config, seed, state, reason, created_at, started_at, ended_at,
    backend, NULL, 0, parameters, best_epoch, epochs, validation, test FROM run;
  DROP TABLE run;
  ALTER TABLE run_2 RENAME TO run;
  `,
  `
  CREATE TABLE study(
    id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, spec TEXT NOT NULL,
    state TEXT NOT NULL CHECK(state IN ('running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')), reason TEXT
  ) STRICT;
  ALTER TABLE experiment ADD COLUMN study_id TEXT REFERENCES study ON DELETE SET NULL;
  -- Which part of its study an experiment is ('tuning', 'density 0.3, target A', ...), so that none is made twice.
  ALTER TABLE experiment ADD COLUMN study_part TEXT;
  ALTER TABLE run ADD COLUMN stopped TEXT;
  -- Every evaluation of a test part. It stays when its experiment goes: what was seen cannot be unseen.
  CREATE TABLE test_look(
    at INTEGER NOT NULL, card TEXT NOT NULL, experiment_id TEXT, experiment TEXT NOT NULL, run_id TEXT NOT NULL,
    label TEXT NOT NULL, model TEXT NOT NULL, seed INTEGER NOT NULL, config_hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX test_look_card ON test_look(card);
  `,
  `
  ALTER TABLE dataset ADD COLUMN vectors TEXT NOT NULL DEFAULT '[]';
  `,
]

/** 'Crsr': tells a workspace of Crossreel from any other SQLite file. */
export const applicationId = 0x43727372

/**
 * Brings an open database to the newest schema.
 * @param steps the steps known to this version (a parameter for tests)
 * @throws Error when the file is of a newer Crossreel or not a workspace at all
 */
export function migrate(db: Database, path: string, steps: readonly string[] = migrations): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  const application = Number(db.pragma('application_id', { simple: true }))
  if (version > steps.length) {
    throw new Error(
      `${path} was made by a newer Crossreel (schema ${version}; this version knows ${steps.length}). Open it with that version, or choose another workspace folder.`,
    )
  }
  const empty = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()) === 0
  if (application !== applicationId && !empty) {
    throw new Error(`${path} is an SQLite file, but not a workspace of Crossreel. Choose another workspace folder.`)
  }
  for (let step = version; step < steps.length; step++) {
    db.transaction(() => {
      db.exec(steps[step] ?? '')
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${step + 1}`)
    }).immediate()
  }
}

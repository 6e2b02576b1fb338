/** Where everything lies in a workspace folder. The one place that knows file names; the only names made from ids are made here. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

export interface WorkspacePaths {
  root: string
  database: string
  lock: string
  /** Who holds the lock, for the message to the second one. */
  holder: string
  datasets: string
  features: string
  runs: string
  reports: string
  /** Scratch of jobs; emptied when the workspace is opened. */
  staging: string
  dataset(id: string): string
  posters(id: string): string
  plots(id: string): string
  /** Item vectors of a further modality. */
  vectors(id: string, name: string): string
  stagingOf(id: string): string
  /** What has been fetched for a data set and is not in its files yet. */
  cache(id: string): string
  run(id: string): string
  metrics(runId: string): string
  weights(runId: string): string
  /** The exported model that an imported run is evaluated from, until it has its results. */
  imported(runId: string): string
  /** From which a run that was cut off goes on. */
  checkpoint(runId: string): string
  report(experimentId: string): string
}

export function workspacePaths(root: string): WorkspacePaths {
  const inside = (...parts: string[]): string => join(root, ...parts)
  return {
    root,
    database: inside('workspace.db'),
    lock: inside('workspace.lock'),
    holder: inside('workspace.lock.json'),
    datasets: inside('datasets'),
    features: inside('features'),
    runs: inside('runs'),
    reports: inside('reports'),
    staging: inside('staging'),
    dataset: (id) => inside('datasets', `${checked(id)}.db`),
    posters: (id) => inside('datasets', `${checked(id)}.posters.db`),
    plots: (id) => inside('datasets', `${checked(id)}.plots.db`),
    vectors: (id, name) => inside('datasets', `${checked(id)}.vectors-${checkedName(name)}.safetensors`),
    stagingOf: (id) => inside('staging', checked(id)),
    cache: (id) => inside('cache', `tmdb-${checked(id)}`),
    run: (id) => inside('runs', checked(id)),
    metrics: (id) => inside('runs', checked(id), 'metrics.db'),
    weights: (id) => inside('runs', checked(id), 'weights.safetensors'),
    imported: (id) => inside('runs', checked(id), 'imported.safetensors'),
    checkpoint: (id) => inside('runs', checked(id), 'checkpoint.safetensors'),
    report: (id) => inside('reports', checked(id)),
  }
}

/** Endings of files that are written beside their place and renamed when complete. */
export const unfinishedEndings = ['.importing', '.importing-journal', '.writing', '.tmp']
export function isUnfinished(name: string): boolean {
  return unfinishedEndings.some((ending) => name.endsWith(ending))
}

export type IdKind = 'ds' | 'ex' | 'run' | 'job' | 'map' | 'st'

/** 80 random bits in base 36 letters, in front of them what it names: 'ds-4k2…'. Safe as a file name everywhere. */
export function newId(kind: IdKind): string {
  return `${kind}-${BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString(36)
    .padStart(16, '0')}`
}

function checkedName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(name)) throw new Error(`'${name}' is no name of vectors, so it names no file.`)
  return name
}

function checked(id: string): string {
  if (!/^[a-z]{2,4}-[0-9a-z]{10,24}$/.test(id))
    throw new Error(`'${id}' is not an id, so it names no file of the workspace.`)
  return id
}

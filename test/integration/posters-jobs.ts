/** Poster jobs as processes of their own over a temporary workspace, so that tests can kill them at any moment. */
import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobEvent, JobTask } from '../../src-main/jobs/messages.ts'
import { type WorkspacePaths, workspacePaths } from '../../src-main/workspace/paths.ts'
import { PosterFile } from '../../src-main/workspace/poster-file.ts'
import { Workspace } from '../../src-main/workspace/workspace.ts'
import { imported } from '../unit/datasets/files.ts'
import { jobEntry, temporaryFolder } from './bench.ts'

export const datasetId = 'ds-0000000000000001'

/** A workspace folder with the file of one data set. */
export async function workspaceWith(source: string): Promise<WorkspacePaths> {
  const root = temporaryFolder()
  Workspace.open(root).close()
  const paths = workspacePaths(root)
  await imported(source, (dataset) => copyFileSync(dataset.path, paths.dataset(datasetId)))
  return paths
}

export interface JobEnd {
  /** Everything it said. */
  events: JobEvent[]
  stderr: string[]
  /** From its start command to its end. */
  ms: number
}

/** Runs one job. @param killAfterMs kill -9 so long after it was told to start; null: never */
export function runJob(paths: WorkspacePaths, task: JobTask, killAfterMs: number | null = null): Promise<JobEnd> {
  return new Promise((ended) => {
    const process = launchNode(jobEntry)('test')
    const events: JobEvent[] = []
    let begun = performance.now()
    process.onEvent((event) => {
      events.push(event)
      if (event.type !== 'ready') return
      begun = performance.now()
      process.post({ type: 'start', workspace: paths.root, task })
      if (killAfterMs !== null) void wait(killAfterMs).then(() => process.kill())
    })
    process.onExit(({ stderr }) => ended({ events, stderr, ms: performance.now() - begun }))
  })
}

/** The hash of the poster file, or null where there is none; a file that is not whole does not open or has another hash. */
export function postersHash(paths: WorkspacePaths): string | null {
  const path = paths.posters(datasetId)
  if (!existsSync(path)) return null
  const file = PosterFile.open(path)
  try {
    for (const id of file.ids()) if (!file.get(id)) throw new Error(`the poster of ${id} is listed and not there`)
    return file.hash
  } finally {
    file.close()
  }
}

/** What lies beside the complete files, before and after the workspace is opened again. */
export function staleFiles(paths: WorkspacePaths): { before: string[]; after: string[] } {
  const stale = (): string[] =>
    readdirSync(join(paths.datasets)).filter((name) => !/^ds-\w+(\.posters)?\.db$/.test(name))
  const before = stale()
  Workspace.open(paths.root).close()
  return { before, after: stale() }
}

/** Moments up to `most` milliseconds, spread evenly with some chance in each. */
export function moments(count: number, most: number, chance: () => number): number[] {
  return Array.from({ length: count }, (_, i) => ((i + chance()) / count) * most)
}

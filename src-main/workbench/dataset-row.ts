/** What the list says of a data set, read from its files: contents, posters, plots, vectors, and the bytes they take. */
import { existsSync, statSync } from 'node:fs'
import type { Dataset } from '../../src-preload/contract.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import type { WorkspacePaths } from '../workspace/paths.ts'
import { PlotFile } from '../workspace/plot-file.ts'
import { PosterFile } from '../workspace/poster-file.ts'
import { VectorFile, vectorFiles } from '../workspace/vector-file.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** @throws Error when one of the files is absent or damaged */
export function readMeta({ paths }: Workspace, id: string): Dataset {
  const file = DatasetFile.open(paths.dataset(id))
  try {
    return { ...file.meta, ...mediaOf(paths, id) }
  } finally {
    file.close()
  }
}

/** Brings a data set's numbers of posters, plots, vectors and bytes to what its files hold. */
export function recountMedia({ paths, datasets }: Workspace, id: string): void {
  datasets.setMedia(id, mediaOf(paths, id))
}

function mediaOf(paths: WorkspacePaths, id: string): Pick<Dataset, 'posters' | 'plots' | 'vectors' | 'bytes'> {
  const vectors = vectorFiles(paths, id)
  const files = [paths.dataset(id), paths.posters(id), paths.plots(id), ...vectors]
  return {
    posters: countOf(paths.posters(id), PosterFile),
    plots: countOf(paths.plots(id), PlotFile),
    vectors: vectors.map((path) => VectorFile.open(path)).map(({ name, dim, movies }) => ({ name, dim, movies })),
    bytes: files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
  }
}

function countOf(path: string, type: { open(path: string): { count: number; close(): void } }): number {
  if (!existsSync(path)) return 0
  const file = type.open(path)
  file.close()
  return file.count
}

/** Where the bytes of a workspace are: each data set with its posters, plots and whatever else is kept for it, and the folders beside them. */
import { statSync } from 'node:fs'
import type { Dataset, DiskUse } from '../../src-preload/contract.ts'
import { freeBytes } from './copy-error.ts'
import type { WorkspacePaths } from './paths.ts'
import { filesBelow, ownerOf } from './workspace-files.ts'

type Part = DiskUse['parts'][number]

/** @param removed data sets off the list whose files are still there */
export async function measureDiskUse(
  paths: WorkspacePaths,
  listed: readonly Dataset[],
  removed: readonly Dataset[],
): Promise<DiskUse> {
  const bytesOf = new Map<string, number>()
  for (const file of filesBelow(paths, paths.datasets)) {
    bytesOf.set(ownerOf(file), (bytesOf.get(ownerOf(file)) ?? 0) + file.bytes)
  }
  const take = (id: string): number => {
    const bytes = bytesOf.get(id) ?? 0
    bytesOf.delete(id)
    return bytes + below(paths, paths.cache(id))
  }
  const parts: Part[] = listed.map(({ id, name }) => ({ label: name, bytes: take(id), datasetId: id }))
  const others: Part[] = [
    {
      label: 'Removed data sets, until the next start',
      bytes: sum(removed.map(({ id }) => take(id))),
      datasetId: null,
    },
    { label: 'Runs', bytes: below(paths, paths.runs), datasetId: null },
    { label: 'Features', bytes: below(paths, paths.features), datasetId: null },
    { label: 'Reports', bytes: below(paths, paths.reports), datasetId: null },
    // an import at work writes beside its target, under an id that no row has yet
    { label: 'Work under way', bytes: sum([...bytesOf.values()]) + below(paths, paths.staging), datasetId: null },
    {
      label: 'Lists and settings',
      bytes: sum(['', '-wal', '-shm'].map((end) => sizeOf(paths.database + end))),
      datasetId: null,
    },
  ]
  const all = [...parts, ...others.filter(({ bytes }) => bytes > 0)].sort((a, b) => b.bytes - a.bytes)
  return {
    root: paths.root,
    bytes: sum(all.map(({ bytes }) => bytes)),
    freeBytes: await freeBytes(paths.root),
    parts: all,
  }
}

function below(paths: WorkspacePaths, folder: string): number {
  return sum(filesBelow(paths, folder).map(({ bytes }) => bytes))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

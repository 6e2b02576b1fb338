/** What an import makes of a source, as a text that a table of cases can hold. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { ImportError } from '../../../src-main/datasets/importing/import-error.ts'
import { importDataset, type ImportOptions } from '../../../src-main/datasets/importing/import.ts'
import { DatasetFile } from '../../../src-main/workspace/dataset-file.ts'
import type { TableMapping } from '../../../src-preload/contract.ts'
import { type Files, inTempFolder, writeFiles } from './files.ts'
import { writeZip, type ZipEntry, type ZipShape } from './zips.ts'

/** Puts the source into the folder and gives its path. */
export type Make = (folder: string) => string

export const folderOf =
  (files: Files, name = 'data'): Make =>
  (folder) =>
    writeFiles(join(folder, name), files)
export const fileOf =
  (name: string, bytes: Uint8Array | string): Make =>
  (folder) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  }
/** `files` is data.zip, after them `entries` that are wrong in some way. */
export const zipOf =
  (files: Files, entries: ZipEntry[] = [], shape: ZipShape = {}): Make =>
  (folder) => {
    const good = Object.entries(files).map(([name, content]) => ({ name, content }))
    return fileOf('data.zip', writeZip([...good, ...entries], shape))(folder)
  }

/**
 * The sentence of the refusal, with $ for the temporary folder; or '200 ratings, 12 movies' and a line for each finding that changed
 * something or that `notes` asks for: 'removed ratings.csv:31 x1: rating outside 0.5 to 5'.
 */
export async function outcomeOf(
  make: Make,
  mapping: TableMapping | null = null,
  options: Partial<ImportOptions> & { notes?: RegExp } = {},
): Promise<string> {
  return inTempFolder(async (folder) => {
    const source = make(folder)
    const target = join(folder, 'out', 'x.db')
    try {
      await importDataset({
        source,
        target,
        datasetId: 'x',
        name: 'x',
        synthetic: false,
        signal: new AbortController().signal,
        onProgress: () => undefined,
        now: Date.parse('2026-01-01'),
        mapping,
        ...options,
      })
    } catch (error) {
      expect(existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []).toEqual([])
      if (!(error instanceof ImportError)) throw error
      return error.message.replaceAll(folder, '$')
    }
    const dataset = DatasetFile.open(target)
    try {
      const { ratings, movies } = dataset.meta
      const findings = dataset
        .report()
        .findings.filter(({ treatment, reason }) => treatment !== 'kept' || options.notes?.test(reason))
        .map((f) => `${f.treatment} ${f.file}:${f.examples[0]?.line} x${f.count}: ${f.reason}`)
      return [`${ratings} ratings, ${movies} movies`, ...findings].join('\n')
    } finally {
      dataset.close()
    }
  })
}

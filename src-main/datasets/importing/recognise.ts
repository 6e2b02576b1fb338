/** What a picked file or folder is, without reading its ratings. */
import { basename } from 'node:path'
import type { SourceSummary, TableMapping, TablePreview } from '../../../src-preload/contract.ts'
import { openFormat } from '../formats/index.ts'
import { previewTable } from '../formats/table.ts'
import { asImportError, ImportError } from './import-error.ts'
import { filesOf, totalBytes } from './import-reading.ts'
import { openSource, pathOf, type Source } from '../sources/source.ts'

/** @throws ImportError when it is neither a MovieLens data set nor a table */
export async function recogniseSource(path: string): Promise<SourceSummary> {
  return withSource(path, undefined, async (source) => {
    const suggestedName = basename(path).replace(/\.(zip|csv|tsv|txt|dat|data)$/i, '')
    const table = await previewTable(source, null)
    const opened = table ? null : openFormat(source, null)
    const files = opened ? filesOf(opened) : source.files.filter((file) => pathOf(file) === table?.file)
    return {
      format: opened?.label ?? 'Rating table',
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      bytes: totalBytes(files),
      suggestedName,
      table,
    }
  })
}

/** How a table would be read with another mapping. @throws ImportError when there is no table, or none that can be read like this */
export async function previewSource(path: string, mapping: TableMapping): Promise<TablePreview> {
  return withSource(path, undefined, async (source) => {
    const preview = await previewTable(source, mapping)
    if (!preview)
      throw new ImportError(
        `${source.name} cannot be read as a table with this separator: its rows have fewer than three columns. Choose another separator.`,
      )
    return preview
  })
}

/** Opens the source, closes it whatever happens, and puts errors into sentences. @param target what is written meanwhile */
export async function withSource<T>(
  path: string,
  target: string | undefined,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  let source: Source | null = null
  try {
    source = await openSource(path)
    return await use(source)
  } catch (error) {
    throw asImportError(error, path, target)
  } finally {
    source?.close()
  }
}

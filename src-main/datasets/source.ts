/**
 * What the user pointed at: a folder, a zip, or one file. Readers see a flat list of files with a base name and a stream of bytes, and
 * cannot tell which it is. Nothing of a zip is ever written to disk under the name it carries.
 */
import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { singleFile, walkFolder } from './folder-source.ts'
import { ImportError } from './import-error.ts'
import { openZip } from './zip-source.ts'

export interface SourceFile {
  /** Base name, 'ratings.csv'. */
  name: string
  /** Where it lies inside the source, '/' between folders, '' at the top. */
  folder: string
  bytes: number
  /** The bytes from the start; may be called again. @throws ImportError when the file is damaged */
  read(): AsyncIterable<Buffer>
}

export interface Source {
  /** Absolute path of the folder, zip or file. */
  path: string
  kind: 'folder' | 'zip' | 'file'
  /** Base name of the path. */
  name: string
  files: SourceFile[]
  close(): void
}

/**
 * @param options.looseFile also take one file that is no zip (a table of plots)
 * @throws ImportError when there is nothing at the path, or the zip cannot be used
 */
export async function openSource(path: string, options: { looseFile?: boolean } = {}): Promise<Source> {
  const name = basename(path)
  const info = await stat(path)
  if (info.isDirectory()) return { path, kind: 'folder', name, files: await walkFolder(path), close: () => undefined }
  if (!info.isFile()) throw new ImportError(`${path} is neither a folder nor a file. Choose a MovieLens zip or folder.`)
  if (options.looseFile && extname(name).toLowerCase() !== '.zip')
    return { path, kind: 'file', name, files: [singleFile(path, info.size)], close: () => undefined }
  const zip = await openZip(path, info.size)
  return { path, kind: 'zip', name, files: zip.files, close: zip.close }
}

/** 'a.csv, b.csv and 3 more': what was found, for a sentence. */
export function listFiles(files: SourceFile[]): string {
  if (files.length === 0) return 'no files'
  const names = files.slice(0, 4).map((f) => f.name)
  return files.length > 4 ? `${names.join(', ')} and ${files.length - 4} more` : names.join(', ')
}

/**
 * What the user pointed at: a folder, a zip, or one file. Readers see a flat list of files with a base name and a stream of bytes, and
 * cannot tell which it is. Nothing of a zip is ever written to disk under the name it carries.
 */
import { open, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { singleFile, walkFolder } from './folder-source.ts'
import { ImportError } from '../importing/import-error.ts'
import { openZip } from './zip-source.ts'

export interface SourceFile {
  /** Base name, 'ratings.csv'. */
  name: string
  /** Where it lies inside the source, '/' between folders, '' at the top. */
  folder: string
  bytes: number
  /** The bytes from the start; may be called again. @throws ImportError when the file is damaged, or must not be read */
  read(options?: ReadOptions): AsyncIterable<Buffer>
}

export interface ReadOptions {
  /** A piece is good only until the next is asked for: its memory may be used again. */
  reuse?: boolean
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
 * A file is a zip when it is called one or begins like one; any other file is a source that holds itself.
 * @throws ImportError when the path is no file or folder, or the zip cannot be used
 */
export async function openSource(path: string): Promise<Source> {
  const name = basename(path)
  const info = await stat(path)
  if (info.isDirectory()) return { path, kind: 'folder', name, files: await walkFolder(path), close: () => undefined }
  if (!info.isFile()) throw new ImportError(`${path} is neither a folder nor a file. Choose a MovieLens zip or folder.`)
  if (extname(name).toLowerCase() !== '.zip' && !(await beginsLikeZip(path)))
    return { path, kind: 'file', name, files: [singleFile(path, info.size)], close: () => undefined }
  const zip = await openZip(path, info.size)
  return { path, kind: 'zip', name, files: zip.files, close: zip.close }
}

async function beginsLikeZip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return ['PK\x03\x04', 'PK\x05\x06'].includes(buffer.toString('latin1'))
  } finally {
    await file.close()
  }
}

/** Where it lies inside the source: 'ml-25m/ratings.csv'. */
export function pathOf(file: Pick<SourceFile, 'folder' | 'name'>): string {
  return file.folder === '' ? file.name : `${file.folder}/${file.name}`
}

/** 'a.csv, b.csv and 3 more': what was found, for a sentence. */
export function listFiles(files: Pick<SourceFile, 'name'>[]): string {
  if (files.length === 0) return 'no files'
  const names = files.slice(0, 4).map((f) => f.name)
  return files.length > 4 ? `${names.join(', ')} and ${files.length - 4} more` : names.join(', ')
}

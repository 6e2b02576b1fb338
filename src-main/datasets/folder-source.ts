/** A folder as a source: its files and those of nested folders, nearest first. */
import { createReadStream, type Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SourceFile } from './source.ts'
import { ImportError } from './import-error.ts'

/** A data set lies at the top or a folder or two below; deeper, or this many files, is somebody's whole disk. */
const maxDepth = 3
const maxFiles = 300_000

/** @throws ImportError when the folder holds too many files to be a data set */
export async function walkFolder(root: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  let level = ['']
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth++) {
    const below: string[] = []
    for (const folder of level) {
      for (const entry of await readSorted(join(root, folder))) {
        if (entry.isDirectory()) below.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
        else if (entry.isFile() || entry.isSymbolicLink()) await add(files, root, folder, entry.name)
      }
      if (files.length > maxFiles)
        throw new ImportError(
          `${root} holds more than ${maxFiles} files. Choose the folder that holds the data set itself.`,
        )
    }
    level = below
  }
  return files
}

export function singleFile(path: string, bytes: number): SourceFile {
  return { name: basename(path), folder: '', bytes, read: () => readFile(path) }
}

/** By name, so that the order does not depend on the file system. */
async function readSorted(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function add(files: SourceFile[], root: string, folder: string, name: string): Promise<void> {
  const path = join(root, folder, name)
  const info = await stat(path).catch(() => null) // a dangling link is no file
  if (info?.isFile()) files.push({ name, folder, bytes: info.size, read: () => readFile(path) })
}

async function* readFile(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) if (Buffer.isBuffer(chunk)) yield chunk
}

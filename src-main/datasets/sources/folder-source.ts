/** A folder as a source: its files and those of nested folders, nearest first. */
import { createReadStream, type Dirent } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, sep } from 'node:path'
import { ImportError } from '../importing/import-error.ts'
import type { ReadOptions, SourceFile } from './source.ts'

/** A data set lies at the top or a folder or two below; deeper, or more files than all posters of 32M twice, is somebody's whole disk. */
const maxDepth = 3
export const maxFiles = 200_000

/** @throws ImportError when the folder holds too many files to be a data set */
export async function walkFolder(root: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  const realRoot = await realpath(root)
  let level = ['']
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth++) {
    const below: string[] = []
    for (const folder of level) {
      for (const entry of await readSorted(join(root, folder))) {
        if (entry.isDirectory()) below.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
        else files.push(...(await listed(join(root, folder), folder, entry, realRoot)))
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
  return { name: basename(path), folder: '', bytes, read: (options) => readFile(path, bytes, options) }
}

/** By name, so that the order does not depend on the file system. */
async function readSorted(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What must not be read is listed all the same, so that whoever needs it learns why; nothing is read through a link that leads outside. */
async function listed(parent: string, folder: string, entry: Dirent, realRoot: string): Promise<SourceFile[]> {
  const { name } = entry
  const path = join(parent, name)
  const refused = (what: string): SourceFile[] => [
    { name, folder, bytes: 0, read: () => refuse(name, `${path} ${what}`) },
  ]
  if (entry.isFile()) {
    const { size } = await stat(path)
    return [{ name, folder, bytes: size, read: (options) => readFile(path, size, options) }]
  }
  if (!entry.isSymbolicLink()) return refused('is a pipe, socket or device, not a file. Put the file itself there.')
  const real = await realpath(path).catch(() => null)
  if (real === null) return refused('is a link that leads nowhere. Put the file itself there.')
  const info = await stat(real)
  if (info.isDirectory()) return [] // not entered: its files are met where they lie, or lie outside
  if (!inside(realRoot, real))
    return refused(`is a link that leads out of the folder, to ${real}. Put the file itself there.`)
  if (!info.isFile()) return refused('is a pipe, socket or device, not a file. Put the file itself there.')
  return [{ name, folder, bytes: info.size, read: (options) => readFile(real, info.size, options) }]
}

function inside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

async function* refuse(name: string, sentence: string): AsyncGenerator<Buffer> {
  throw new ImportError(sentence, { file: name })
}

/** In pieces of 1 MB at most; a folder of ten thousand posters is not read with ten thousand buffers of that size. */
const pieceBytes = 1 << 20

async function* readFile(path: string, bytes: number, { reuse = false }: ReadOptions = {}): AsyncGenerator<Buffer> {
  if (reuse) return yield* readInTwoBuffers(path)
  const highWaterMark = Math.max(1, Math.min(pieceBytes, bytes))
  for await (const piece of createReadStream(path, { highWaterMark })) if (Buffer.isBuffer(piece)) yield piece
}

/** One buffer is filled while the other is worked on: the disk and the reader do not wait for each other, and nothing is left behind. */
async function* readInTwoBuffers(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    let [full, free] = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)]
    let filling = file.read(full, 0, pieceBytes, null)
    for (;;) {
      const { bytesRead } = await filling
      if (bytesRead === 0) return
      filling = file.read(free, 0, pieceBytes, null)
      filling.catch(() => undefined) // heard of at the next turn; nobody may be there any more
      yield full.subarray(0, bytesRead)
      ;[full, free] = [free, full]
    }
  } finally {
    await file.close()
  }
}

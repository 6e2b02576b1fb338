/**
 * A zip as a source: its directory is read once, each entry is inflated as it is read and checked against its checksum and length.
 * yauzl reads the directory; inflating is done here so that it runs beside the parser (a 16 MB read-ahead) and in large pieces.
 */
import { open as openFile } from 'node:fs/promises'
import { basename, posix } from 'node:path'
import { crc32, createInflateRaw, type ZlibOptions } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { ImportError } from './import-error.ts'
import type { SourceFile } from './source.ts'

const stored = 0
const deflated = 8
/** Stream options reach zlib's stream as well, though its types do not say so. */
const inflateOptions: ZlibOptions & ReadableOptions = { chunkSize: 1 << 20, readableHighWaterMark: 16 << 20 }
interface ReadableOptions {
  readableHighWaterMark: number
}

/** @throws ImportError when it is no zip, is cut off, or names something outside itself */
export async function openZip(path: string, bytes: number): Promise<{ files: SourceFile[]; close: () => void }> {
  const zip = basename(path)
  const file = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(async (error: unknown) => {
    throw await unusable(path, bytes, error)
  })
  const files: SourceFile[] = []
  try {
    for await (const entry of file.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      const folder = posix.dirname(entry.fileName)
      files.push({
        name: posix.basename(entry.fileName),
        folder: folder === '.' ? '' : folder,
        bytes: entry.uncompressedSize,
        read: () => readEntry(file, entry, zip),
      })
    }
  } catch (error) {
    file.close()
    throw new ImportError(`${zip} is damaged: ${reasonOf(error)}. Download it again.`, { file: zip, cause: error })
  }
  return { files, close: () => file.close() }
}

/** Tells a zip that was cut off from a file that never was one. */
async function unusable(path: string, bytes: number, cause: unknown): Promise<unknown> {
  const zip = basename(path)
  const file = await openFile(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    if (bytes === 0) return new ImportError(`${zip} is empty (0 bytes). Download it again.`, { file: zip, cause })
    if (buffer.toString('latin1') === 'PK\x03\x04')
      return new ImportError(`${zip} is cut off: its end is missing after ${bytes} bytes. Download it again.`, {
        file: zip,
        cause,
      })
    return new ImportError(`${zip} is not a zip archive. Choose a MovieLens zip, or the folder it unpacks to.`, {
      file: zip,
      cause,
    })
  } finally {
    await file.close()
  }
}

async function* readEntry(file: ZipFile, entry: Entry, zip: string): AsyncGenerator<Buffer> {
  const name = posix.basename(entry.fileName)
  const fail = (what: string, remedy: string, cause?: unknown): ImportError =>
    new ImportError(`${name} in ${zip} ${what}. ${remedy}`, { file: name, cause })
  if (entry.isEncrypted()) throw fail('is encrypted', 'Unpack the zip with its password and choose the folder.')
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    throw fail(
      `is packed with method ${entry.compressionMethod}, which is not supported`,
      'Unpack the zip and choose the folder.',
    )

  let length = 0
  let checksum = 0
  const damaged = 'Download the zip again.'
  try {
    for await (const chunk of await openEntry(file, entry)) {
      if (!Buffer.isBuffer(chunk)) continue
      length += chunk.length
      checksum = crc32(chunk, checksum)
      if (length > entry.uncompressedSize) throw fail('is longer than the zip says', damaged)
      yield chunk
    }
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw fail(`is damaged: ${reasonOf(error)}`, damaged, error)
  }
  if (length !== entry.uncompressedSize)
    throw fail(`is cut off after ${length} of ${entry.uncompressedSize} bytes`, damaged)
  if (checksum !== entry.crc32) throw fail('is damaged: its checksum does not match', damaged)
}

async function openEntry(file: ZipFile, entry: Entry): Promise<AsyncIterable<unknown>> {
  const packed = await file.openReadStreamPromise(entry, { decodeFileData: false })
  if (entry.compressionMethod === stored) return packed
  const inflate = createInflateRaw(inflateOptions)
  packed.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => packed.destroy()) // the reader may stop early
  return packed.pipe(inflate)
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}

/**
 * A zip as a source: its directory is read once, each entry is inflated as it is read and checked against its checksum and length.
 * yauzl reads the directory; inflating is done here so that it runs beside the parser (a 16 MB read-ahead) and in large pieces.
 */
import { basename, posix } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { crc32, createInflateRaw, type ZlibOptions } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { maxFiles } from './folder-source.ts'
import { ImportError } from '../importing/import-error.ts'
import type { SourceFile } from './source.ts'
import { FileBytes, type ZipBytes } from './zip-bytes.ts'

const stored = 0
const deflated = 8
/** Text and pictures never pack this well; deflate itself ends at about 1,000 times. Small entries do no harm. */
const maxRatio = 200
const harmless = 16 << 20
/** The file type in the upper half of an entry's attributes, as Unix writes it. */
const typeMask = 0o170000
const symbolicLink = 0o120000

export interface OpenedZip {
  files: SourceFile[]
  close: () => void
}

/** @throws ImportError when it is no zip, is cut off, or names something outside itself */
export async function openZip(path: string, bytes: number): Promise<OpenedZip> {
  const zip = basename(path)
  if (bytes === 0) throw new ImportError(`${zip} is empty (0 bytes). Download it again.`, { file: zip })
  return listZip(await FileBytes.open(path), zip)
}

/** As `openZip`, for bytes that lie anywhere. @param zip its name, for sentences */
export async function listZip(bytes: ZipBytes, zip: string): Promise<OpenedZip> {
  try {
    const file = await fromRandomAccessReaderPromise(bytes, bytes.length, { autoClose: false }).catch(
      async (error: unknown) => {
        throw await unusable(bytes, zip, error)
      },
    )
    const files = await readDirectory(file, bytes, zip)
    return { files, close: () => void bytes.end() }
  } catch (error) {
    await bytes.end()
    throw error
  }
}

async function readDirectory(file: ZipFile, bytes: ZipBytes, zip: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  try {
    for await (const entry of file.eachEntry()) {
      if (files.length === maxFiles)
        throw new ImportError(`${zip} lists more than ${maxFiles} files. Choose a zip that holds one data set.`, {
          file: zip,
        })
      if (entry.fileName.includes('\0')) throw new Error('a file name holds a NUL byte')
      if (entry.fileName.endsWith('/')) continue
      const folder = posix.dirname(entry.fileName)
      files.push({
        name: posix.basename(entry.fileName),
        folder: folder === '.' ? '' : folder,
        bytes: entry.uncompressedSize,
        read: () => readEntry(file, bytes, entry, zip),
      })
    }
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError(`${zip} is damaged: ${reasonOf(error)}. Download it again.`, { file: zip, cause: error })
  }
  return files
}

/** Tells a zip that was cut off or is otherwise broken from a file that never was one. */
async function unusable(bytes: ZipBytes, zip: string, cause: unknown): Promise<ImportError> {
  const refused = (what: string): ImportError => new ImportError(`${zip} ${what}`, { file: zip, cause })
  let start = ''
  for await (const piece of bytes.pieces(0, Math.min(4, bytes.length))) start = piece.toString('latin1')
  if (!reasonOf(cause).startsWith('End of central directory'))
    return refused(`is damaged: ${reasonOf(cause)}. Download it again.`)
  if (start === 'PK\x03\x04')
    return refused(`is cut off: its end is missing after ${bytes.length} bytes. Download it again.`)
  return refused('is not a zip archive. Choose a MovieLens zip, or the folder it unpacks to.')
}

async function* readEntry(file: ZipFile, bytes: ZipBytes, entry: Entry, zip: string): AsyncGenerator<Buffer> {
  const name = posix.basename(entry.fileName)
  const fail = (what: string, remedy: string, cause?: unknown): ImportError =>
    new ImportError(`${name} in ${zip} ${what}. ${remedy}`, { file: name, cause })
  if (entry.isEncrypted()) throw fail('is encrypted', 'Unpack the zip with its password and choose the folder.')
  if (((entry.externalFileAttributes >>> 16) & typeMask) === symbolicLink)
    throw fail('is a symbolic link', 'Pack the file itself.')
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    throw fail(
      `is packed with method ${entry.compressionMethod}, which is not supported`,
      'Unpack the zip and choose the folder.',
    )
  if (entry.uncompressedSize > harmless && entry.uncompressedSize > maxRatio * entry.compressedSize)
    throw fail(
      `says it unpacks to ${entry.uncompressedSize} bytes from ${entry.compressedSize}, as only a zip bomb does`,
      'Download the data set from its publisher.',
    )

  let length = 0
  let checksum = 0
  const damaged = 'Download the zip again.'
  try {
    for await (const chunk of await unpacked(file, bytes, entry)) {
      length += chunk.length
      checksum = crc32(chunk, checksum)
      if (length > entry.uncompressedSize) throw fail('is longer than the zip says', damaged)
      // zlib's thread asks the event loop for its next piece: without a turn it would wait until the buffered ones are read
      await eventLoopTurn()
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

/** Stream options reach zlib's stream as well, though its types do not say so. */
type InflateOptions = ZlibOptions & { readableHighWaterMark: number }

async function unpacked(file: ZipFile, bytes: ZipBytes, entry: Entry): Promise<AsyncIterable<Buffer>> {
  const { fileDataStart } = await file.readLocalFileHeaderPromise(entry, { minimal: true })
  const packed = bytes.pieces(fileDataStart, fileDataStart + entry.compressedSize)
  if (entry.compressionMethod === stored) return packed
  const options: InflateOptions = {
    // a poster does not need the buffer of a ratings file
    chunkSize: Math.min(1 << 20, Math.max(1 << 14, entry.uncompressedSize)),
    readableHighWaterMark: 16 << 20,
  }
  const inflate = createInflateRaw(options)
  const source = Readable.from(packed, { objectMode: false, highWaterMark: 1 << 20 })
  source.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => source.destroy()) // the reader may stop early
  return source.pipe(inflate)
}

/** yauzl speaks to programmers. */
const inWords: [start: string, words: string][] = [
  ['Invalid comment length', 'there are bytes behind its end'],
  ['invalid central directory', 'its directory is not where its end says'],
  ['invalid zip64 end of central directory', 'its directory is not where its end says'],
  ['invalid local file header', 'it is not where the directory says'],
  ['file data overflows file bounds', 'it would reach beyond the end of the zip'],
  ['compressed/uncompressed size mismatch', 'the directory gives two sizes for a file that is not packed'],
]

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return inWords.find(([start]) => message.startsWith(start))?.[1] ?? message.replace(/\.$/, '')
}

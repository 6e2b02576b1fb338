/** Copying a file whole, with what it is known by afterwards: its SHA-256. Read a piece at a time, so that a cancel is heard at once. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface CopyOptions {
  signal: AbortSignal
  /** Told after each piece. */
  onBytes(bytes: number): void
}

const pieceBytes = 1 << 20

/**
 * @param target is replaced; its folder is made
 * @returns SHA-256 of what was read, in hex, once the copy is on the disk
 * @throws DOMException 'AbortError', or what the file system throws
 */
export async function copyFile(source: string, target: string, options: CopyOptions): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  const file = await open(target, 'w')
  try {
    const hash = createHash('sha256')
    for await (const piece of pieces(source, options.signal)) {
      hash.update(piece)
      await file.write(piece)
      options.onBytes(piece.byteLength)
    }
    await file.sync()
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}

/** @returns SHA-256 of the file, in hex */
export async function hashFile(path: string, options: CopyOptions): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces(path, options.signal)) {
    hash.update(piece)
    options.onBytes(piece.byteLength)
  }
  return hash.digest('hex')
}

async function* pieces(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
    signal.throwIfAborted()
    if (piece instanceof Buffer) yield piece
  }
  signal.throwIfAborted()
}

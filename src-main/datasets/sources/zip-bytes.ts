/**
 * The bytes of a zip at any place, in an open file or in memory. yauzl asks for them by the offsets the archive itself gives, and a
 * hostile one gives offsets outside of it: those are refused here, before they reach a system call that would throw where nobody listens.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { RandomAccessReader } from 'yauzl'

const pieceBytes = 1 << 20
/** The directory is read in many small steps, one behind the other: they are served from a window of this size. */
const windowBytes = 1 << 16

export abstract class ZipBytes extends RandomAccessReader {
  abstract readonly length: number
  /** Fills `into` from `position`; the place lies inside. */
  protected abstract fill(into: Buffer, position: number): Promise<void>
  abstract end(): Promise<void>
  #window = { start: 0, bytes: Buffer.alloc(0) }

  /** The bytes from `start` to before `end` in pieces of at most 1 MB. @throws Error when they lie outside */
  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    this.#check(start, end)
    for (let at = start; at < end; at += pieceBytes) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at))
      await this.fill(piece, at)
      yield piece
    }
  }

  /** For yauzl: as fs.read with a callback. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#read(buffer.subarray(offset, offset + length), position).then(
      () => setImmediate(done, null, length),
      (error: unknown) => setImmediate(done, error instanceof Error ? error : new Error(String(error))),
    )
  }
  async #read(into: Buffer, position: number): Promise<void> {
    const end = position + into.length
    this.#check(position, end)
    if (position < this.#window.start || end > this.#window.start + this.#window.bytes.length) {
      const bytes = Buffer.allocUnsafe(Math.min(Math.max(into.length, windowBytes), this.length - position))
      await this.fill(bytes, position)
      this.#window = { start: position, bytes }
    }
    this.#window.bytes.copy(into, 0, position - this.#window.start)
  }

  #check(start: number, end: number): void {
    const inside = Number.isSafeInteger(start) && 0 <= start && start <= end && end <= this.length
    if (!inside) throw new Error('it points outside of itself')
  }

  /** For yauzl, which counts its own uses; the file is closed by `end`. */
  override close(done: (error: Error | null) => void): void {
    setImmediate(done, null)
  }
}

export class FileBytes extends ZipBytes {
  readonly length: number
  readonly #file: FileHandle

  private constructor(file: FileHandle, length: number) {
    super()
    this.#file = file
    this.length = length
  }

  static async open(path: string): Promise<FileBytes> {
    const file = await open(path, 'r')
    return new FileBytes(file, (await file.stat()).size)
  }

  protected async fill(into: Buffer, position: number): Promise<void> {
    for (let filled = 0; filled < into.length;) {
      const { bytesRead } = await this.#file.read(into, filled, into.length - filled, position + filled)
      if (bytesRead === 0) throw new Error('it ends early')
      filled += bytesRead
    }
  }

  /** Waits for a read under way. */
  end(): Promise<void> {
    return this.#file.close()
  }
}

export class MemoryBytes extends ZipBytes {
  readonly length: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    super()
    this.#bytes = bytes
    this.length = bytes.length
  }

  protected fill(into: Buffer, position: number): Promise<void> {
    this.#bytes.copy(into, 0, position)
    return Promise.resolve()
  }
  end(): Promise<void> {
    return Promise.resolve()
  }
}

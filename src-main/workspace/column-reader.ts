/** Reads the columns of `columns.ts`: a whole column into a typed array, checked; or a slice of it, which is one or two BLOB reads. */
import { crc32 } from 'node:zlib'
import type { Database, Statement } from 'better-sqlite3'
import { chunkRows, type ColumnType, widths } from './columns.ts'
import type { Turns } from './staged-database.ts'

interface ColumnRow {
  dtype: string
  n: number
  crc32: number
}

export class ColumnReader {
  readonly #db: Database
  readonly #column: Statement<[string], ColumnRow>
  readonly #slice: Statement<[number, number, string, number], Buffer>

  constructor(db: Database) {
    this.#db = db
    this.#column = db.prepare<[string], ColumnRow>('SELECT dtype, n, crc32 FROM col WHERE name = ?')
    this.#slice = db
      .prepare<[number, number, string, number], Buffer>(
        'SELECT substr(data, ?, ?) FROM chunk WHERE col = ? AND seq = ?',
      )
      .pluck()
  }

  has(name: string): boolean {
    return this.#column.get(name) !== undefined
  }

  /** Values in the column; 0 where there is no such column. */
  length(name: string): number {
    return this.#column.get(name)?.n ?? 0
  }

  /** @param shared in a SharedArrayBuffer, for workers  @throws Error when the column is absent or damaged */
  bytes(name: string, shared = false): Uint8Array {
    return this.#whole(name, 'u8', shared)
  }
  words(name: string, shared = false): Uint32Array {
    return new Uint32Array(this.#whole(name, 'u32', shared).buffer)
  }
  floats(name: string, shared = false): Float32Array {
    return new Float32Array(this.#whole(name, 'f32', shared).buffer)
  }

  /** As `bytes` and `words`, with a turn every few megabytes. @throws what a turn throws */
  async bytesInTurns(name: string, turns: Turns): Promise<Uint8Array> {
    return this.#inTurns(name, 'u8', turns)
  }
  async wordsInTurns(name: string, turns: Turns): Promise<Uint32Array> {
    return new Uint32Array((await this.#inTurns(name, 'u32', turns)).buffer)
  }

  /** Values [start, end), without reading the rest. @throws Error when they are not all there */
  byteRange(name: string, start: number, end: number): Uint8Array {
    return this.#range(name, 'u8', start, end)
  }
  wordRange(name: string, start: number, end: number): Uint32Array {
    return new Uint32Array(this.#range(name, 'u32', start, end).buffer)
  }
  floatRange(name: string, start: number, end: number): Float32Array {
    return new Float32Array(this.#range(name, 'f32', start, end).buffer)
  }

  async #inTurns(name: string, type: ColumnType, turns: Turns): Promise<Uint8Array> {
    const row = this.#rowOf(name, type)
    const out = new Uint8Array(row.n * widths[type])
    let checksum = 0
    for (let start = 0; start < row.n; start += chunkRows) {
      const part = this.#range(name, type, start, Math.min(row.n, start + chunkRows))
      out.set(part, start * widths[type])
      checksum = crc32(part, checksum)
      await turns.turn()
    }
    if (checksum !== row.crc32) throw this.#damaged(name)
    return out
  }

  #rowOf(name: string, type: ColumnType): ColumnRow {
    const row = this.#column.get(name)
    if (row?.dtype === type) return row
    throw new Error(`${this.#db.name} has no column ${name} of type ${type}. Import the data set again.`)
  }

  #whole(name: string, type: ColumnType, shared: boolean): Uint8Array {
    const row = this.#rowOf(name, type)
    const size = row.n * widths[type]
    const out = new Uint8Array(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size))
    // A statement of its own: a second read may begin while this one stands.
    const chunks = this.#db.prepare<[string], Buffer>('SELECT data FROM chunk WHERE col = ? ORDER BY seq').pluck()
    let offset = 0
    let checksum = 0
    for (const data of chunks.iterate(name)) {
      if (offset + data.length > size) throw this.#damaged(name)
      out.set(data, offset)
      checksum = crc32(data, checksum)
      offset += data.length
    }
    if (offset !== size || checksum !== row.crc32) throw this.#damaged(name)
    return out
  }

  #range(name: string, type: ColumnType, start: number, end: number): Uint8Array<ArrayBuffer> {
    const width = widths[type]
    const out = new Uint8Array((end - start) * width)
    for (let at = start; at < end;) {
      const seq = Math.floor(at / chunkRows)
      const stop = Math.min(end, (seq + 1) * chunkRows)
      const first = (at - seq * chunkRows) * width + 1 // substr counts from 1
      const part = this.#slice.get(first, (stop - at) * width, name, seq)
      if (part?.length !== (stop - at) * width) throw this.#damaged(name)
      out.set(part, (at - start) * width)
      at = stop
    }
    return out
  }

  #damaged(name: string): Error {
    return new Error(
      `${this.#db.name} is damaged: the checksum of column ${name} does not match. Import the data set again.`,
    )
  }
}

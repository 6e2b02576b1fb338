/**
 * Ratings are columns, not rows: each column is one typed array, little-endian, cut into BLOBs of 65,536 values. A column is written as
 * its values come, with a checksum for the file and a digest for the data set's hash. `column-reader.ts` reads it.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Database, Statement } from 'better-sqlite3'
import type { Turns } from './staged-database.ts'

export const columnsDdl = `
CREATE TABLE col(name TEXT PRIMARY KEY, dtype TEXT NOT NULL, n INTEGER NOT NULL, chunk_rows INTEGER NOT NULL, crc32 INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE chunk(id INTEGER PRIMARY KEY, col TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE(col, seq)) STRICT;
`

/** Values in a chunk. */
export const chunkRows = 65_536

/** What a column may hold, by its name in the file. */
export type ColumnType = 'u8' | 'u32' | 'f32'
export type ColumnArray = Uint8Array | Uint32Array | Float32Array
export const widths: Record<ColumnType, number> = { u8: 1, u32: 4, f32: 4 }

/** What a column came to: its length and the SHA-256 of its bytes. */
export interface ColumnDigest {
  name: string
  n: number
  sha256: string
}

/** One column on its way into the file. Values may come in pieces of any size; only the unfinished chunk is held. */
export class ColumnWriter {
  readonly name: string
  readonly #type: ColumnType
  readonly #width: number
  readonly #db: Database
  readonly #insert: Statement
  readonly #pending: Buffer
  #pendingBytes = 0
  #chunks = 0
  #checksum = 0
  #hash = createHash('sha256')

  constructor(db: Database, name: string, type: ColumnType) {
    this.name = name
    this.#db = db
    this.#type = type
    this.#width = widths[type]
    this.#insert = db.prepare('INSERT INTO chunk(col, seq, n, data) VALUES (?, ?, ?, ?)')
    this.#pending = Buffer.alloc(chunkRows * this.#width)
  }

  /** Values so far. */
  get length(): number {
    return this.#chunks * chunkRows + this.#pendingBytes / this.#width
  }

  append(values: ColumnArray): void {
    const bytes = bytesOf(values)
    const whole = chunkRows * this.#width
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + whole - this.#pendingBytes)
      at += piece.length
      if (piece.length === whole) {
        this.#write(piece)
        continue
      }
      this.#pending.set(piece, this.#pendingBytes)
      this.#pendingBytes += piece.length
      if (this.#pendingBytes === whole) this.#writePending()
    }
  }

  /** As `append`, with a turn taken after each chunk. */
  async appendAll(values: ColumnArray, turns: Turns): Promise<void> {
    for (let at = 0; at < values.length; at += chunkRows) {
      this.append(values.subarray(at, at + chunkRows))
      await turns.turn()
    }
  }

  /** Puts every value of a `u32` column through `change`, which works on a piece in place. */
  async rewriteWords(change: (piece: Uint32Array) => void, turns: Turns): Promise<void> {
    const replace = this.#db.prepare('UPDATE chunk SET data = ? WHERE col = ? AND seq = ?')
    this.#hash = createHash('sha256')
    this.#checksum = 0
    const words = new Uint32Array(chunkRows)
    for (let seq = 0; seq < this.#chunks; seq++) {
      bytesOf(words).set(this.#chunk(seq))
      change(words)
      replace.run(this.#seal(bytesOf(words)), this.name, seq)
      await turns.turn()
    }
    const rest = new Uint32Array(this.#pendingBytes / 4)
    bytesOf(rest).set(this.#pending.subarray(0, this.#pendingBytes))
    change(rest)
    this.#pending.set(bytesOf(rest))
  }

  /** Gives every value back, as bytes, and leaves the column empty, as if nothing had been written. */
  async takeBack(turns: Turns): Promise<Uint8Array<ArrayBuffer>> {
    const all = new Uint8Array(this.length * this.#width)
    const remove = this.#db.prepare('DELETE FROM chunk WHERE col = ? AND seq = ?')
    const whole = chunkRows * this.#width
    for (let seq = 0; seq < this.#chunks; seq++) {
      all.set(this.#chunk(seq), seq * whole)
      remove.run(this.name, seq)
      await turns.turn()
    }
    all.set(this.#pending.subarray(0, this.#pendingBytes), this.#chunks * whole)
    this.#pendingBytes = 0
    this.#chunks = 0
    this.#checksum = 0
    this.#hash = createHash('sha256')
    return all
  }

  /** Writes the last chunk. To be called once. */
  finish(): ColumnDigest {
    const n = this.length
    if (this.#pendingBytes > 0) this.#writePending()
    const row = this.#db.prepare('INSERT INTO col VALUES (?, ?, ?, ?, ?)')
    row.run(this.name, this.#type, n, chunkRows, this.#checksum)
    return { name: this.name, n, sha256: this.#hash.digest('hex') }
  }

  #writePending(): void {
    this.#write(this.#pending.subarray(0, this.#pendingBytes))
    this.#pendingBytes = 0
  }

  #write(bytes: Buffer): void {
    this.#insert.run(this.name, this.#chunks++, bytes.length / this.#width, this.#seal(bytes))
  }

  /** Takes the bytes into checksum and digest. */
  #seal(bytes: Buffer): Buffer {
    this.#checksum = crc32(bytes, this.#checksum)
    this.#hash.update(bytes)
    return bytes
  }

  #chunk(seq: number): Buffer {
    const read = this.#db.prepare<[string, number], Buffer>('SELECT data FROM chunk WHERE col = ? AND seq = ?').pluck()
    const chunk = read.get(this.name, seq)
    if (!chunk) throw new Error(`Chunk ${seq} of column ${this.name} was written and is not there. Try again.`)
    return chunk
  }
}

/** A column that lies in memory as a whole. */
export async function writeColumn(
  db: Database,
  name: string,
  type: ColumnType,
  values: ColumnArray,
  turns: Turns,
): Promise<ColumnDigest> {
  const writer = new ColumnWriter(db, name, type)
  await writer.appendAll(values, turns)
  return writer.finish()
}

export function bytesOf(values: ColumnArray | Int16Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

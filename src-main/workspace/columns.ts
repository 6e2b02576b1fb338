/**
 * Ratings are columns, not rows: each column is one typed array, little-endian, cut into BLOBs of 65,536 values. Loading is a copy, a
 * slice of one user is one or two BLOB reads, and a checksum guards the whole.
 */
import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import type { Turns } from './staged-database.ts'

export const columnsDdl = `
CREATE TABLE col(name TEXT PRIMARY KEY, dtype TEXT NOT NULL, n INTEGER NOT NULL, chunk_rows INTEGER NOT NULL, crc32 INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE chunk(id INTEGER PRIMARY KEY, col TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE(col, seq)) STRICT;
`

const chunkRows = 65_536

export async function writeColumn(
  db: Database,
  name: string,
  data: Uint8Array | Uint32Array,
  turns: Turns,
): Promise<void> {
  const insert = db.prepare('INSERT INTO chunk(col, seq, n, data) VALUES (?, ?, ?, ?)')
  let checksum = 0
  for (let start = 0, seq = 0; start < data.length; start += chunkRows, seq++) {
    const part = data.subarray(start, Math.min(data.length, start + chunkRows))
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    checksum = crc32(bytes, checksum)
    insert.run(name, seq, part.length, bytes)
    await turns.turn()
  }
  const dtype = data instanceof Uint8Array ? 'u8' : 'u32'
  db.prepare('INSERT INTO col VALUES (?, ?, ?, ?, ?)').run(name, dtype, data.length, chunkRows, checksum)
}

export function readBytes(db: Database, name: string): Uint8Array {
  return readWhole(db, name, 'u8')
}

export function readWords(db: Database, name: string): Uint32Array {
  return new Uint32Array(readWhole(db, name, 'u32').buffer)
}

/** Values [start, end) of a `u8` column, without reading the rest. */
export function readByteRange(db: Database, name: string, start: number, end: number): Uint8Array {
  return readRange(db, name, 1, start, end)
}

/** Values [start, end) of a `u32` column, without reading the rest. */
export function readWordRange(db: Database, name: string, start: number, end: number): Uint32Array {
  return new Uint32Array(readRange(db, name, 4, start, end).buffer)
}

interface ColumnRow {
  dtype: string
  n: number
  crc32: number
}

function readWhole(db: Database, name: string, dtype: 'u8' | 'u32'): Uint8Array {
  const row = db.prepare<[string], ColumnRow>('SELECT dtype, n, crc32 FROM col WHERE name = ?').get(name)
  if (row?.dtype !== dtype)
    throw new Error(`${db.name} has no column ${name} of type ${dtype}. Import the data set again.`)
  const out = new Uint8Array(row.n * (dtype === 'u8' ? 1 : 4))
  const chunks = db.prepare<[string], { data: Buffer }>('SELECT data FROM chunk WHERE col = ? ORDER BY seq')
  let offset = 0
  let checksum = 0
  for (const { data } of chunks.iterate(name)) {
    if (offset + data.length > out.length) throw damaged(db, name)
    out.set(data, offset)
    checksum = crc32(data, checksum)
    offset += data.length
  }
  if (offset !== out.length || checksum !== row.crc32) throw damaged(db, name)
  return out
}

function readRange(db: Database, name: string, width: number, start: number, end: number): Uint8Array {
  const out = new Uint8Array((end - start) * width)
  const slice = db.prepare<[number, number, string, number], { data: Buffer }>(
    'SELECT substr(data, ?, ?) AS data FROM chunk WHERE col = ? AND seq = ?',
  )
  for (let at = start; at < end;) {
    const seq = Math.floor(at / chunkRows)
    const stop = Math.min(end, (seq + 1) * chunkRows)
    const first = (at - seq * chunkRows) * width + 1 // substr counts from 1
    const part = slice.get(first, (stop - at) * width, name, seq)
    if (part?.data.length !== (stop - at) * width) throw damaged(db, name)
    out.set(part.data, (at - start) * width)
    at = stop
  }
  return out
}

function damaged(db: Database, name: string): Error {
  return new Error(`${db.name} is damaged: the checksum of column ${name} does not match. Import the data set again.`)
}

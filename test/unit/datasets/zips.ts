/** Zips written entry by entry, so that anything about them can be wrong on purpose. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string | Buffer
  content: string | Uint8Array
  /** 8: deflated (the default), 0: stored, anything else: said, not done. */
  method?: number
  encrypted?: boolean
  /** Unix mode with the file type; 0o120777 is a symbolic link. */
  mode?: number
  /** What the directory says instead of the truth. */
  says?: { bytes?: number; packed?: number; crc?: number; offset?: number }
  /** Sizes in the 64-bit extra field, with 0xffffffff in their own. */
  zip64?: boolean
}

export interface ZipShape {
  /** Put in front without moving the offsets, as a self-extracting archive does wrongly. */
  prefix?: Uint8Array
  /** A zip64 end record, with this as the place of the directory where it is to be wrong. */
  zip64?: { directoryAt?: bigint; recordAt?: bigint; entries?: bigint }
  comment?: string
}

const word = (value: number): Buffer => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value >>> 0)
  return out
}
const half = (value: number): Buffer => {
  const out = Buffer.alloc(2)
  out.writeUInt16LE(value & 0xffff)
  return out
}
const long = (value: bigint): Buffer => {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(value)
  return out
}

/** One entry: its local header with the data, and its record in the directory. */
function write(entry: ZipEntry, offset: number): { local: Buffer; record: Buffer } {
  const data = Buffer.from(entry.content)
  const method = entry.method ?? 8
  const packed = method === 8 ? deflateRawSync(data) : data
  const name = Buffer.from(entry.name)
  const bytes = entry.says?.bytes ?? data.length
  const packedBytes = entry.says?.packed ?? packed.length
  const extra = entry.zip64
    ? Buffer.concat([half(1), half(16), long(BigInt(bytes)), long(BigInt(packedBytes))])
    : Buffer.alloc(0)
  const head = Buffer.concat([
    half(entry.zip64 ? 45 : 20),
    half(0x800 | (entry.encrypted ? 1 : 0)),
    half(method),
    word(0), // time
    word(entry.says?.crc ?? crc32(data)),
    word(entry.zip64 ? 0xffffffff : packedBytes),
    word(entry.zip64 ? 0xffffffff : bytes),
    half(name.length),
    half(extra.length),
  ])
  const place = Buffer.concat([half(0), half(0), half(0), word((entry.mode ?? 0o100644) << 16), word(entry.says?.offset ?? offset)]) // prettier-ignore
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04'), head, name, extra, packed]),
    record: Buffer.concat([Buffer.from('PK\x01\x02'), half(0x0314), head, place, name, extra]),
  }
}

export function writeZip(entries: ZipEntry[], shape: ZipShape = {}): Buffer {
  const locals: Buffer[] = []
  const records: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, record } = write(entry, offset)
    locals.push(local)
    records.push(record)
    offset += local.length
  }
  const directory = Buffer.concat(records)
  const comment = Buffer.from(shape.comment ?? '')
  const end: Buffer[] = []
  if (shape.zip64) {
    const { directoryAt = BigInt(offset), entries: count = BigInt(entries.length) } = shape.zip64
    const recordAt = BigInt(offset + directory.length)
    end.push(Buffer.from('PK\x06\x06'), long(44n), half(45), half(45), word(0), word(0))
    end.push(long(count), long(count), long(BigInt(directory.length)), long(directoryAt))
    end.push(Buffer.from('PK\x06\x07'), word(0), long(shape.zip64.recordAt ?? recordAt), word(1))
  }
  const small = (value: number, limit: number): number => (shape.zip64 ? limit : value)
  end.push(Buffer.from('PK\x05\x06'), half(0), half(0))
  end.push(half(small(entries.length, 0xffff)), half(small(entries.length, 0xffff)))
  end.push(word(directory.length), word(small(offset, 0xffffffff)), half(comment.length), comment)
  return Buffer.concat([shape.prefix ?? Buffer.alloc(0), ...locals, directory, ...end])
}

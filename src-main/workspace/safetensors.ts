/**
 * Named arrays on disk in the safetensors format: 8 bytes little-endian header length, a JSON header
 * `{name: {dtype, shape, data_offsets}, __metadata__: {key: text}}`, then the data (https://huggingface.co/docs/safetensors).
 * Files written here carry `sha256` in their metadata, over the rest of the header and the data; it is verified on reading, and a file
 * without it, which is another program's or lost it with a damaged byte, is refused.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as v from 'valibot'

export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array
/** `data` is row-major and has as many elements as `shape` says. */
export interface Tensor {
  shape: number[]
  data: TensorData
}
export interface SafetensorsFile {
  arrays: Record<string, Tensor>
  /** Without the checksum. */
  metadata: Record<string, string>
}

/** What is wrong with a file, as a sentence; `readSafetensors` puts the path in front. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError'
}

const dtypes = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const
type Dtype = keyof typeof dtypes

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const entrySchema = v.object({
  dtype: v.string(),
  shape: v.array(whole),
  data_offsets: v.tuple([whole, whole]),
})
const headerSchema = v.record(v.string(), v.unknown())
const metadataSchema = v.record(v.string(), v.string())

/** The published limit; a larger length is a sign of another format. */
const maxHeaderBytes = 100_000_000
const checksumKey = 'sha256'

function dtypeOf(data: TensorData): Dtype {
  for (const [name, Type] of Object.entries(dtypes)) if (data instanceof Type && isDtype(name)) return name
  throw new SafetensorsError(
    'An array is of a type that safetensors files do not hold here; use F32, F64, I32, U32 or U8.',
  )
}
function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypes, name)
}
function elements(shape: number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
function checksum(header: Record<string, unknown>, data: Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify(header))
  for (const piece of data) hash.update(piece)
  return hash.digest('hex')
}

/** @throws SafetensorsError when a shape does not fit its data or a name is reserved. */
export function encodeSafetensors(arrays: Record<string, Tensor>, metadata: Record<string, string> = {}): Uint8Array {
  const pieces = [...piecesOf(arrays, metadata)]
  const out = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

/** A file's bytes in order: length and header, then each array, without a copy of it. */
function piecesOf(arrays: Record<string, Tensor>, metadata: Record<string, string>): Uint8Array[] {
  const tensors: Record<string, unknown> = {}
  let end = 0
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (name === '__metadata__') throw new SafetensorsError('An array may not be called "__metadata__".')
    if (elements(shape) !== data.length)
      throw new SafetensorsError(
        `Array "${name}" has ${data.length} elements, but its shape [${shape.join(', ')}] asks for ${elements(shape)}.`,
      )
    tensors[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }
    end += data.byteLength
  }
  const bodies = Object.values(arrays).map(({ data }) => bytesOf(data))
  const unsigned = { ...tensors, __metadata__: metadata }
  const signed = { ...tensors, __metadata__: { ...metadata, [checksumKey]: checksum(unsigned, bodies) } }
  const text = new TextEncoder().encode(JSON.stringify(signed))
  const padded = Math.ceil(text.length / 8) * 8 // trailing spaces, so that the data starts aligned
  const head = new Uint8Array(8 + padded).fill(0x20, 8)
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true)
  head.set(text, 8)
  return [head, ...bodies]
}

/** @throws SafetensorsError when the bytes are truncated, are not safetensors, or have no checksum or fail it. */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8)
    throw new SafetensorsError(`It has ${bytes.length} bytes; a safetensors file starts with 8 bytes of length.`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(maxHeaderBytes))
    throw new SafetensorsError(`Its header would be ${length} bytes long; it is not a safetensors file.`)
  const start = 8 + Number(length)
  if (bytes.length < start)
    throw new SafetensorsError(`It ends inside its header: ${bytes.length} of ${start} bytes; it is truncated.`)

  const header = parseHeader(bytes.subarray(8, start))
  const body = bytes.subarray(start)
  const { __metadata__: rawMetadata = {}, ...tensors } = header
  const parsedMetadata = v.safeParse(metadataSchema, rawMetadata)
  if (!parsedMetadata.success) throw new SafetensorsError('Its "__metadata__" is not a table of texts.')
  const { [checksumKey]: stated, ...metadata } = parsedMetadata.output

  const arrays: Record<string, Tensor> = {}
  for (const [name, raw] of Object.entries(tensors)) arrays[name] = decodeTensor(name, raw, body)
  if (stated === undefined)
    throw new SafetensorsError('It has no checksum: it was damaged, or another program wrote it.')
  if (stated !== checksum({ ...tensors, __metadata__: metadata }, [body]))
    throw new SafetensorsError('Its checksum does not match its contents; the file was damaged.')
  return { arrays, metadata }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let json: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    json = JSON.parse(/[\t\n\r]/.test(text) ? '' : text) // a damaged space of the padding: it would still be JSON
  } catch {
    throw new SafetensorsError('Its header is not JSON; it is damaged or not a safetensors file.')
  }
  const parsed = v.safeParse(headerSchema, json)
  if (!parsed.success || Array.isArray(json)) throw new SafetensorsError('Its header is not a table of arrays.')
  return parsed.output
}

function decodeTensor(name: string, raw: unknown, body: Uint8Array): Tensor {
  const parsed = v.safeParse(entrySchema, raw)
  if (!parsed.success) throw new SafetensorsError(`The header's entry of array "${name}" is malformed.`)
  const { dtype, shape, data_offsets } = parsed.output
  if (!isDtype(dtype))
    throw new SafetensorsError(`Array "${name}" has type ${dtype}; F32, F64, I32, U32 and U8 can be read.`)
  const [from, to] = data_offsets
  const Type = dtypes[dtype]
  if (to > body.length)
    throw new SafetensorsError(
      `Array "${name}" ends at byte ${to} of the data, but only ${body.length} are there; it is truncated.`,
    )
  if (to - from !== elements(shape) * Type.BYTES_PER_ELEMENT)
    throw new SafetensorsError(
      `Array "${name}" has ${to - from} bytes, which does not fit ${dtype} [${shape.join(', ')}].`,
    )
  return { shape, data: new Type(new Uint8Array(body.subarray(from, to)).buffer) } // a copy: aligned, and the file's buffer can go
}

/** Writes beside the target, syncs and renames: the target is the old file or the whole new one, never a part. */
export async function writeSafetensors(
  path: string,
  arrays: Record<string, Tensor>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const staging = `${path}.${process.pid}.writing`
  try {
    const file = await open(staging, 'w')
    try {
      for (const piece of piecesOf(arrays, metadata)) await file.writeFile(piece) // each goes on where the last one ended
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(staging, path)
  } catch (error) {
    await rm(staging, { force: true })
    throw error
  }
  if (process.platform !== 'win32') {
    const folder = await open(dirname(path), 'r') // the rename itself is durable once the folder is synced
    await folder.sync().finally(() => folder.close())
  }
}

/** @throws SafetensorsError with the path when the file is damaged; the file system's error when it cannot be read. */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readFile(path)
  try {
    return decodeSafetensors(bytes)
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new SafetensorsError(`${path} cannot be read. ${error.message}`, { cause: error })
    throw error
  }
}

/**
 * What the header says, without the arrays: the checksum is not verified.
 * @throws SafetensorsError with the path when it is no such file; the file system's error when it cannot be read
 */
export function readSafetensorsMetadata(path: string): Record<string, string> {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(8)
    const length = readSync(file, start, 0, 8, 0) === 8 ? Number(start.readBigUInt64LE()) : Infinity
    if (length > maxHeaderBytes) throw new SafetensorsError(`${path} is not a safetensors file.`)
    const header = Buffer.alloc(length)
    if (readSync(file, header, 0, length, 8) < length) throw new SafetensorsError(`${path} is truncated.`)
    const metadata = v.safeParse(metadataSchema, parseHeader(header)['__metadata__'] ?? {})
    if (!metadata.success) throw new SafetensorsError(`${path} has metadata that are not a table of texts.`)
    return metadata.output
  } finally {
    closeSync(file)
  }
}

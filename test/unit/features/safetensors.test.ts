import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  SafetensorsError,
  writeSafetensors,
} from '../../../src-main/workspace/safetensors.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterEach(() => rm(folder, { recursive: true }))

const arrays = {
  weights: { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, NaN, Infinity) },
  present: { shape: [3], data: Uint8Array.of(1, 0, 1) },
  scale: { shape: [], data: Float64Array.of(Math.PI) },
  counts: { shape: [2], data: Int32Array.of(-5, 7) },
  ids: { shape: [1, 1], data: Uint32Array.of(0xffffffff) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
}

/** A file written byte by byte from the published description, as another program would. */
function foreign(header: unknown, data: number[]): Uint8Array {
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.from(data)])
}

test('Arrays of every type come back with shape and metadata', () => {
  const { arrays: back, metadata } = decodeSafetensors(encodeSafetensors(arrays, { table: 'text' }))
  expect(back).toEqual(arrays)
  expect(metadata).toEqual({ table: 'text' })
})

test('The bytes follow the published layout', () => {
  const bytes = encodeSafetensors({ x: { shape: [2], data: Int32Array.of(1, -1) } })
  const length = Number(Buffer.from(bytes).readBigUInt64LE())
  const header: unknown = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())
  expect(header).toMatchObject({ x: { dtype: 'I32', shape: [2], data_offsets: [0, 8] } })
  expect(length % 8).toBe(0)
  expect([...bytes.subarray(8 + length)]).toEqual([1, 0, 0, 0, 255, 255, 255, 255])
})

test('A file with unaligned arrays can be read', () => {
  const header = {
    a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    b: { dtype: 'F32', shape: [1], data_offsets: [1, 5] },
  }
  const data = [9, 0, 0, 128, 63]
  const sha256 = createHash('sha256')
    .update(JSON.stringify({ ...header, __metadata__: {} }))
    .update(Buffer.from(data))
    .digest('hex')
  const { arrays } = decodeSafetensors(foreign({ ...header, __metadata__: { sha256 } }, data))
  expect(arrays['a']?.data).toEqual(Uint8Array.of(9))
  expect(arrays['b']?.data).toEqual(Float32Array.of(1))
})

test('Any one damaged byte of header or data is noticed', () => {
  const bytes = encodeSafetensors(arrays, { table: 'text' })
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = bytes.slice()
      damaged[at]! ^= change
      expect(() => decodeSafetensors(damaged)).toThrow(SafetensorsError)
    }),
    { numRuns: 500 },
  )
})

test('A file cut anywhere is refused', () => {
  const bytes = encodeSafetensors(arrays)
  for (let end = 0; end < bytes.length; end++)
    expect(() => decodeSafetensors(bytes.subarray(0, end))).toThrow(SafetensorsError)
})

const f32 = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
test.each([
  ['three bytes', Uint8Array.of(1, 2, 3), 'It has 3 bytes; a safetensors file starts with 8 bytes of length.'],
  ['a zip', Buffer.from('PK\u0003\u0004 and more bytes'), 'it is not a safetensors file.'],
  [
    'no JSON',
    Buffer.from('\u0004\0\0\0\0\0\0\0nope'),
    'Its header is not JSON; it is damaged or not a safetensors file.',
  ],
  ['a list', foreign([], []), 'Its header is not a table of arrays.'],
  [
    'half precision',
    foreign({ x: { ...f32, dtype: 'F16' } }, [0, 0, 0, 0]),
    'Array "x" has type F16; F32, F64, I32, U32 and U8 can be read.',
  ],
  [
    'a wrong shape',
    foreign({ x: { ...f32, shape: [2] } }, [0, 0, 0, 0]),
    'Array "x" has 4 bytes, which does not fit F32 [2].',
  ],
  [
    'data that ends early',
    foreign({ x: f32 }, [0]),
    'Array "x" ends at byte 4 of the data, but only 1 are there; it is truncated.',
  ],
  ['an entry without a shape', foreign({ x: { dtype: 'F32' } }, []), 'The header\'s entry of array "x" is malformed.'],
  [
    'a file without a checksum',
    foreign({ x: f32 }, [0, 0, 0, 0]),
    'It has no checksum: it was damaged, or another program wrote it.',
  ],
  ['metadata that is no text', foreign({ __metadata__: { a: 1 } }, []), 'Its "__metadata__" is not a table of texts.'],
])('The error of %s', (_, bytes, message) => expect(() => decodeSafetensors(bytes)).toThrow(message))

test('An array that does not fit its shape is not written', () => {
  expect(() => encodeSafetensors({ x: { shape: [3], data: new Float32Array(2) } })).toThrow(
    'Array "x" has 2 elements, but its shape [3] asks for 3.',
  )
})

test('Writing replaces the file whole and leaves nothing beside it', async () => {
  const path = join(folder, 'weights ä.safetensors')
  await writeFile(path, 'old')
  await writeSafetensors(path, arrays, { epoch: '3' })
  expect((await readSafetensors(path)).arrays).toEqual(arrays)
  expect(await readdir(folder)).toEqual(['weights ä.safetensors'])
})

test('A write that fails leaves the old file and nothing beside it', async () => {
  const path = join(folder, 'w.safetensors')
  await writeFile(path, 'old')
  await expect(writeSafetensors(path, { x: { shape: [9], data: new Float32Array(1) } })).rejects.toThrow('asks for 9')
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['w.safetensors'])
})

test('The error of reading names the file', async () => {
  const path = join(folder, 'w.safetensors')
  await writeSafetensors(path, arrays)
  const bytes = await readFile(path)
  bytes[bytes.length - 1]! ^= 1
  await writeFile(path, bytes)
  await expect(readSafetensors(path)).rejects.toThrow(
    `${path} cannot be read. Its checksum does not match its contents; the file was damaged.`,
  )
})

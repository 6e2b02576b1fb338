/** Damage by chance, always the same for the same seed: bits, bytes, cuts, copies, numbers, and the words that readers trip over. */
import type { Random } from '../../src-main/learning/random.ts'

/** What readers of text, numbers and archives are known to trip over. */
const words = [
  '', '"', '""', '"\n', ',', '::', '\t', ';', '|', '\n', '\r', '\r\n', '\0', '\uFEFF', ' ', '-1', '0', '007', 'NaN', 'Infinity',
  '1e9', '5,0', '4294967295', '4294967296', '9007199254740993', '99999999999999999999', '-0', '.5', '5.', '٣', '2001-02-30',
  '(no genres listed)', 'userId', '😀', '\u2028', '__proto__', '../', 'PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07',
].map((word) => Buffer.from(word)) // prettier-ignore
const raw = [[0xff, 0xfe], [0xfe, 0xff], [0xc3], [0xe2, 0x82], [0x80], [0x1f, 0x8b], [0xff, 0xff, 0xff, 0xff]].map((b) => Buffer.from(b)) // prettier-ignore
const fragments = [...words, ...raw]
/** Limits of the fields of an archive. */
const sizes = [0, 1, 2, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

type Mutation = (input: Buffer, random: Random, other: Buffer) => Buffer

const splice = (input: Buffer, at: number, remove: number, insert: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, at), insert, input.subarray(at + remove)])
const pick = <T>(random: Random, from: readonly T[], otherwise: T): T => from[random.integer(from.length)] ?? otherwise

const mutations: Mutation[] = [
  function flipBit(input, random) {
    const out = Buffer.from(input)
    const at = random.integer(out.length)
    out[at] = (out[at] ?? 0) ^ (1 << random.integer(8))
    return out
  },
  function setByte(input, random) {
    const out = Buffer.from(input)
    out[random.integer(out.length)] = random.integer(256)
    return out
  },
  function cutEnd(input, random) {
    return input.subarray(0, random.integer(input.length))
  },
  function cutOut(input, random) {
    return splice(input, random.integer(input.length), random.integer(40), Buffer.alloc(0))
  },
  function insertFragment(input, random) {
    return splice(input, random.integer(input.length + 1), 0, pick(random, fragments, Buffer.alloc(0)))
  },
  function replaceByFragment(input, random) {
    return splice(input, random.integer(input.length + 1), random.integer(8), pick(random, fragments, Buffer.alloc(0)))
  },
  function repeatPiece(input, random) {
    const from = random.integer(input.length)
    const piece = input.subarray(from, from + 1 + random.integer(30))
    const times = 1 + random.integer(random.integer(20) === 0 ? 300 : 6)
    return splice(input, random.integer(input.length + 1), 0, Buffer.concat(Array<Buffer>(times).fill(piece)))
  },
  function fromAnother(input, random, other) {
    const from = random.integer(other.length + 1)
    const piece = other.subarray(from, from + random.integer(200))
    return splice(input, random.integer(input.length + 1), random.integer(20), piece)
  },
  function writeSize(input, random) {
    if (input.length < 4) return input
    const out = Buffer.from(input)
    const value = pick(random, sizes, 0)
    if (random.integer(2) === 0) out.writeUInt16LE(value & 0xffff, random.integer(out.length - 1))
    else out.writeUInt32LE(value, random.integer(out.length - 3))
    return out
  },
  function damageEnd(input, random) {
    // the directory of an archive lies at its end
    if (input.length < 8) return input
    const out = Buffer.from(input)
    const at = out.length - 1 - random.integer(Math.min(out.length, 200))
    out[at] = pick(random, [0, 0xff, random.integer(256)], 0)
    return out
  },
]

/** One to four mutations one after the other, mostly one. */
export function mutate(input: Buffer, random: Random, other: Buffer): Buffer {
  let out = input
  const times = random.integer(3) > 0 ? 1 : 1 + random.integer(4)
  for (let i = 0; i < times; i++) {
    if (out.length === 0) return out
    out = pick(random, mutations, (same) => same)(out, random, other)
  }
  return out
}

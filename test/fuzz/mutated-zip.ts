/** Archives that are wrong in what they say of themselves, with checksums that hold: bytes changed by chance seldom get past those. */
import type { Random } from '../../src-main/learning/random.ts'
import { type ZipEntry, type ZipShape, writeZip } from '../unit/datasets/zips.ts'
import { mutate } from './mutations.ts'

const names = ['../ratings.csv', '/ratings.csv', 'C:\\ratings.csv', 'a\\..\\..\\x', 'ratings.csv\0', 'RATINGS.CSV', '', '.', 'a//b', 'é'.repeat(300), 'ratings.csv/', '__proto__'] // prettier-ignore
const sizes = [0, 1, 100, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff]
const longs = [0n, 1n, 0xffffn, 0xffffffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]

const pick = <T>(random: Random, from: readonly T[], otherwise: T): T => from[random.integer(from.length)] ?? otherwise
const chance = (random: Random, oneIn: number): boolean => random.integer(oneIn) === 0

function mutatedEntry(entry: ZipEntry, random: Random): ZipEntry {
  const out = { ...entry }
  if (chance(random, 3)) out.content = mutate(Buffer.from(entry.content), random, Buffer.from(entry.content))
  if (chance(random, 12)) out.name = chance(random, 2) ? pick(random, names, '') : mutate(Buffer.from(entry.name), random, Buffer.from('/../')) // prettier-ignore
  if (chance(random, 12)) out.method = pick(random, [0, 8, 9, 14, 93, random.integer(0x10000)], 8)
  if (chance(random, 30)) out.encrypted = true
  if (chance(random, 20)) out.mode = pick(random, [0o120777, 0o40755, 0o10644, 0], 0)
  if (chance(random, 6)) out.zip64 = true
  if (chance(random, 6)) {
    const field = pick(random, ['bytes', 'packed', 'crc', 'offset'] as const, 'bytes')
    out.says = { [field]: chance(random, 2) ? pick(random, sizes, 0) : random.integer(4000) }
  }
  return out
}

/** One archive: its entries mutated, doubled or left out, its end record odd at times. */
export function mutatedZip(entries: readonly ZipEntry[], random: Random): Buffer {
  const chosen = entries.flatMap((entry) => {
    if (chance(random, 25)) return []
    const mutated = chance(random, 2) ? entry : mutatedEntry(entry, random)
    return chance(random, 25) ? [entry, mutated] : [mutated]
  })
  const shape: ZipShape = {}
  if (chance(random, 20)) shape.prefix = Buffer.alloc(1 + random.integer(40), 'x')
  if (chance(random, 10)) shape.comment = 'PK\x05\x06'.repeat(random.integer(20))
  if (chance(random, 4)) {
    shape.zip64 = {}
    if (chance(random, 3)) shape.zip64.directoryAt = pick(random, longs, 0n)
    if (chance(random, 3)) shape.zip64.recordAt = pick(random, longs, 0n)
    if (chance(random, 3)) shape.zip64.entries = pick(random, longs, 0n)
  }
  return writeZip(chosen, shape)
}

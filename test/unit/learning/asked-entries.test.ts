import { expect, test } from 'vitest'
import { askedEntries } from '../../../src-main/learning/scoring/asked-entries.ts'
import type { RowEntries } from '../../../src-main/learning/scoring/scoring.ts'

const turn = async (): Promise<void> => {}
const users = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, u) => 7 * u)

/** User u has u % 3 entries: u, u + 1. */
function lists(some: Uint32Array, weighted: (user: number) => boolean = () => true): RowEntries {
  const indptr = [0]
  const indices: number[] = []
  for (const user of some) {
    for (let e = 0; e < user % 3; e++) indices.push(user + e)
    indptr.push(indices.length)
  }
  const values = some.some(weighted) ? Float32Array.from(indices, (i) => i / 2) : null
  return { indptr: Uint32Array.from(indptr), indices: Uint32Array.from(indices), values }
}

test.each([0, 1, 63, 64, 65, 1000])('lists of %i users are the same asked for piece by piece', async (n) => {
  const asked: number[] = []
  const found = await askedEntries(
    async (some) => {
      asked.push(some.length)
      return lists(some)
    },
    users(n),
    turn,
  )
  expect(found).toEqual(lists(users(n)))
  expect(asked.reduce((a, b) => a + b, 0)).toBe(n)
  expect(Math.max(...asked)).toBeLessThanOrEqual(64)
})

test('a piece without factors beside one with them counts 1', async () => {
  const found = await askedEntries(async (some) => lists(some, (user) => user > 7 * 64), users(200), turn)
  expect(new Set(found.values!.subarray(0, found.indptr[64]))).toEqual(new Set([1]))
  expect(found.values!.at(-1)).toBe(found.indices.at(-1)! / 2)
})

test('a cancel is heard between two pieces, and a wrong answer is a defect', async () => {
  let turns = 0
  const cancelled = async (): Promise<void> => {
    if (++turns === 3) throw new DOMException('Stopped', 'AbortError')
  }
  await expect(askedEntries(async (some) => lists(some), users(1000), cancelled)).rejects.toThrow('Stopped')
  await expect(askedEntries(async () => lists(users(3)), users(5), turn)).rejects.toThrow(
    'lists of 3 users where 5 were asked for',
  )
})

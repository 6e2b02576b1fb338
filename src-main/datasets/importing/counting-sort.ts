/** Stable sort of rows by a small whole number, in time linear in the rows: two of them, the minor key first, sort by two keys. */
import type { Turns } from '../../workspace/staged-database.ts'

const slice = 1 << 18

/**
 * @param key [rows] below `keys`
 * @param order [rows] the rows as they stand; null: as they are numbered
 * @returns [rows] the rows by key, equal ones as they stood
 */
export async function countingSort(
  key: Uint32Array,
  keys: number,
  order: Uint32Array | null,
  turns: Turns,
): Promise<Uint32Array> {
  const next = new Uint32Array(keys + 1)
  for (let start = 0; start < key.length; start += slice) {
    const end = Math.min(key.length, start + slice)
    for (let row = start; row < end; row++) next[key[row]! + 1]!++
    await turns.turn()
  }
  for (let k = 0; k < keys; k++) next[k + 1]! += next[k]!
  const sorted = new Uint32Array(key.length)
  for (let start = 0; start < key.length; start += slice) {
    const end = Math.min(key.length, start + slice)
    for (let i = start; i < end; i++) {
      const row = order === null ? i : order[i]!
      sorted[next[key[row]!]!++] = row
    }
    await turns.turn()
  }
  return sorted
}

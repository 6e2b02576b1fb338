/** What is ranked in the benchmark: made-up vectors and histories, the same in every process. */
import { Random } from '../../../src-main/learning/random.ts'
import type { UserBlock } from '../../../src-main/learning/scoring/ranker.ts'
import type { RowEntries } from '../../../src-main/learning/scoring/scoring.ts'

export interface Workload {
  users: number
  items: number
  /** Numbers of a vector; 0: sums of the rows of a dense matrix of items by items. */
  width: number
  k: number
  /** Items a user has seen, and held-out ones whose ranks are counted; with `longTail` their means. */
  seen: number
  held: number
  longTail: boolean
}

export const workloads: Record<string, Workload> = {
  top100: { users: 4096, items: 62_000, width: 256, k: 100, seen: 120, held: 0, longTail: false },
  full: { users: 162_000, items: 59_000, width: 64, k: 100, seen: 140, held: 10, longTail: true },
  sums: { users: 4096, items: 10_000, width: 0, k: 100, seen: 120, held: 0, longTail: false },
}

const POOL = 1 << 18
const pool = ((random) => Float32Array.from({ length: POOL }, () => random.normal()))(new Random(5))

/** Row after row of normal numbers, without two alike. @returns [rows, width] */
export function vectors(first: number, rows: number, width: number, salt: number): Float32Array {
  const out = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const from = Math.imul(first + row + salt, 2654435761) >>> 0
    for (let k = 0; k < width; k++) out[row * width + k] = pool[(from + Math.imul(k, 131 + salt)) & (POOL - 1)]!
  }
  return out
}

/** A matrix of weights among items, [items, items]. */
export function weights(items: number): Float32Array {
  return vectors(0, items, items, 7)
}

export function blockOf(work: Workload, first: number, count: number): UserBlock {
  const users = Uint32Array.from({ length: count }, (_, b) => first + b)
  const seen: number[][] = []
  const held: number[][] = []
  for (const user of users) {
    const random = new Random(user + 1)
    const factor = work.longTail ? -Math.log(1 - random.next()) : 1
    const length = Math.max(1, Math.round(factor * (work.seen + work.held)))
    const apart = Math.round((length * work.held) / (work.seen + work.held))
    const items = new Set<number>()
    while (items.size < length) items.add(Math.floor(random.next() * work.items))
    const list = [...items]
    held.push(list.slice(0, apart))
    seen.push(list.slice(apart).sort((a, b) => a - b))
  }
  return { users, seen: positions(seen), held: positions(held) }
}

/** A user's history for sums: what he has seen. */
export function histories(block: UserBlock, first: number): (users: Uint32Array) => Promise<RowEntries> {
  const { indptr, positions } = block.seen
  return async (users) => {
    const [from, to] = [users[0]! - first, users[0]! - first + users.length]
    const offset = indptr[from]!
    return {
      indptr: indptr.slice(from, to + 1).map((p) => p - offset),
      indices: positions.slice(offset, indptr[to]),
      values: null,
    }
  }
}

function positions(lists: number[][]): { indptr: Uint32Array; positions: Uint32Array } {
  const indptr = new Uint32Array(lists.length + 1)
  lists.forEach((list, b) => (indptr[b + 1] = indptr[b]! + list.length))
  return { indptr, positions: Uint32Array.from(lists.flat()) }
}

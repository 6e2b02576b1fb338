/** Sparse matrices by rows, made of events: what neighbourhood models compute on. An entry is 1, or the stars. */
import type { Interactions } from './data.ts'
import type { RowEntries } from './scoring/scoring.ts'

export interface RowInput {
  /** Events below it are left out. */
  threshold: number
  /** Entries are the stars; otherwise all are 1. */
  stars: boolean
  /** Only items in [start, end); column 0 is item `start`. */
  start: number
  end: number
}

/** @param users whose rows, in this order */
export function inputRows(
  events: Interactions,
  users: Uint32Array,
  { threshold, stars, start, end }: RowInput,
): RowEntries {
  const indptr = new Uint32Array(users.length + 1)
  const most = users.reduce((sum, u) => sum + events.indptr[u + 1]! - events.indptr[u]!, 0)
  const indices = new Uint32Array(most)
  const values = stars ? new Float32Array(most) : null
  let n = 0
  for (let r = 0; r < users.length; r++) {
    const u = users[r]!
    for (let e = events.indptr[u]!; e < events.indptr[u + 1]!; e++) {
      const item = events.item[e]!
      const rating = events.rating[e]!
      if (item < start || item >= end || rating < threshold) continue
      if (values) values[n] = rating
      indices[n++] = item - start
    }
    indptr[r + 1] = n
  }
  return { indptr, indices: indices.slice(0, n), values: values?.slice(0, n) ?? null }
}

/** The rows of the transpose, each ascending. @param width columns of `rows` */
export function transposed({ indptr, indices, values }: RowEntries, width: number): RowEntries {
  const out: RowEntries = {
    indptr: new Uint32Array(width + 1),
    indices: new Uint32Array(indices.length),
    values: values && new Float32Array(indices.length),
  }
  for (const column of indices) out.indptr[column + 1]!++
  for (let c = 0; c < width; c++) out.indptr[c + 1]! += out.indptr[c]!
  const next = out.indptr.slice()
  for (let row = 0; row + 1 < indptr.length; row++)
    for (let e = indptr[row]!; e < indptr[row + 1]!; e++) {
      const to = next[indices[e]!]!++
      out.indices[to] = row
      if (out.values && values) out.values[to] = values[e]!
    }
  return out
}

/** Only the columns [from, to), of which `from` becomes 0. */
export function columnsOf(rows: RowEntries, from: number, to: number): RowEntries {
  const indptr = new Uint32Array(rows.indptr.length)
  let n = 0
  for (let row = 0; row + 1 < indptr.length; row++) {
    for (let e = rows.indptr[row]!; e < rows.indptr[row + 1]!; e++)
      if (rows.indices[e]! >= from && rows.indices[e]! < to) n++
    indptr[row + 1] = n
  }
  const out: RowEntries = { indptr, indices: new Uint32Array(n), values: rows.values && new Float32Array(n) }
  n = 0
  for (let e = 0; e < rows.indices.length; e++) {
    const column = rows.indices[e]!
    if (column < from || column >= to) continue
    if (out.values && rows.values) out.values[n] = rows.values[e]!
    out.indices[n++] = column - from
  }
  return out
}

/** [rows] sums of entry^power; power 0 counts. */
export function rowSums({ indptr, values }: RowEntries, power: number): Float64Array {
  return Float64Array.from({ length: indptr.length - 1 }, (_, row) => {
    const [from, to] = [indptr[row]!, indptr[row + 1]!]
    if (!values) return to - from
    let sum = 0
    for (let e = from; e < to; e++) sum += values[e]! ** power
    return sum
  })
}

/** [rows] Euclidean lengths. */
export const rowNorms = (rows: RowEntries): Float64Array => rowSums(rows, 2).map(Math.sqrt)

/** Entries raised to a power, rows times a factor each. */
export function scaledRows(rows: RowEntries, power: number, factors: Float64Array): RowEntries {
  const values = new Float32Array(rows.indices.length)
  for (let row = 0; row + 1 < rows.indptr.length; row++)
    for (let e = rows.indptr[row]!; e < rows.indptr[row + 1]!; e++)
      values[e] = factors[row]! * (rows.values ? rows.values[e]! ** power : 1)
  return { ...rows, values }
}

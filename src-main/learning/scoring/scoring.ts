/**
 * How the scores of a domain come about, in the forms that ranking computes itself: block by block, so that the scores of all users for all items
 * never exist at once, and on several threads. The item side is asked for once, the user side block by block. Positions count from the domain's start.
 */

/** Lists of one user after the other: entries indptr[b]..indptr[b + 1] - 1 are those of the b-th. */
export interface RowEntries {
  /** [B + 1] */
  indptr: Uint32Array
  /** [n] rows of a matrix, or columns of one */
  indices: Uint32Array
  /** [n] their factors or values; null = all 1 */
  values: Float32Array | null
}

/** A user's score of an item is the product of their vectors plus the item's bias. */
export interface VectorScoring {
  kind: 'vectors'
  width: number
  /** [items, width] */
  items: Float32Array
  /** [items] */
  bias: Float32Array | null
  /** @returns [B, width] */
  users(users: Uint32Array): Promise<Float32Array>
}

/** A user's scores are the sum of rows of a matrix, such as those of the items he has, times a factor each, added in the order of his list. */
export interface DenseScoring {
  kind: 'dense'
  /** [rows, stride], of which the columns from `first` on are the domain's items */
  matrix: Float32Array
  rows: number
  stride: number
  first: number
  users(users: Uint32Array): Promise<RowEntries>
}

/** The same with a matrix that is mostly 0. */
export interface SparseScoring {
  kind: 'sparse'
  /** [rows, items] */
  matrix: RowEntries
  users(users: Uint32Array): Promise<RowEntries>
}

/** The scores as the model gives them. */
export interface GivenScoring {
  kind: 'given'
  /** Users asked for at a time at most, where their scores are dear; by default as many as ranking likes. */
  atOnce?: number
  /** @returns [B, items] */
  users(users: Uint32Array): Promise<Float32Array>
}

export type Scoring = VectorScoring | DenseScoring | SparseScoring | GivenScoring

/**
 * What item-item neighbourhood models become once they are fitted: a sparse matrix of weights for all items, or one for each domain. A user's score
 * of an item is the sum of what the items he has say of it. Item-kNN and RP3beta differ only in how the weights come about.
 */
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { Snapshot } from '../model.ts'
import type { RowEntries, SparseScoring } from '../scoring/scoring.ts'
import { columnsOf, inputRows } from '../sparse-rows.ts'

/** Weights among the items [start, end). */
export interface WeightBlock {
  start: number
  end: number
  /** [end - start, end - start] row j is what having item j adds to the others' scores */
  weights: RowEntries
}

/** What of a user's history counts. */
export interface HistoryInput {
  threshold: number
  stars: boolean
}

/** All items as one range, or the domains apart. */
export function scopesOf(
  data: Pick<TrainingData, 'domains' | 'items'>,
  scope: string,
): { start: number; end: number }[] {
  return scope === 'target' ? data.domains.map(({ start, end }) => ({ start, end })) : [{ start: 0, end: data.items }]
}

export class ItemWeights {
  readonly #label: string
  readonly input: HistoryInput
  readonly #blocks: readonly WeightBlock[]

  constructor(label: string, input: HistoryInput, blocks: readonly WeightBlock[]) {
    this.#label = label
    this.input = input
    this.#blocks = blocks
  }

  /** Weights that are not 0. */
  get count(): number {
    return this.#blocks.reduce((sum, { weights }) => sum + weights.indices.length, 0)
  }

  /** A user without an item that counts scores 0 everywhere, so item order decides. */
  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const { matrix, users: rowsOf } = this.scoring(history, domain)
    return sparseScores(matrix, await rowsOf(users), domain.end - domain.start)
  }

  scoring(history: Interactions, domain: DomainRange): SparseScoring {
    const { start, end, weights } = this.#blockOf(domain)
    const whole = domain.start === start && domain.end === end
    return {
      kind: 'sparse',
      matrix: whole ? weights : columnsOf(weights, domain.start - start, domain.end - start),
      users: async (users) => inputRows(history, users, { ...this.input, start, end }),
    }
  }

  #blockOf(domain: DomainRange): WeightBlock {
    const block = this.#blocks.find((b) => domain.start >= b.start && domain.end <= b.end)
    if (!block) throw new Error(`${this.#label} has no weights yet. Fit it or load a snapshot before scoring.`)
    return block
  }

  save(model: string): Snapshot {
    const arrays: Snapshot['arrays'] = {}
    for (const { start, end, weights } of this.#blocks)
      Object.assign(arrays, rowArrays(`weights.${start}-${end}`, weights))
    return { arrays, json: { model, ...this.input } }
  }

  /** @throws Error when the snapshot is of other data or another scope */
  static load(label: string, snapshot: Snapshot, scopes: { start: number; end: number }[]): ItemWeights {
    const { threshold, stars } = snapshot.json
    const blocks = scopes.map(({ start, end }) => {
      const weights = rowsFrom(snapshot, `weights.${start}-${end}`, end - start)
      if (!weights || typeof threshold !== 'number' || typeof stars !== 'boolean')
        throw new Error(`${label}: the saved weights do not fit this data set, split and scope. Train it again.`)
      return { start, end, weights }
    })
    return new ItemWeights(label, { threshold: Number(threshold), stars: stars === true }, blocks)
  }
}

/** @param entries rows of the matrix and their factors, user after user @returns [B, width], summed in the order of each user's list */
export function sparseScores(matrix: RowEntries, entries: RowEntries, width: number): Float32Array {
  const users = entries.indptr.length - 1
  const out = new Float32Array(users * width)
  for (let b = 0; b < users; b++)
    for (let e = entries.indptr[b]!; e < entries.indptr[b + 1]!; e++) {
      const row = entries.indices[e]!
      const factor = entries.values ? entries.values[e]! : 1
      for (let at = matrix.indptr[row]!; at < matrix.indptr[row + 1]!; at++)
        out[b * width + matrix.indices[at]!]! += factor * (matrix.values ? matrix.values[at]! : 1)
    }
  return out
}

/** Sparse rows as named arrays of a snapshot. */
export function rowArrays(name: string, { indptr, indices, values }: RowEntries): Snapshot['arrays'] {
  return {
    [`${name}.indptr`]: { shape: [indptr.length], data: indptr },
    [`${name}.indices`]: { shape: [indices.length], data: indices },
    ...(values ? { [`${name}.values`]: { shape: [values.length], data: values } } : {}),
  }
}

/** @returns null where the snapshot holds no such rows, or rows of another shape */
export function rowsFrom({ arrays }: Snapshot, name: string, rows: number): RowEntries | null {
  const indptr = arrays[`${name}.indptr`]?.data
  const indices = arrays[`${name}.indices`]?.data
  const values = arrays[`${name}.values`]?.data
  if (!(indptr instanceof Uint32Array) || !(indices instanceof Uint32Array)) return null
  if (indptr.length !== rows + 1 || indptr[rows] !== indices.length) return null
  if (values !== undefined && !(values instanceof Float32Array && values.length === indices.length)) return null
  return { indptr, indices, values: values ?? null }
}

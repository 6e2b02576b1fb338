/**
 * EASE^R: a linear item-item model in closed form, the bar on MovieLens. With G = X^T X + lambda I and P = G^-1 the weights are
 * B = I - P diag(1 / diag P), zero on the diagonal; a user's scores are the sum of the rows of B of the items he has (Steck 2019, equation 8).
 */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import { gram, type BinaryRows } from '../linear-algebra/gram.ts'
import { inverseScratchBytes, invertSpd } from '../linear-algebra/inverse.ts'
import type { Estimate, FitContext, FitSummary, ModelDefinition, Recommender, Snapshot } from '../model.ts'
import { Pacer } from '../pacer.ts'
import type { Scoring } from '../scoring/scoring.ts'
import { binaryRows, indices } from './binary-input.ts'
import { choiceOf, numberOf } from './config.ts'
import { easeSchema } from './ease-schema.ts'

const MEMORY_LIMIT = 6e9

/** Weights among the items [start, end): all items, or one domain's. */
interface WeightBlock {
  start: number
  end: number
  /** [n, n] row-major, n = end - start: row j is what having item j adds to every item's score */
  weights: Float32Array
}

/**
 * The closed form in float64.
 * @param x [users, n] binary  @returns [n, n] B
 * @throws DOMException 'AbortError'
 */
export async function easeWeights(
  x: BinaryRows,
  n: number,
  lambda: number,
  pacer: Pacer,
  onPhase: (phase: string, fraction: number) => void = () => {},
): Promise<Float64Array<ArrayBuffer>> {
  const b = new Float64Array(n * n)
  await gram(x, n, b, pacer, (f) => onPhase('Counting pairs of items', f))
  for (let i = 0; i < n; i++) b[i * n + i]! += lambda
  await invertSpd(b, n, pacer, (f) => onPhase(`Inverting ${n} x ${n}`, f))
  const diagonal = Float64Array.from({ length: n }, (_, j) => b[j * n + j]!)
  for (let i = 0; i < n; i++) {
    await pacer.turn()
    for (let j = 0; j < n; j++) b[i * n + j] = -b[i * n + j]! / diagonal[j]!
    b[i * n + i] = 0
  }
  return b
}

/** Float64 to float32 within the same memory, the second half given back: there is never a copy beside a matrix of gigabytes. */
async function narrow(b: Float64Array<ArrayBuffer>, pacer: Pacer): Promise<Float32Array> {
  const half = new Float32Array(b.buffer, 0, b.length)
  for (let i = 0; i < b.length; i++) {
    half[i] = b[i]! // entry i is written below where entry i + 1 is read
    if (i % 4_000_000 === 0) await pacer.turn()
  }
  return new Float32Array(b.buffer.transfer(4 * b.length))
}

class Ease implements Recommender {
  readonly #lambda: number
  readonly #minRating: number
  readonly #perDomain: boolean
  #threshold = 0
  #blocks: WeightBlock[] = []

  constructor(config: ModelConfig) {
    this.#lambda = numberOf(easeSchema, config, 'lambda')
    this.#minRating = numberOf(easeSchema, config, 'minRating')
    this.#perDomain = choiceOf(easeSchema, config, 'scope') === 'target'
  }

  async fit(data: TrainingData, { signal, onEvent, validate }: FitContext): Promise<FitSummary> {
    const ranges = this.#perDomain ? data.domains : [{ start: 0, end: data.items }]
    for (const { start, end } of ranges) refuseBeyondMemory(end - start)
    this.#threshold = Math.min(this.#minRating, data.positive)
    this.#blocks = []
    const pacer = new Pacer(signal)
    for (const { start, end } of ranges) {
      const x = binaryRows(data.train, indices(data.users), this.#threshold, start, end)
      const weights = await easeWeights(x, end - start, this.#lambda, pacer, (phase, fraction) =>
        onEvent({ type: 'phase', phase, fraction }),
      )
      this.#blocks.push({ start, end, weights: await narrow(weights, pacer) })
    }
    return {
      parameters: this.#blocks.reduce((sum, b) => sum + b.weights.length, 0),
      epochs: null,
      bestEpoch: null,
      bestValidation: await validate(this),
      backend: 'typed arrays + SIMD',
      stopped: 'finished',
    }
  }

  /** A user without an item at or above the threshold scores 0 everywhere, so item order decides. */
  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const block = this.#blockOf(domain)
    const n = block.end - block.start
    const width = domain.end - domain.start
    const out = new Float32Array(users.length * width)
    for (let b = 0; b < users.length; b++) {
      const row = out.subarray(b * width, (b + 1) * width)
      const user = users[b]!
      for (let e = history.indptr[user]!; e < history.indptr[user + 1]!; e++) {
        const item = history.item[e]!
        if (item < block.start || item >= block.end || history.rating[e]! < this.#threshold) continue
        const from = (item - block.start) * n + (domain.start - block.start)
        for (let i = 0; i < width; i++) row[i]! += block.weights[from + i]!
      }
    }
    return out
  }

  async scoring(history: Interactions, domain: DomainRange): Promise<Scoring> {
    const { start, end, weights } = this.#blockOf(domain)
    const n = end - start
    return {
      kind: 'dense',
      matrix: weights,
      rows: n,
      stride: n,
      first: domain.start - start,
      users: async (users) => {
        const { indptr, columns } = binaryRows(history, users, this.#threshold, start, end)
        return { indptr, indices: columns, values: null }
      },
    }
  }

  #blockOf(domain: DomainRange): WeightBlock {
    const block = this.#blocks.find((b) => domain.start >= b.start && domain.end <= b.end)
    if (!block) throw new Error('EASE has no weights yet. Fit it or load a snapshot before scoring.')
    return block
  }

  async save(): Promise<Snapshot> {
    return {
      arrays: Object.fromEntries(
        this.#blocks.map((b) => [`weights.${b.start}`, { shape: [b.end - b.start, b.end - b.start], data: b.weights }]),
      ),
      json: { model: 'ease', threshold: this.#threshold },
    }
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const ranges = this.#perDomain ? data.domains : [{ start: 0, end: data.items }]
    const threshold = snapshot.json['threshold']
    this.#blocks = ranges.map(({ start, end }) => {
      const weights = snapshot.arrays[`weights.${start}`]?.data
      if (!(weights instanceof Float32Array) || weights.length !== (end - start) ** 2 || typeof threshold !== 'number')
        throw new Error('EASE: the saved weights do not fit this data set, split and scope. Train it again.')
      return { start, end, weights }
    })
    this.#threshold = Number(threshold)
  }

  dispose(): void {
    this.#blocks = []
  }
}

function memoryBytes(items: number): number {
  return 8 * items * items + inverseScratchBytes(items)
}

/** @throws before anything is allocated; the sentence says how much it would be and what helps. */
function refuseBeyondMemory(items: number): void {
  const bytes = memoryBytes(items)
  if (bytes > MEMORY_LIMIT)
    throw new Error(
      `EASE would need ${(bytes / 1e9).toFixed(1)} GB for ${items.toLocaleString('en')} items (8 bytes for every pair); the limit is ${MEMORY_LIMIT / 1e9} GB. ` +
        'Raise the k-core so that fewer items remain, set the scope to the target domain only, or leave EASE out.',
    )
}

export const ease: ModelDefinition = {
  ...easeSchema,
  create: (config) => new Ease(config),
  estimate(config, { users, items, events }): Estimate {
    // Scope 'target': two domains, taken as of equal size.
    const parts = choiceOf(easeSchema, config, 'scope') === 'target' ? 2 : 1
    const n = Math.ceil(items / parts)
    return {
      parameters: parts * n * n,
      flopsPerEpoch: parts * n ** 3 + events * (events / Math.max(1, users)),
      epochs: 1,
      memoryBytes: (parts - 1) * 4 * n * n + memoryBytes(n),
    }
  },
}

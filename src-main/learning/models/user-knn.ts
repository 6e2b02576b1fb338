/**
 * User-kNN: s_uv = x_u . x_v / (|x_u| |x_v| + shrink) over the users' rows of items; a user's score of an item is the sum of s_uv x_vi over his k nearest
 * training users v (Resnick et al. 1994; shrinkage as in Ferrari Dacrema et al. 2019). Nothing is trained: the model is the training rows, and
 * neighbours are found from the history that is given, so that a user who was not there in training has them too.
 */
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { Estimate, FitContext, FitSummary, ModelDefinition, Recommender, Snapshot } from '../model.ts'
import { Pacer } from '../pacer.ts'
import type { RowEntries, SparseScoring } from '../scoring/scoring.ts'
import { nearestOf } from '../similarity.ts'
import { columnsOf, inputRows, rowNorms, transposed } from '../sparse-rows.ts'
import { indices } from './binary-input.ts'
import { choiceOf, numberOf } from './config.ts'
import { type HistoryInput, rowArrays, rowsFrom, scopesOf, sparseScores } from './item-weights.ts'
import { neighbourhoodBytes, pairOperations, refuseBeyondMemory } from './neighbourhood-memory.ts'
import { userKnnSchema as schema } from './user-knn-schema.ts'

/** Training users, and their ratings of the items [start, end). */
export class UserNeighbours {
  readonly start: number
  readonly end: number
  /** [users, items] */
  readonly rows: RowEntries
  readonly #byItem: RowEntries
  /** [users] */
  readonly #norms: Float64Array

  constructor(start: number, end: number, rows: RowEntries) {
    this.start = start
    this.end = end
    this.rows = rows
    this.#byItem = transposed(rows, end - start)
    this.#norms = rowNorms(rows)
  }

  /**
   * @param histories [B, items]  @param users [B] who they are: nobody is his own neighbour
   * @returns [B, training users] the k nearest, ascending
   */
  of(histories: RowEntries, users: Uint32Array, k: number, shrink: number): RowEntries {
    const norms = rowNorms(histories)
    return nearestOf({
      rows: histories,
      others: this.#byItem,
      width: this.#norms.length,
      k,
      value: (b, v, product) => product / (norms[b]! * this.#norms[v]! + shrink),
      self: (b) => users[b]!,
    })
  }
}

class UserKnn implements Recommender {
  readonly #k: number
  readonly #shrink: number
  readonly #minRating: number
  readonly #stars: boolean
  readonly #scope: string
  #input: HistoryInput = { threshold: 0, stars: false }
  #blocks: UserNeighbours[] = []

  constructor(config: ModelConfig) {
    this.#k = numberOf(schema, config, 'neighbours')
    this.#shrink = numberOf(schema, config, 'shrink')
    this.#minRating = numberOf(schema, config, 'minRating')
    this.#stars = choiceOf(schema, config, 'values') === 'stars'
    this.#scope = choiceOf(schema, config, 'scope')
  }

  async fit(data: TrainingData, { signal, onEvent, validate }: FitContext): Promise<FitSummary> {
    refuseBeyondMemory(schema.label, { events: 2 * data.train.item.length, lists: data.users, k: 1 })
    const pacer = new Pacer(signal)
    this.#input = { threshold: Math.min(this.#minRating, data.positive), stars: this.#stars }
    this.#blocks = []
    for (const { start, end } of scopesOf(data, this.#scope)) {
      onEvent({ type: 'phase', phase: 'Sorting ratings by movie', fraction: null })
      await pacer.turn()
      const rows = inputRows(data.train, indices(data.users), { ...this.#input, start, end })
      this.#blocks.push(new UserNeighbours(start, end, rows))
    }
    return {
      parameters: this.#blocks.reduce((sum, { rows }) => sum + rows.indices.length, 0),
      epochs: null,
      bestEpoch: null,
      bestValidation: await validate(this),
      backend: 'typed arrays',
      stopped: 'finished',
    }
  }

  /** A user without an item that counts scores 0 everywhere, so item order decides. */
  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const { matrix, users: neighboursOf } = await this.scoring(history, domain)
    return sparseScores(matrix, await neighboursOf(users), domain.end - domain.start)
  }

  async scoring(history: Interactions, domain: DomainRange): Promise<SparseScoring> {
    const block = this.#blocks.find((b) => domain.start >= b.start && domain.end <= b.end)
    if (!block) throw new Error(`${schema.label} has no training users yet. Fit it or load a snapshot before scoring.`)
    const { start, end, rows } = block
    const whole = domain.start === start && domain.end === end
    return {
      kind: 'sparse',
      matrix: whole ? rows : columnsOf(rows, domain.start - start, domain.end - start),
      users: async (users) =>
        block.of(inputRows(history, users, { ...this.#input, start, end }), users, this.#k, this.#shrink),
    }
  }

  async save(): Promise<Snapshot> {
    const arrays: Snapshot['arrays'] = {}
    for (const { start, end, rows } of this.#blocks) Object.assign(arrays, rowArrays(`ratings.${start}-${end}`, rows))
    return { arrays, json: { model: schema.id, ...this.#input } }
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const { threshold, stars } = snapshot.json
    this.#blocks = scopesOf(data, this.#scope).map(({ start, end }) => {
      const rows = rowsFrom(snapshot, `ratings.${start}-${end}`, data.users)
      if (!rows || typeof threshold !== 'number' || typeof stars !== 'boolean')
        throw new Error(`${schema.label}: the saved ratings do not fit this data set, split and scope. Train it again.`)
      return new UserNeighbours(start, end, rows)
    })
    this.#input = { threshold: Number(threshold), stars: stars === true }
  }

  dispose(): void {
    this.#blocks = []
  }
}

export const userKnn: ModelDefinition = {
  ...schema,
  create: (config) => new UserKnn(config),
  estimate(_config, { users, items, events }): Estimate {
    return {
      parameters: events,
      // validation looks for the neighbours of everybody
      flopsPerEpoch: pairOperations('items', events, items),
      epochs: 1,
      memoryBytes: neighbourhoodBytes({ events: 2 * events, lists: users, k: 1 }),
    }
  },
}

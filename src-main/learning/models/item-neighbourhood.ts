/** The life that the item-item neighbourhood models share: they differ in their weights alone. */
import type { ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { Estimate, FitContext, FitSummary, ModelDefinition, Recommender, Snapshot } from '../model.ts'
import { Pacer } from '../pacer.ts'
import type { RowEntries, Scoring } from '../scoring/scoring.ts'
import { inputRows } from '../sparse-rows.ts'
import { indices } from './binary-input.ts'
import { choiceOf, numberOf } from './config.ts'
import { type HistoryInput, ItemWeights, scopesOf, type WeightBlock } from './item-weights.ts'
import { neighbourhoodBytes, pairOperations, refuseBeyondMemory } from './neighbourhood-memory.ts'

/**
 * @param x [users, n] what users have of the items in scope
 * @returns [n, n] row j is what having item j adds to the others' scores
 * @throws DOMException 'AbortError'
 */
export type Weigh = (
  x: RowEntries,
  n: number,
  pacer: Pacer,
  onProgress?: (fraction: number) => void,
) => Promise<RowEntries>

export interface ItemNeighbourhoodKind {
  /** Its table has the rows 'neighbours', 'minRating', 'values' and 'scope'. */
  schema: ModelInfo
  weigh(config: ModelConfig): Weigh
}

class ItemNeighbourhood implements Recommender {
  readonly #schema: ModelInfo
  readonly #weigh: Weigh
  readonly #k: number
  readonly #minRating: number
  readonly #stars: boolean
  readonly #scope: string
  #weights: ItemWeights

  constructor({ schema, weigh }: ItemNeighbourhoodKind, config: ModelConfig) {
    this.#schema = schema
    this.#weigh = weigh(config)
    this.#k = numberOf(schema, config, 'neighbours')
    this.#minRating = numberOf(schema, config, 'minRating')
    this.#stars = choiceOf(schema, config, 'values') === 'stars'
    this.#scope = choiceOf(schema, config, 'scope')
    this.#weights = this.#none()
  }

  async fit(data: TrainingData, { signal, onEvent, validate }: FitContext): Promise<FitSummary> {
    const size = { events: data.train.item.length, lists: data.items, k: Math.min(this.#k, data.items) }
    refuseBeyondMemory(this.#schema.label, size)
    const input: HistoryInput = { threshold: Math.min(this.#minRating, data.positive), stars: this.#stars }
    const pacer = new Pacer(signal)
    const blocks: WeightBlock[] = []
    for (const { start, end } of scopesOf(data, this.#scope)) {
      const x = inputRows(data.train, indices(data.users), { ...input, start, end })
      const weights = await this.#weigh(x, end - start, pacer, (fraction) =>
        onEvent({ type: 'phase', phase: 'Looking for the neighbours of every movie', fraction }),
      )
      blocks.push({ start, end, weights })
    }
    this.#weights = new ItemWeights(this.#schema.label, input, blocks)
    return {
      parameters: this.#weights.count,
      epochs: null,
      bestEpoch: null,
      bestValidation: await validate(this),
      backend: 'typed arrays',
      stopped: 'finished',
    }
  }

  score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    return this.#weights.score(users, history, domain)
  }

  async scoring(history: Interactions, domain: DomainRange): Promise<Scoring> {
    return this.#weights.scoring(history, domain)
  }

  async save(): Promise<Snapshot> {
    return this.#weights.save(this.#schema.id)
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    this.#weights = ItemWeights.load(this.#schema.label, snapshot, scopesOf(data, this.#scope))
  }

  dispose(): void {
    this.#weights = this.#none()
  }

  #none(): ItemWeights {
    return new ItemWeights(this.#schema.label, { threshold: 0, stars: false }, [])
  }
}

export function itemNeighbourhood(kind: ItemNeighbourhoodKind): ModelDefinition {
  const { schema } = kind
  return {
    ...schema,
    create: (config) => new ItemNeighbourhood(kind, config),
    estimate(config, { users, items, events }): Estimate {
      const k = Math.min(numberOf(schema, config, 'neighbours'), items)
      return {
        parameters: k * items,
        flopsPerEpoch: pairOperations('users', events, users),
        epochs: 1,
        memoryBytes: neighbourhoodBytes({ events, lists: items, k }),
      }
    },
  }
}

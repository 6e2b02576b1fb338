/** Most popular: the number of training positives of an item, the same list for everybody. The evaluator is certified with it first. */
import { Pacer } from '../pacer.ts'
import type { DomainRange, Interactions, TrainingData } from '../data.ts'
import type { Estimate, FitContext, FitSummary, ModelDefinition, Recommender, Snapshot } from '../model.ts'
import type { Scoring } from '../scoring/scoring.ts'

/** Training positives of every item. @returns [items] counts */
export function positiveCounts(data: TrainingData): Float32Array<ArrayBuffer> {
  const counts = new Float32Array(data.items) // whole numbers are exact in float32 up to 2^24
  const { item, rating } = data.train
  for (let e = 0; e < item.length; e++) if (rating[e]! >= data.positive) counts[item[e]!]! += 1
  return counts
}

class Popularity implements Recommender {
  #counts = new Float32Array(0) // [items]

  async fit(data: TrainingData, context: FitContext): Promise<FitSummary> {
    await new Pacer(context.signal).turn()
    this.#counts = positiveCounts(data)
    context.onEvent({ type: 'phase', phase: 'Counting', fraction: 1 })
    const bestValidation = await context.validate(this)
    return {
      parameters: data.items,
      epochs: null,
      bestEpoch: null,
      bestValidation,
      backend: 'typed arrays',
      stopped: 'finished',
    }
  }

  /** @returns [B, domain] the same row for every user; equal counts are ranked by item index, as everywhere. */
  async score(users: Uint32Array, _history: Interactions, domain: DomainRange): Promise<Float32Array> {
    const row = this.#counts.subarray(domain.start, domain.end)
    const out = new Float32Array(users.length * row.length)
    for (let b = 0; b < users.length; b++) out.set(row, b * row.length)
    return out
  }

  /** A user is the number 1, an item its count. */
  async scoring(_history: Interactions, domain: DomainRange): Promise<Scoring> {
    return {
      kind: 'vectors',
      width: 1,
      items: this.#counts.subarray(domain.start, domain.end),
      bias: null,
      users: async (users) => new Float32Array(users.length).fill(1),
    }
  }

  async save(): Promise<Snapshot> {
    return { arrays: { counts: { shape: [this.#counts.length], data: this.#counts } }, json: { model: 'popularity' } }
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    const counts = snapshot.arrays['counts']?.data
    if (!(counts instanceof Float32Array) || counts.length !== data.items)
      throw new Error('Popularity: the saved counts do not fit this data set and split. Train it again.')
    this.#counts = new Float32Array(counts)
  }

  dispose(): void {
    this.#counts = new Float32Array(0)
  }
}

export const popularity: ModelDefinition = {
  id: 'popularity',
  label: 'Popularity',
  summary:
    'The items with most positive training ratings, the same for every user. What a personal model must be better than.',
  reference:
    'Cremonesi, Koren, Turrin: Performance of recommender algorithms on top-N recommendation tasks. RecSys 2010.',
  family: 'baseline',
  usesFeatures: false,
  usesViews: false,
  newUsers: true,
  seeded: false,
  hyperParameters: [],
  search: [],
  presets: [{ id: 'desktop', label: 'Desktop', help: 'There is nothing to set.', config: {} }],
  create: () => new Popularity(),
  estimate: (_config, size): Estimate => ({
    parameters: size.items,
    flopsPerEpoch: size.events,
    epochs: 1,
    memoryBytes: 4 * size.items,
  }),
}

/** Small data and models for tests of evaluation. */
import type { Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import type { Recommender } from '../../../src-main/learning/model.ts'

/** @param events [user, item, rating, time] in any order; time order within a user is kept by sorting on time */
export function interactions(users: number, events: number[][]): Interactions {
  const sorted = events.toSorted((a, b) => a[0]! - b[0]! || a[3]! - b[3]!)
  const indptr = new Uint32Array(users + 1)
  for (const e of sorted) indptr[e[0]! + 1]! += 1
  for (let u = 0; u < users; u++) indptr[u + 1]! += indptr[u]!
  return {
    indptr,
    item: Uint32Array.from(sorted, (e) => e[1]!),
    rating: Float32Array.from(sorted, (e) => e[2]!),
    time: Float64Array.from(sorted, (e) => e[3]!),
  }
}

export interface SmallData {
  users: number
  items: number
  /** First item of domain B; absent: one domain. */
  boundary?: number
  cutoffs?: number[]
  positive?: number
  train: Interactions
  validation?: Interactions
  test?: Interactions
  historyAtTest?: TrainingData['historyAtTest']
}

export function trainingData({ users, items, boundary, ...rest }: SmallData): TrainingData {
  const none = interactions(users, [])
  return {
    users,
    items,
    domains:
      boundary === undefined
        ? [{ name: 'A', start: 0, end: items }]
        : [
            { name: 'A', start: 0, end: boundary },
            { name: 'B', start: boundary, end: items },
          ],
    cutoffs: [10],
    positive: 0,
    validation: none,
    test: none,
    historyAtTest: 'train',
    features: [],
    hash: 'test',
    ...rest,
  }
}

/** A model that knows its scores: [users][items]. */
export function fixedScores(scores: number[][]): Recommender {
  return {
    fit: () => Promise.reject(new Error('This model is not fitted.')),
    score: async (users, _history, domain) =>
      Float32Array.from(Array.from(users, (u) => scores[u]!.slice(domain.start, domain.end)).flat()),
    save: async () => ({ arrays: {}, json: {} }),
    load: async () => {},
    dispose: () => {},
  }
}

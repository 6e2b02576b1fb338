import { expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { ModelDefinition, Recommender } from '../../../src-main/learning/model.ts'
import { itemSimilarities, itemKnn } from '../../../src-main/learning/models/item-knn.ts'
import { rp3beta, walkWeights } from '../../../src-main/learning/models/rp3beta.ts'
import { userKnn } from '../../../src-main/learning/models/user-knn.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import type { RowEntries } from '../../../src-main/learning/scoring/scoring.ts'
import { inputRows } from '../../../src-main/learning/sparse-rows.ts'
import knn from '../../golden/knn.json' with { type: 'json' }
import walks from '../../golden/rp3beta.json' with { type: 'json' }
import { trainingData } from '../evaluation/small-data.ts'
import { type Made, madeRatings } from './made-ratings.ts'

const signal = new AbortController().signal
const all = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, k) => k)

function dense({ indptr, indices, values }: RowEntries, width: number): number[][] {
  return Array.from({ length: indptr.length - 1 }, (_, row) => {
    const out = Array.from({ length: width }, () => 0)
    for (let e = indptr[row]!; e < indptr[row + 1]!; e++) out[indices[e]!] = values?.[e] ?? 1
    return out
  })
}

function near(found: number[][], expected: number[][]): void {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length))
  found.forEach((row, r) =>
    row.forEach((v, c) => expect(Math.abs(v - expected[r]![c]!), `${r}, ${c}`).toBeLessThan(1e-6)),
  )
}

/** Scores of everybody through the model itself, from the history it was fitted on. */
async function scores(definition: ModelDefinition, config: ModelConfig, made: Made): Promise<number[][]> {
  const train = madeRatings(made)
  const data = trainingData({ users: made.users, items: made.items, train, positive: Number(config['minRating']) })
  const model: Recommender = definition.create(config)
  await model.fit(data, { seed: 1, signal, onEvent: () => {}, validate: async () => 0 })
  const flat = await model.score(all(made.users), train, data.domains[0]!)
  return Array.from({ length: made.users }, (_, u) => [...flat.subarray(u * made.items, (u + 1) * made.items)])
}

const input = (g: { threshold: number; stars: boolean; k: number }): ModelConfig => ({
  neighbours: g.k,
  minRating: g.threshold,
  values: g.stars ? 'stars' : 'binary',
})
const rowsOf = (g: Made & { threshold: number; stars: boolean }): RowEntries =>
  inputRows(madeRatings(g), all(g.users), { ...g, start: 0, end: g.items })

test.each(knn)('neighbours of $items items, k $k, shrinkage $shrink, equal NumPy to 1e-6', async (g) => {
  const byHistory = await itemSimilarities(g.k, g.shrink)(rowsOf(g), g.items, new Pacer(signal))
  const found = dense(byHistory, g.items)
  near(
    found[0]!.map((_, i) => found.map((row) => row[i]!)),
    g.neighbours,
  ) // row i of the golden matrix: who speaks for item i
  near(await scores(itemKnn, { ...input(g), shrink: g.shrink }, g), g.itemScores)
})

test.each(knn)('user-kNN of $users users, k $k, shrinkage $shrink, equals NumPy to 1e-6', async (g) => {
  near(await scores(userKnn, { ...input(g), shrink: g.shrink }, g), g.userScores)
})

test.each(walks)('RP3beta with alpha $alpha, beta $beta, k $k equals walks counted one by one to 1e-6', async (g) => {
  near(dense(await walkWeights(g)(rowsOf(g), g.items, new Pacer(signal)), g.items), g.weights)
  near(await scores(rp3beta, { ...input(g), alpha: g.alpha, beta: g.beta }, g), g.scores)
})

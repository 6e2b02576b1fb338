import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { evaluate, validationNdcg } from '../../../src-main/evaluation/evaluate.ts'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import type { ModelDefinition, Recommender } from '../../../src-main/learning/model.ts'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { ials } from '../../../src-main/learning/models/ials.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { Gate } from '../../../src-main/learning/pacer.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { root } from '../house/sources.ts'
import { fixedScores, interactions, trainingData } from './small-data.ts'

const { signal } = new AbortController()
afterEach(() => void vi.unstubAllGlobals())

/** More users than a block of given scores has; every fiftieth without history, the next one has seen all of domain A. */
function manyUsers(users = 300, items = 60): TrainingData {
  const random = new Random(8)
  const parts: number[][][] = [[], [], []]
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      const everything = u % 50 === 1 && i < items / 2
      if (u % 50 === 0 || (!everything && random.next() > (i % 5 === u % 5 ? 0.6 : 0.15))) continue
      parts[everything ? 0 : Math.max(0, random.integer(5) - 2)]?.push([u, i, 1 + random.integer(5), i])
    }
  const [train, validation, held] = parts.map((events) => interactions(users, events))
  return trainingData({
    users,
    items,
    boundary: items / 2,
    train: train!,
    validation: validation!,
    test: held!,
    cutoffs: [5, 40],
  })
}

async function fitted(definition: ModelDefinition, data: TrainingData): Promise<Recommender> {
  const model = definition.create(definition.id === 'ials' ? { dim: 6, epochs: 3 } : {})
  await model.fit(data, { seed: 1, signal, onEvent: () => {}, validate: (m) => validationNdcg(m, data, signal) })
  return model
}

/** The same model, which does not tell how its scores come about. */
function silent(model: Recommender): Recommender {
  return {
    fit: (data, context) => model.fit(data, context),
    score: (users, history, domain) => model.score(users, history, domain),
    save: () => model.save(),
    load: (snapshot, data) => model.load(snapshot, data),
    dispose: () => model.dispose(),
  }
}

test.each([popularity, ease])('$label: ranked as it says its scores come about, and by its scores, is the same', async (definition) => {
  const data = manyUsers()
  const model = await fitted(definition, data)
  for (const part of ['validation', 'test'] as const)
    expect(await evaluate(model, data, part, { signal })).toEqual(await evaluate(silent(model), data, part, { signal }))
}) // prettier-ignore

test('iALS, which is ranked in float32 and scores in float64, has the same lists and nearly the same scores', async () => {
  const data = manyUsers()
  const model = await fitted(ials, data)
  const [a, b] = [model, silent(model)].map((m) => evaluate(m, data, 'test', { signal }))
  for (const [d, domain] of (await a!).domains.entries()) {
    const other = (await b!).domains[d]!
    expect(domain.topItems).toEqual(other.topItems)
    domain.topScores.forEach((score, i) => {
      if (Number.isFinite(score)) expect(Math.abs(score - other.topScores[i]!)).toBeLessThan(1e-5)
    })
  }
})

test('threads do not change an evaluation, nor does a page that may not share memory', async () => {
  const data = manyUsers()
  const model = await fitted(ease, data)
  const one = await evaluate(model, data, 'test', { signal, threads: 1 })
  expect(await evaluate(model, data, 'test', { signal, threads: 3 })).toEqual(one)
  vi.stubGlobal('crossOriginIsolated', false)
  expect(await evaluate(model, data, 'test', { signal, threads: 3 })).toEqual(one)
})

test('who has seen everything has an empty list, who has seen nothing a full one', async () => {
  const data = manyUsers()
  const { listed, topItems, topScores, k } = (await evaluate(await fitted(popularity, data), data, 'test', { signal }))
    .domains[0]!
  const listOf = (user: number): number[] => {
    const row = listed.indexOf(user)
    expect([...topScores.subarray(row * k, (row + 1) * k)].filter((s) => s === -Infinity).length).toBe(
      [...topItems.subarray(row * k, (row + 1) * k)].filter((i) => i === 0xffffffff).length,
    )
    return [...topItems.subarray(row * k, (row + 1) * k)].filter((i) => i !== 0xffffffff)
  }
  expect(listOf(1)).toEqual([])
  expect(listOf(0).length).toBe(30) // the domain is shorter than K
})

test('a paused ranking waits between two blocks of users and then goes on; a cancel ends it while it waits', async () => {
  const data = manyUsers()
  const gate = new Gate()
  const scores = Array.from({ length: 300 }, () => Array.from({ length: 60 }, (_, i) => i))
  let blocks = 0
  const model: Recommender = {
    ...fixedScores(scores),
    score: async (users, history, domain) => {
      if (++blocks === 1) gate.close()
      return fixedScores(scores).score(users, history, domain)
    },
  }
  const controller = new AbortController()
  const running = evaluate(model, data, 'test', { signal: controller.signal, gate })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(blocks).toBe(1)
  gate.open()
  await running
  expect(blocks).toBe(4) // two blocks of users in each of two domains

  blocks = 0
  const cancelled = evaluate(model, data, 'test', { signal: controller.signal, gate })
  setTimeout(() => controller.abort(), 30)
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
})

test('evaluation and the closed-form models load nothing of TensorFlow.js', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const walk = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const text = readFileSync(join(root, path), 'utf8')
    for (const [, what, from] of text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s*'([^']+)'/gm))
      if (!what && from?.startsWith('.')) walk(relative(root, join(root, dirname(path), from)))
      else if (!what && from) packages.add(from)
  }
  for (const model of ['ease', 'ials', 'popularity']) walk(`src-main/learning/models/${model}.ts`)
  walk('src-main/evaluation/evaluate.ts')
  expect(seen.has('src-main/learning/backends/kernels/module.ts')).toBe(true)
  expect([...packages]).toEqual([])
})

/**
 * Makes src-main/learning/backends/self-test.json: one of the golden cases of the Transformer as plain numbers, with the loss and the norm of the
 * gradient that PyTorch has found for it. Run after transformer.py: npx node test/golden/self-test-values.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredStep } from '../../src-main/learning/backends/self-test.ts'
import { goldenCases } from './transformer-cases.ts'

/** It has every layer, three modalities, full softmax and the contrastive term; it draws no negatives, so any order of its windows is the same. */
const NAME = 'contrastive 0.5, temperature 0.3, fusion tokens, with audio'

export function selfTestValues(): StoredStep {
  const golden: { cases: { name: string; loss: number; gradient: string }[] } = JSON.parse(
    readFileSync(join(import.meta.dirname, 'transformer.json'), 'utf8'),
  )
  const found = golden.cases.find(({ name }) => name === NAME)
  const made = goldenCases().find(({ name }) => name === NAME)
  if (!found || !made) throw new Error(`There is no golden case '${NAME}'.`)
  const bytes = Buffer.from(found.gradient, 'base64')
  const gradient = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const { data, shape } = made
  const { width, heads, layers, shared, history, negatives, dropout, minRating } = shape.settings
  const { contrastive, temperature, fusion, tower, candidates } = shape.settings
  const { indptr, item, rating, time } = data.train
  return {
    config: {
      ...{ width, heads, layers, shared, history, negatives, dropout, minRating },
      ...{
        contrastive,
        temperature,
        fusion,
        tower,
        candidates,
        loss: 'softmax',
        batch: 512,
        userBalance: 0.5,
        historyDropout: 0,
        idPenalty: 0,
      },
    },
    users: data.users,
    items: data.items,
    boundary: data.domains[1]?.start ?? data.items,
    train: { indptr: [...indptr], item: [...item], rating: [...rating], time: [...time] },
    positive: data.positive,
    features: data.features.map(({ name, dim, rows, present }) => ({
      name,
      dim,
      rows: [...rows],
      present: [...present],
    })),
    expected: { loss: found.loss, norm: Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0)) },
  }
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '../../src-main/learning/backends/self-test.json')
  writeFileSync(path, `${JSON.stringify(selfTestValues())}\n`)
}

import { join } from 'node:path'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { modelById } from '../../../src-main/learning/models/index.ts'
import { ownerOf } from '../../../src-main/workspace/checkpoint-file.ts'
import {
  exportModelFile,
  type ModelOrigin,
  readModelFile,
  writeModelFile,
} from '../../../src-main/workspace/model-file.ts'
import { writeSafetensors } from '../../../src-main/workspace/safetensors.ts'
import { syntheticData } from '../learning/synthetic.ts'
import { temporaryFolder } from './temporary.ts'

const data = syntheticData({ users: 10, items: 16, events: 12 })
const users = Uint32Array.of(0, 7)
const origin: ModelOrigin = {
  label: 'T',
  card: { hash: '0123456789ab', rows: [{ key: 'splitSeed', label: 'Split seed', value: '1' }] },
  fit: { parameters: 12, epochs: 3, bestEpoch: 2, backend: 'cpu', stopped: 'early-stopping', seconds: 0.5 },
}

test.each([
  ['transformer', { width: 8, heads: 2, layers: 1, shared: 8, history: 6, epochs: 1, loss: 'bce' }],
  ['ease', {}],
  ['ials', { dim: 4 }],
  ['popularity', {}],
])('a %s model goes through its file, is exported, and scores as before when it is loaded', async (id, config) => {
  await startBackend('cpu')
  const model = modelById(id).create(config)
  const signal = new AbortController().signal
  await model.fit(data, { seed: 3, signal, onEvent: () => undefined, validate: () => Promise.resolve(0.1) })
  const scores = await model.score(users, data.train, data.domains[0]!)
  const folder = temporaryFolder()
  const path = join(folder, 'weights.safetensors')
  const owner = ownerOf(id, config, 3, data)
  await writeModelFile(path, { model: id, config, seed: 3, owner, snapshot: await model.save(), origin: null })
  const exported = await exportModelFile(path, folder, { ...origin, label: 'Ours: "best" /' })
  expect(exported).toBe(join(folder, 'Ours-best-seed-3.safetensors'))

  const file = await readModelFile(exported)
  expect(file).toMatchObject({ model: id, config, seed: 3, owner, origin: { ...origin, label: 'Ours: "best" /' } })
  expect((await readModelFile(path)).origin).toBeNull()
  const copy = modelById(file.model).create(file.config)
  await copy.load(file.snapshot, data)
  expect(await copy.score(users, data.train, data.domains[0]!)).toEqual(scores)
  model.dispose()
  copy.dispose()
})

test('what is damaged, or no model of Crossreel, is refused', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors')
  await writeSafetensors(path, {}, { format: 'pt' })
  await expect(readModelFile(path)).rejects.toThrow(
    "is no model of Crossreel. Choose a file that 'Export model' has written.",
  )
  writeFileSync(path, readFileSync(path).subarray(0, 20))
  await expect(readModelFile(path)).rejects.toThrow('cannot be read')
})

test('a file whose words do not fit its weights is refused', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors')
  const owner = ownerOf('ease', { l2: 1 }, 3, data)
  const file = { model: 'ease', config: { l2: 1 }, seed: 3, owner, snapshot: { arrays: {}, json: {} }, origin: null }
  await writeModelFile(path, file)
  expect(await readModelFile(path)).toEqual(file)
  for (const other of [{ seed: 4 }, { config: { l2: 2 } }, { model: 'ials' }]) {
    await writeModelFile(path, { ...file, ...other })
    await expect(readModelFile(path)).rejects.toThrow('contradicts itself')
  }
})

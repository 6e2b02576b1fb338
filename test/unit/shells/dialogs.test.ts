import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { keepDropped } from '../../../src-main/electron/drops.ts'

const shown = vi.hoisted(() => ({ options: [] as object[], answers: [] as object[] }))
vi.mock('electron', () => ({
  dialog: {
    showOpenDialog: (options: object) => {
      shown.options.push(options)
      return Promise.resolve(shown.answers.shift())
    },
  },
}))
const { createPicker } = await import('../../../src-main/electron/dialogs.ts')

test('a dialog asks for what is needed and opens where the last one left off', async () => {
  const pick = createPicker(() => null)
  shown.answers = [
    { canceled: true, filePaths: [] },
    { canceled: false, filePaths: ['/data/ml/ml-small.zip'] },
    { canceled: false, filePaths: ['/data/posters'] },
    { canceled: true, filePaths: [] },
  ]
  expect(await pick({ purpose: 'dataset', folder: false })).toBeNull()
  expect(await pick({ purpose: 'dataset', folder: false })).toBe('/data/ml/ml-small.zip')
  expect(await pick({ purpose: 'posters', folder: true })).toBe('/data/posters')
  expect(await pick({ purpose: 'dataset', folder: true })).toBeNull()
  expect(shown.options).toMatchObject([
    { properties: ['openFile'], filters: [{ extensions: ['zip'] }, {}, { extensions: ['*'] }] },
    { properties: ['openFile'] },
    { properties: ['openDirectory'] },
    { properties: ['openDirectory'], defaultPath: '/data/ml' },
  ])
  expect(shown.options[2]).not.toHaveProperty('defaultPath')
})

test('a drop is looked at before its path is kept', async () => {
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'crossreel-drop-')))
  try {
    writeFileSync(join(folder, 'ml.zip'), 'PK')
    mkdirSync(join(folder, 'ml'))
    symlinkSync(join(folder, 'ml.zip'), join(folder, 'link.zip'))
    const keep = (path: string) => ({ token: 'kept', name: path })
    expect((await keepDropped(join(folder, 'ml.zip'), keep)).name).toBe(join(folder, 'ml.zip'))
    expect((await keepDropped(join(folder, 'ml'), keep)).name).toBe(join(folder, 'ml'))
    expect((await keepDropped(join(folder, 'link.zip'), keep)).name).toBe(join(folder, 'ml.zip'))
    for (const path of ['ml.zip', '', join(folder, 'absent'), '/dev/null', `${folder}\0`]) {
      await expect(keepDropped(path, keep)).rejects.toThrow(/no place|neither a file nor a folder/)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

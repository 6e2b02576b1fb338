import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Series } from '../../../src-preload/contract.ts'
import type { Checkpoint } from '../../../src-main/learning/checkpoint.ts'
import { CheckpointFiles, ownerOf, removeCheckpoints } from '../../../src-main/workspace/checkpoint-file.ts'
import { temporaryFolder } from './temporary.ts'

const disk = vi.hoisted(() => ({ full: false }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const full = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args)
      if (disk.full) file.writeFile = full
      return file
    },
  }
})
afterEach(() => void (disk.full = false))

const features = [{ name: 'text', dim: 2, rows: new Float32Array(4), present: new Uint8Array(2), hash: 't1' }]
const views = {
  tokens: new Int32Array(2),
  length: 1,
  vocabulary: 1,
  pixels: new Uint8Array(6),
  height: 1,
  width: 1,
  hasPoster: new Uint8Array(2),
  hash: 'v1',
}
const owner = ownerOf('transformer', { width: 8, layers: 2 }, 1, { hash: 'd1', features })

function checkpoint(step: number): Checkpoint {
  return {
    state: {
      epoch: 2,
      position: step % 7,
      step,
      loss: 1 / 3 + step,
      weight: 0.1 * step,
      best: { epoch: 1, validation: 0.1 + 0.2 },
      seconds: step / 7,
    },
    layout: 'a:2x3',
    arrays: {
      parameters: { shape: [6], data: Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + step)) },
      'parameters/first': { shape: [6], data: new Float32Array(6).fill(step) },
    },
  }
}
function curves(step: number): Series[] {
  const x = Array.from({ length: step }, (_, i) => i + 1)
  return [
    { name: 'loss', x, y: x.map((n) => 1 / n) },
    { name: 'validation', x: [1], y: [0.1 + 0.2] },
  ]
}

interface Place {
  path: string
  warnings: string[]
  files(owned?: typeof owner): CheckpointFiles
}
function place(): Place {
  const path = join(temporaryFolder(), 'checkpoint.safetensors')
  const warnings: string[] = []
  return { path, warnings, files: (owned = owner) => new CheckpointFiles(path, owned, (text) => warnings.push(text)) }
}
const other = (path: string): string => join(dirname(path), 'checkpoint.other.safetensors')

/** Files of one millisecond would have no order. */
async function writeSteps(path: string, files: CheckpointFiles, ...steps: number[]): Promise<void> {
  for (const step of steps) {
    const before = [path, other(path)].filter((p) => existsSync(p)).map((p) => [p, readFileSync(p)] as const)
    await files.write(checkpoint(step), curves(step))
    for (const p of [path, other(path)])
      if (existsSync(p) && !before.some(([b, bytes]) => b === p && bytes.equals(readFileSync(p))))
        utimesSync(p, 1e9 + step, 1e9 + step)
  }
}

test('what is read is what was written last, number for number, and two are kept', async () => {
  const { path, files, warnings } = place()
  expect(await files().read()).toBeNull()
  const writer = files()
  for (const step of [1, 2, 3, 4]) {
    await writeSteps(path, writer, step)
    expect(await files().read()).toEqual({ checkpoint: checkpoint(step), curves: curves(step) })
    expect(readdirSync(dirname(path)).length).toBe(Math.min(step, 2))
  }
  expect(existsSync(path)).toBe(true) // what says that a run can be resumed
  expect(warnings).toEqual([])
})

test('a newest one that was cut short or changed anywhere is passed over for the one before it, with a warning', async () => {
  const { path, files } = place()
  await writeSteps(path, files(), 1, 2) // the second lies in the other place
  const whole = readFileSync(other(path))
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length - 1 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 255 }),
      async (at, cut, flip) => {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= flip
        writeFileSync(other(path), cut ? whole.subarray(0, at) : bytes)
        utimesSync(other(path), 2e9, 2e9)
        const warnings: string[] = []
        const kept = await new CheckpointFiles(path, owner, (text) => warnings.push(text)).read()
        expect(kept?.checkpoint.state.step).toBe(1)
        expect(warnings).toEqual([
          expect.stringMatching(
            /checkpoint\.other\.safetensors cannot be read\. .* The checkpoint before it, of step 1, is used\.$/,
          ),
        ])
      },
    ),
    { numRuns: 60 },
  )
})

test('after a damaged one, the whole one is not the next to be written over', async () => {
  const { path, files } = place()
  await writeSteps(path, files(), 1, 2)
  writeFileSync(other(path), 'half')
  const again = files()
  await again.read()
  disk.full = true
  await expect(again.write(checkpoint(3), [])).rejects.toThrow('ENOSPC')
  expect((await files().read())?.checkpoint.state.step).toBe(1)
  disk.full = false
  await writeSteps(path, again, 3)
  expect((await files().read())?.checkpoint.state.step).toBe(3)
  writeFileSync(other(path), 'half')
  expect((await files().read())?.checkpoint.state.step).toBe(1)
})

test('two damaged ones are refused with a sentence', async () => {
  const { path, files } = place()
  await writeSteps(path, files(), 1, 2)
  for (const p of [path, other(path)]) writeFileSync(p, readFileSync(p).subarray(0, 300))
  await expect(files().read()).rejects.toThrow(
    /truncated.*truncated.*There is no other checkpoint: start the run again from its beginning\.$/,
  )
})

test.each([
  [
    'configuration',
    ownerOf('transformer', { width: 9, layers: 2 }, 1, { hash: 'd1', features }),
    'configuration or seed',
  ],
  ['seed', ownerOf('transformer', { width: 8, layers: 2 }, 2, { hash: 'd1', features }), 'configuration or seed'],
  ['data set', ownerOf('transformer', { width: 8, layers: 2 }, 1, { hash: 'd2', features }), 'another data set'],
  [
    'features',
    ownerOf('transformer', { width: 8, layers: 2 }, 1, { hash: 'd1', features: [{ ...features[0]!, hash: 't2' }] }),
    'another data set, split or features',
  ],
  [
    'views',
    ownerOf('transformer', { width: 8, layers: 2 }, 1, { hash: 'd1', features, views: { ...views, hash: 'v2' } }),
    'another data set, split or features',
  ],
])('a checkpoint of another %s is refused', async (_what, foreign, words) => {
  const { files } = place()
  await files().write(checkpoint(1), [])
  await expect(files(foreign).read()).rejects.toThrow(words)
})

test('views belong to the owner, and those of other posters are told apart', () => {
  const of = (hash: string) => ownerOf('mvcnn', {}, 1, { hash: 'd1', features: [], views: { ...views, hash } }).data
  expect(of('v1')).toBe(of('v1'))
  expect(of('v1')).not.toBe(of('v2'))
})

test('the order of the configuration’s keys does not matter', () => {
  const data = { hash: 'd1', features }
  expect(ownerOf('transformer', { layers: 2, width: 8 }, 1, data)).toEqual(owner)
})

test('a disk that fills up while one is written leaves the others as they were', async () => {
  const { path, files } = place()
  const writer = files()
  await writeSteps(path, writer, 1, 2)
  const before = [path, other(path)].map((p) => readFileSync(p))
  disk.full = true
  await expect(writer.write(checkpoint(3), [])).rejects.toMatchObject({ code: 'ENOSPC' })
  expect([path, other(path)].map((p) => readFileSync(p))).toEqual(before)
  expect(readdirSync(dirname(path)).length).toBe(2)
})

test('what a killed process was writing is cleared away; all go when the run has its results', async () => {
  const { path, files } = place()
  await writeSteps(path, files(), 1, 2)
  writeFileSync(`${path}.4711.writing`, 'half')
  writeFileSync(`${other(path)}.4711.writing`, 'half')
  await files().read()
  expect(readdirSync(dirname(path)).toSorted()).toEqual(['checkpoint.other.safetensors', 'checkpoint.safetensors'])
  await removeCheckpoints(path)
  expect(readdirSync(dirname(path))).toEqual([])
})

test('a file of another program is refused', async () => {
  const { path, files } = place()
  const { writeSafetensors } = await import('../../../src-main/workspace/safetensors.ts')
  await writeSafetensors(path, {}, { format: 'pt' })
  await expect(files().read()).rejects.toThrow('is no checkpoint of this version of Crossreel')
})

test('the file system is what the test thinks it is', async () => {
  disk.full = true
  const file = await open(join(temporaryFolder(), 'x'), 'w')
  expect(() => file.writeFile('x')).toThrow('ENOSPC')
  await file.close()
})

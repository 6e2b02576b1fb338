import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureFeatures, type EnsureFeatures } from '../../../src-main/features/ensure.ts'

let folder = ''
let jpeg: Uint8Array = new Uint8Array()
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 16, height: 24, channels: 3, background: '#c63' } })
    .jpeg()
    .toBuffer()
})
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'features ä ')), 'features')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const movies = {
  movieId: Uint32Array.of(10, 20, 30, 40),
  title: ['Tide (1994)', 'Summit (2001)', 'Tide of Velmora (1999)', 'Encore'],
  year: Int16Array.of(1994, 2001, 1999, 0),
  genres: Uint32Array.of(0b01, 0b10, 0b01, 0b11),
  genreNames: ['Drama', 'Western'],
}

function input(changes: Partial<EnsureFeatures> = {}): EnsureFeatures {
  return {
    prepared: { itemToMovie: Uint32Array.of(2, 0, 3, 1), keptTags: { item: Uint32Array.of(1), text: ['sea'] } },
    dataset: { movies: () => movies },
    posters: null,
    plots: null,
    vectors: [],
    folder,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...changes,
  }
}
const posters = { hash: 'p', get: (id: number) => (id === 20 ? jpeg : id === 30 ? Buffer.from('broken') : null) }

test('Without plots and posters there is a text table alone, every item present', async () => {
  const tables = await ensureFeatures(input())
  expect(tables.map(({ name }) => name)).toEqual(['text'])
  expect([...tables[0]!.present]).toEqual([1, 1, 1, 1])
  expect(tables[0]!.rows).toHaveLength(4 * tables[0]!.dim)
})

test('Rows lie in the joint item order; a missing or broken poster is absent and zero', async () => {
  const [, image] = await ensureFeatures(input({ posters }))
  expect(image!.name).toBe('image')
  expect([...image!.present]).toEqual([0, 0, 0, 1]) // movie 20 is item 3; movie 30, item 0, cannot be decoded
  expect(image!.rows.subarray(0, 3 * image!.dim).every((x) => x === 0)).toBe(true)
})

test('Posters of other movies only: no image table', async () => {
  const tables = await ensureFeatures(input({ posters: { hash: 'q', get: () => null } }))
  expect(tables).toHaveLength(1)
})

test('The second time tables come from the cache, without looking at a poster', async () => {
  const first = await ensureFeatures(input({ posters }))
  const get = (): never => {
    throw new Error('looked at a poster')
  }
  expect(await ensureFeatures(input({ posters: { hash: 'p', get } }))).toEqual(first)
  expect(await readdir(folder)).toHaveLength(2)
})

test.each([
  ['a plot', { plots: { hash: 'x', get: (id: number) => (id === 10 ? 'The sea.' : null) } }],
  ['a tag', { prepared: { ...input().prepared, keptTags: { item: Uint32Array.of(2), text: ['sea'] } } }],
  ['the order', { prepared: { ...input().prepared, itemToMovie: Uint32Array.of(0, 2, 3, 1) } }],
])('Another hash with %s changed', async (_, changes) => {
  const [before] = await ensureFeatures(input())
  const [after] = await ensureFeatures(input(changes))
  expect(after!.hash).not.toBe(before!.hash)
})

test('A damaged cache file is made again', async () => {
  const [first] = await ensureFeatures(input())
  const path = join(folder, `${first!.hash}.safetensors`)
  await truncate(path, 100)
  expect((await ensureFeatures(input()))[0]).toEqual(first)
  expect((await ensureFeatures(input()))[0]).toEqual(first)
})

test('Cancelled before or during the work: AbortError, and nothing in the cache', async () => {
  await expect(ensureFeatures(input({ signal: AbortSignal.abort() }))).rejects.toThrow('aborted')
  const controller = new AbortController()
  const onProgress = (): void => controller.abort()
  await expect(ensureFeatures(input({ signal: controller.signal, onProgress }))).rejects.toThrow('aborted')
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

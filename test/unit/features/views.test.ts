import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EnsureFeatures } from '../../../src-main/features/ensure.ts'
import { ensureViews, rareWord, tokenViews } from '../../../src-main/features/views.ts'

let folder = ''
let jpeg: Uint8Array = new Uint8Array()
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 30, height: 45, channels: 3, background: '#c86432' } })
    .png()
    .toBuffer()
})
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'views ä ')), 'features')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const movies = {
  movieId: Uint32Array.of(10, 20, 30),
  title: ['Tide (1994)', 'Summit of the Tide (2001)', 'Encore'],
  year: Int16Array.of(1994, 2001, 0),
  genres: Uint32Array.of(0b01, 0b10, 0b01),
  genreNames: ['Drama', 'Western'],
}
const posters = { hash: 'p', get: (id: number) => (id === 20 ? jpeg : id === 30 ? Buffer.from('broken') : null) }

function input(changes: Partial<EnsureFeatures> = {}): EnsureFeatures {
  return {
    prepared: {
      itemToMovie: Uint32Array.of(2, 0, 1),
      keptTags: { item: Uint32Array.of(1, 1), text: ['the sea', 'the sea'] },
    },
    dataset: { movies: () => movies },
    posters: null,
    plots: { hash: 'x', get: (id: number) => (id === 10 ? 'A tide of drama.' : null) },
    vectors: [],
    folder,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...changes,
  }
}

test('Tokens come in reading order: title, genres, tags once, plot; rare words share an id, 0 pads', async () => {
  const { tokens, length, vocabulary } = await ensureViews(input())
  // in two texts or more: 'drama' and 'of' and 'the' and 'tide', by the alphabet where they are equally frequent
  const [drama, of, the, tide] = [2, 3, 4, 5]
  const rows = Array.from({ length: 3 }, (_, i) => [...tokens.subarray(i * length, (i + 1) * length)])
  expect(vocabulary).toBe(5)
  expect(rows[0]!.filter((id) => id > 0)).toEqual([rareWord, drama]) // Encore
  expect(rows[1]!.slice(2)).toEqual([drama, the, rareWord, tide, of, drama])
  expect(rows[1]!.slice(0, 2)).toEqual([tide, rareWord]) // 1994
  expect(rows[2]).toEqual([rareWord, of, the, tide, rareWord, rareWord, 0, 0])
})

test('A text is cut at its length, the vocabulary at its size', async () => {
  const text = { title: 'one two three four', year: 0, genres: [], tags: [], plot: null }
  const limits = { length: 3, vocabulary: 2, minDocuments: 1 }
  const { tokens, vocabulary } = await tokenViews([text, { ...text, title: 'two three' }], limits, async () => {})
  expect(vocabulary).toBe(3)
  expect([...tokens]).toEqual([rareWord, 3, 2, 3, 2, 0])
})

test('Pixels lie in item order; a missing or broken poster is zero', async () => {
  const { pixels, hasPoster, width, height } = await ensureViews(input({ posters }), { width: 8, height: 12 })
  expect([width, height]).toEqual([8, 12])
  expect([...hasPoster]).toEqual([0, 0, 1]) // movie 20 is item 2; movie 30, item 0, cannot be decoded
  expect([...pixels.subarray(2 * 8 * 12 * 3).subarray(0, 3)]).toEqual([200, 100, 50])
  expect(pixels.subarray(0, 2 * 8 * 12 * 3).every((x) => x === 0)).toBe(true)
})

test('The second time they come from the cache; a damaged file is made again', async () => {
  const first = await ensureViews(input({ posters }))
  const get = (): never => {
    throw new Error('looked at a poster')
  }
  expect(await ensureViews(input({ posters: { hash: 'p', get } }))).toEqual(first)
  const [file = ''] = await readdir(folder)
  await truncate(join(folder, file), 100)
  expect(await ensureViews(input({ posters }))).toEqual(first)
})

test.each([
  ['a plot', { plots: null }],
  ['the posters', { posters }],
  ['the order', { prepared: { ...input().prepared, itemToMovie: Uint32Array.of(0, 2, 1) } }],
])('Another hash with %s changed', async (_, changes) => {
  expect((await ensureViews(input(changes))).hash).not.toBe((await ensureViews(input())).hash)
})

test('Cancelled before or during the work: AbortError, and nothing in the cache', async () => {
  await expect(ensureViews(input({ signal: AbortSignal.abort() }))).rejects.toThrow('aborted')
  const controller = new AbortController()
  const many = { itemToMovie: new Uint32Array(20), keptTags: { item: new Uint32Array(), text: [] } }
  const onProgress = (): void => controller.abort()
  const slow = input({ prepared: many, posters, signal: controller.signal, onProgress })
  await expect(ensureViews(slow)).rejects.toThrow('aborted')
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

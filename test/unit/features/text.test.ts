import { expect, test } from 'vitest'
import { encodeTexts, termDocument, type EncodedTexts, type MovieText } from '../../../src-main/features/text.ts'

const pause = async (): Promise<void> => {}
const movie = (title: string, genres: string[], plot: string | null = null, tags: string[] = []): MovieText => ({
  title,
  year: 1999,
  genres,
  tags,
  plot,
})

function cosine({ rows, dim }: EncodedTexts, i: number, j: number): number {
  const [a, b] = [rows.subarray(i * dim, (i + 1) * dim), rows.subarray(j * dim, (j + 1) * dim)]
  let sum = 0
  for (let k = 0; k < dim; k++) sum += a[k]! * b[k]!
  return sum / Math.hypot(...a) / Math.hypot(...b)
}

/** Plots of two subjects in two genres each, so that neither alone explains the other. */
const texts = Array.from({ length: 80 }, (_, i) => {
  const sea = i % 2 === 0
  const words = sea ? ['tide', 'harbour', 'anchor', 'sailor'] : ['summit', 'glacier', 'ridge', 'climber']
  const plot = `A ${words[i % 4]} and a ${words[(i + 1) % 4]}, ${words[(i + 2) % 4]} beyond the ${words[(i + 3) % 4]}.`
  return movie(`Story ${i} (1999)`, [i % 4 < 2 ? 'Drama' : 'Western'], plot)
})

test('Texts of one subject are nearer to each other than to the other subject', async () => {
  const encoded = await encodeTexts(texts, pause)
  expect(cosine(encoded, 0, 4)).toBeGreaterThan(cosine(encoded, 0, 5) + 0.3)
  expect(cosine(encoded, 1, 5)).toBeGreaterThan(cosine(encoded, 1, 4) + 0.3)
})

test('Rows are centred, with mean squared norm = dim, and the same every time', async () => {
  const a = await encodeTexts(texts, pause)
  expect(a.dim).toBe(8) // one direction for ten documents
  const squares = a.rows.reduce((sum, x) => sum + x * x, 0)
  expect(squares / texts.length).toBeCloseTo(a.dim, 3)
  expect((await encodeTexts(texts, pause)).rows).toEqual(a.rows)
})

test('A title and a genre are enough; no text at all is no error', async () => {
  const bare = await encodeTexts([movie('Tide', []), movie('', []), movie('Tide', ['Drama'])], pause)
  expect(bare.rows.every(Number.isFinite)).toBe(true)
  expect((await encodeTexts([], pause)).rows).toHaveLength(0)
})

test('The year is not part of the title, the decade is a term of its own', () => {
  const fields = termDocument(movie('Amélie’s Tide (2001)', ['Drama'], null, ['Slow Burn']))
  const terms = Object.groupBy(fields, ({ prefix }) => prefix)
  expect(terms['w:']!.flatMap((field) => field.terms)).toEqual(['amelies', 'tide', 'amelies tide', 'slow', 'burn'])
  expect(terms['y:']!.flatMap((field) => field.terms)).toEqual(['1990s'])
  expect(terms['t:']!.flatMap((field) => field.terms)).toEqual(['slow burn'])
})

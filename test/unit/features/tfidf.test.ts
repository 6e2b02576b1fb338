import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tfIdf, type TermDocument } from '../../../src-main/features/tfidf.ts'
import { characterGrams, column, normalise, wordGrams, words } from '../../../src-main/features/tokens.ts'
import golden from '../../golden/tfidf.json' with { type: 'json' }

const plain = (text: string): TermDocument => [{ prefix: '', weight: 1, terms: wordGrams(words(text)) }]

function cosine(a: ReturnType<typeof tfIdf>, i: number, j: number): number {
  const row = (r: number): Map<number, number> =>
    new Map(
      Array.from({ length: a.indptr[r + 1]! - a.indptr[r]! }, (_, k) => [
        a.index[a.indptr[r]! + k]!,
        a.value[a.indptr[r]! + k]!,
      ]),
    )
  const left = row(i)
  let sum = 0
  for (const [c, x] of row(j)) sum += x * (left.get(c) ?? 0)
  return sum
}

test('Cosines of TF-IDF rows are those of scikit-learn', () => {
  const rows = tfIdf(golden.texts.map(plain), { bits: 20, minDocuments: 1 })
  golden.cosines.forEach((line, i) =>
    line.forEach((expected, j) => expect(cosine(rows, i, j)).toBeCloseTo(expected, 12)),
  )
})

test('Terms hash as FNV-1a computed in Python', () => {
  for (const { term, bits, column: expected } of golden.hashes) expect(column(term, bits)).toBe(expected)
})

test('A field counts by its weight, and the same word in two fields of one prefix adds up', () => {
  const field = (weight: number, ...terms: string[]): TermDocument[number] => ({ prefix: 'w:', weight, terms })
  // Both words are in one document of two, so their idf is the same and cancels: values are as 1 + 0.5 to 2.
  const [x, y] = tfIdf([[field(1, 'tide'), field(0.5, 'tide'), field(2, 'reef')], []], {
    bits: 16,
    minDocuments: 1,
  }).value
  const ratio = Math.min(x!, y!) / Math.max(x!, y!)
  expect(ratio).toBeCloseTo(1.5 / 2, 12)
})

test('Terms of too few documents are dropped, and their columns with them', () => {
  const rows = tfIdf([plain('tide reef'), plain('tide mast')], { bits: 16, minDocuments: 2 })
  expect(rows.cols).toBe(1)
  expect([...rows.indptr]).toEqual([0, 1, 2])
  expect([...rows.value]).toEqual([1, 1])
})

test('Rows are of length one or empty, with ascending columns in range, for any texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 12 }), (texts) => {
      const rows = tfIdf(texts.map(plain), { bits: 12, minDocuments: 1 })
      for (let r = 0; r < rows.rows; r++) {
        const [from, to] = [rows.indptr[r]!, rows.indptr[r + 1]!]
        let squares = 0
        for (let j = from; j < to; j++) {
          squares += rows.value[j]! ** 2
          if (j > from) expect(rows.index[j]!).toBeGreaterThan(rows.index[j - 1]!)
          expect(rows.index[j]!).toBeLessThan(rows.cols)
        }
        if (to > from) expect(squares).toBeCloseTo(1, 10)
      }
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['Amélie', 'amelie'],
  ['ＡＢＣ', 'abc'],
  ['Œuvre №5', 'œuvre no5'],
])('%s is normalised to %s', (from, to) => expect(normalise(from)).toBe(to))

test.each([
  ["Andy's toys, a.k.a. “Toys 2”", ['andys', 'toys', 'toys', '2']],
  ['Кино: 東京物語', ['кино', '東京物語']],
  ['…', []],
])('The words of %s', (text, expected) => expect(words(text)).toEqual(expected))

test('Character n-grams mark the ends of words and keep surrogate pairs whole', () => {
  expect(characterGrams(['ab'], 3, 4)).toEqual([' ab', 'ab ', ' ab '])
  expect(characterGrams(['𝒳y'], 3, 3)).toEqual([' 𝒳y', '𝒳y '])
})

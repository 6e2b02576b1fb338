import { expect, test } from 'vitest'
import { compareCards } from '../../../src-main/evaluation/card-comparison.ts'
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import { preparedWith } from '../datasets/planned.ts'

const card = (change: Partial<ProtocolSpec>) => preparedWith({ kCore: 2, ...change }).card
const compared = (a: Partial<ProtocolSpec>, b: Partial<ProtocolSpec>) => compareCards(card(a), card(b))

test('equal hashes may be compared, whatever the data set is called by now', () => {
  const [first, second] = [card({}), card({ cutoffs: [10, 10] })]
  second.rows[0]!.value = 'Another name (abc)'
  expect(compareCards(first, second)).toEqual({
    comparable: true,
    rows: [],
    sentence: `The numbers may be compared: both protocol cards carry the hash ${first.hash}.`,
  })
})

test.each<[string, Partial<ProtocolSpec>, Partial<ProtocolSpec>, string[], string]>([
  [
    'cut-offs',
    {},
    { cutoffs: [20] },
    ['cutoffs'],
    'The numbers may not be compared, because the protocols differ in the cut-offs K (lists are judged at other lengths; where a length is in both, its numbers would be equal). All other decisions are the same.',
  ],
  [
    'the split, and what follows from it',
    {},
    { split: 'global-time' },
    ['split', 'moments', 'counts', 'tags'],
    'The numbers may not be compared, because the protocols differ in the split (other events are held out, which makes another task). All other decisions are the same.',
  ],
  [
    'sampled negatives',
    {},
    { candidates: { kind: 'sampled', negatives: 3 } },
    ['candidates', 'warning'],
    'The numbers may not be compared, because the protocols differ in the candidates (against sampled negatives numbers come out several times larger, and models change places). All other decisions are the same.',
  ],
  [
    'the core and the threshold',
    {},
    { kCore: 3, positive: 4 },
    ['positive', 'kCore'],
    'The numbers may not be compared, because the protocols differ in what counts as relevant (another part of the held-out ratings counts as relevant) and the k-core (users and movies with few ratings are in one and not in the other).',
  ],
  [
    'shares that one of them does not have',
    {},
    { overlap: 0.5, density: { A: 1, B: 0.5 } },
    ['overlap', 'density', 'tags'],
    'The numbers may not be compared, because the protocols differ in the overlap (other users carry knowledge from one domain to the other) and the training density (one model has learned from more events than the other).',
  ],
])('names %s', (_, a, b, keys, sentence) => {
  const found = compared(a, b)
  expect(found.comparable).toBe(false)
  expect(found.rows.map(({ key }) => key).sort()).toEqual([...keys].sort())
  expect(found.rows.every(({ label, first, second }) => label !== '' && first !== second)).toBe(true)
  expect(found.sentence).toBe(sentence)
  expect(compared(b, a).sentence).toBe(sentence)
})

test('cards of different hashes that decide the same were made by different rules', () => {
  const [first, second] = [card({}), { ...card({}), hash: 'ffffffffffff' }]
  expect(compareCards(first, second).comparable).toBe(false)
  expect(compareCards(first, second).sentence).toMatch(/though they decide the same\. A rule has changed between two versions: run one of them again\.$/) // prettier-ignore
})

test('a row that an earlier version did not write is no difference', () => {
  const [first, second] = [card({}), card({ cutoffs: [20] })]
  const earlier = { ...first, rows: first.rows.filter(({ key }) => key !== 'unseen' && key !== 'order') }
  expect(compareCards(earlier, second).rows.map(({ key }) => key)).toEqual(['cutoffs'])
})

test('another data set with another core names the data set, not the sizes that follow', () => {
  const [first, second] = [card({}), card({ splitSeed: 1 })]
  const other = {
    hash: 'f00',
    rows: second.rows.map((row) =>
      row.key === 'dataset'
        ? { ...row, value: 'Other (f00)' }
        : row.key === 'kCore'
          ? { ...row, value: row.value.replace(/: .*/, ': 1 users, 2 movies, 3 ratings') }
          : row,
    ),
  }
  expect(compareCards(first, other).rows.map(({ key }) => key)).toEqual(['dataset', 'kCore'])
  expect(compareCards(first, other).sentence).toBe(
    'The numbers may not be compared, because the protocols differ in the data set (other people rated other movies). All other decisions are the same.',
  )
})

// What each kind of split says about itself: hash, protocol card, preparation steps; and the facts and candidates that travel with the data.
import { expect, test } from 'vitest'
import { protocolHash } from '../../../src-main/datasets/splitting/protocol-hash.ts'
import type { Prepared } from '../../../src-main/datasets/splitting/prepare.ts'
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import { planned, preparedWith, twoGenres } from './planned.ts'

const hash = (change: Partial<ProtocolSpec>): string =>
  protocolHash({ hash: 'abc' }, twoGenres, { ...planned, ...change })
const row = ({ card }: Prepared, key: string): string | undefined => card.rows.find((each) => each.key === key)?.value

test('each kind of split has its hash, and settings that it does not use are not in it', () => {
  const kinds: ProtocolSpec['split'][] = ['user-time', 'user-ratio', 'leave-last-one', 'global-time', 'strong-generalisation', 'cold-target'] // prettier-ignore
  expect(new Set(kinds.map((split) => hash({ split }))).size).toBe(kinds.length)
  const other: ProtocolSpec['ratios'] = [0.8, 0.1, 0.1]
  for (const split of kinds) {
    const same = (change: Partial<ProtocolSpec>): boolean => hash({ split, ...change }) === hash({ split })
    expect([split, same({ ratios: other })]).toEqual([split, split === 'leave-last-one'])
    expect([split, same({ foldIn: 0.8 })]).toEqual([split, split !== 'strong-generalisation'])
    expect([split, same({ historyAtTest: 'train' })]).toEqual([split, split === 'strong-generalisation' || split === 'cold-target']) // prettier-ignore
    expect(same({ candidates: { kind: 'sampled', negatives: 100 } })).toBe(false)
    expect(same({ splitSeed: 2 })).toBe(false)
  }
  expect(hash({ candidates: { kind: 'sampled', negatives: 100 } })).not.toBe(hash({ candidates: { kind: 'sampled', negatives: 99 } })) // prettier-ignore
})

test.each<[ProtocolSpec['split'], Record<string, string | RegExp | undefined>]>([
  [
    'leave-last-one',
    {
      split: "each user's last event for test, the one before for validation, both domains together; equal times in random order",
      counts: 'a user with two events has one for test and none for validation; with one event, none',
      tags: /nor tags written after their last training event$/,
    },
  ],
  [
    'global-time',
    {
      split: 'all events by time, both domains together, 60 : 20 : 20 %, with the same two moments for everybody; events of one time are in one part',
      moments: /^validation from 2001-09-09 \d\d:\d\d UTC, test from 2001-09-09 \d\d:\d\d UTC$/,
      counts: /who has no training event is left out of all parts \(1 user, 3 ratings\)$/,
    },
  ],
  [
    'strong-generalisation',
    {
      split: /^the users at random, 60 : 20 : 20 %; of a held-out user the first 50 % of the events, both domains together, are known to the ranker and to no training/,
      historyAtTest: 'what is known of the held-out user',
      candidates: 'every item of the target domain that is not known of the user',
    },
  ],
  [
    'cold-target',
    {
      split: 'the users with ratings in both domains at random, 60 : 20 : 20 %; a held-out user loses all events of one domain, and these are asked for',
      counts: 'of the 32 users with ratings in both domains 3 lose A and 3 lose B for validation, 3 lose A and 3 lose B for test: int(ratio n) for each part, half of them for each domain',
      historyAtTest: "the user's events in the domain that was not lost",
    },
  ],
])('the card of %s says what is held out, what is known, and what becomes of who has too little', (split, rows) => {
  const prepared = preparedWith({ split })
  for (const [key, text] of Object.entries(rows))
    if (text instanceof RegExp) expect(row(prepared, key)).toMatch(text)
    else expect(row(prepared, key)).toBe(text)
  expect(row(prepared, 'unseen')).toBe('movies without a training event stay candidates, and count where they are held out')
  expect(row(prepared, 'warning')).toBeUndefined()
  expect(prepared.card.rows.every(({ label, value }) => label !== '' && value !== '')).toBe(true)
}) // prettier-ignore

const stepsOf = (change: Partial<ProtocolSpec>): Record<string, [number, number]> =>
  Object.fromEntries(
    preparedWith(change).summary.steps.map(({ label, users, ratings }) => [label, [users, ratings]] as const),
  )

test('the steps show who is left out, who is held out, and what is asked for of movies unseen in training', () => {
  const late = stepsOf({ split: 'global-time' })
  expect(late['Users with a training event']).toEqual([31, 304])
  // the movie that was rated last of all, once
  expect(late['Test, movies not in training']).toEqual([1, 1])
  const strong = stepsOf({ split: 'strong-generalisation' })
  const { data } = preparedWith({ split: 'strong-generalisation' })
  expect(strong['Known of held-out users']).toEqual([12, data.foldIn?.item.length])
  expect(strong['Held out for validation']?.[1]).toBe(data.validation.item.length)
  expect(strong['Test part']?.[1]).toBe(data.test.item.length)
  const cold = stepsOf({ split: 'cold-target' })
  const lost = ['Lost A, for validation', 'Lost B, for validation', 'Lost A, for test', 'Lost B, for test'].map((l) => cold[l]) // prettier-ignore
  expect(lost.map((step) => step?.[0])).toEqual([3, 3, 3, 3])
  expect((lost[2]?.[1] ?? 0) + (lost[3]?.[1] ?? 0)).toBe(cold['Test part']?.[1])
  const labels = Object.keys(cold)
  expect(new Set(labels).size).toBe(labels.length)
})

test('both directions come out of one run of the cold target', () => {
  const { summary } = preparedWith({ split: 'cold-target' })
  expect(summary.testUsers).toEqual({ A: 3, B: 3 })
})

test('sampled negatives are named with their warning, and travel with the data', () => {
  const prepared = preparedWith({ candidates: { kind: 'sampled', negatives: 100 } })
  expect(prepared.data.sampled).toEqual({ negatives: 100, seed: planned.splitSeed })
  expect(row(prepared, 'candidates')).toMatch(/^the user's relevant held-out movies, and 100 movies of the domain that the user has not rated/) // prettier-ignore
  expect(row(prepared, 'warning')).toMatch(/5 to 10 times larger than against all movies, and models change places/)
  expect(prepared.summary.card).toBe(prepared.card)
  expect('sampled' in preparedWith({}).data).toBe(false)
})

test("each item has its movie's genres and year", () => {
  const { data, itemToMovie } = preparedWith({ kCore: 2 })
  expect(data.facts?.genreNames).toEqual(['Action', 'Comedy'])
  expect([...data.facts!.year]).toEqual(Array.from(itemToMovie, (movie) => 1990 + movie))
  expect([...data.facts!.genres]).toEqual(Array.from(itemToMovie, (movie) => 1 << (movie % 2)))
  expect(data.items).toBe(13) // the movie that was rated once is out
})

// What the new kinds of split promise, kept by `prepare` and looked up again before a run: one leak each, refused with its sentence.
import { expect, test } from 'vitest'
import { blindfolded } from '../../../src-main/datasets/splitting/blindfold.ts'
import { DomainError } from '../../../src-main/datasets/domains/domains.ts'
import { LeakError, refuseLeaks } from '../../../src-main/datasets/splitting/leaks.ts'
import { type Prepared, ProtocolError } from '../../../src-main/datasets/splitting/prepare.ts'
import { refuseModel } from '../../../src-main/datasets/splitting/refused-models.ts'
import { concatInteractions, type TrainingData } from '../../../src-main/learning/data.ts'
import { popularity } from '../../../src-main/learning/models/popularity.ts'
import { noUser } from '../../../src-main/workspace/dataset-file.ts'
import type { DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'
import { itemsOf, timesOf } from './joint.ts'
import { planned, preparedWith, tagTimes } from './planned.ts'

const kinds = [
  'user-time',
  'user-ratio',
  'leave-last-one',
  'global-time',
  'strong-generalisation',
  'cold-target',
] as const
const knobs: Partial<ProtocolSpec> = { overlap: 0.7, density: { A: 0.6, B: 0.5 }, kCore: 2, positive: 3 }

test.each(kinds)('%s: what prepare makes has no leak, with every knob turned and with none', (split) => {
  for (const change of [{}, knobs, { candidates: { kind: 'sampled' as const, negatives: 3 } }])
    expect(() => refuseLeaks(preparedWith({ split, ...change }))).not.toThrow()
})

test.each(['user-time', 'user-ratio', 'leave-last-one', 'strong-generalisation', 'cold-target'] as const)(
  '%s: the k-core is made before the split, so every user and movie of it stays',
  (split) => {
    const { data, summary } = preparedWith({ split, kCore: 3 })
    const core = summary.steps.find(({ label }) => label.startsWith('3-core'))
    expect([data.users, data.items]).toEqual([core?.users, core?.movies])
    const parts = [data.train, data.validation, data.test, ...(data.foldIn ? [data.foldIn] : [])]
    expect(parts.reduce((n, { item }) => n + item.length, 0)).toBe(core?.ratings)
    expect(new Set(parts.flatMap(({ item }) => [...item])).size).toBe(data.items)
  },
)

// ───────────── tags ─────────────

/** 'user item text', with the user's id; a stranger is 0. */
const keptOf = ({ keptTags, userIds }: Prepared): Set<string> =>
  new Set(keptTags.text.map((text, t) => `${keptTags.user[t] === noUser ? 0 : userIds[keptTags.user[t]!]} ${keptTags.item[t]} ${text}`)) // prettier-ignore
const itemOf = ({ itemToMovie }: Prepared, movie: number): number => itemToMovie.indexOf(movie - 1)

test('leave-last-one: nothing that was written after the last training event', () => {
  const prepared = preparedWith({ split: 'leave-last-one' })
  const late = prepared.keptTags.user.filter((_, t) => prepared.keptTags.text[t] === 'late')
  expect(new Set(late)).toEqual(new Set([noUser])) // of whoever rated nothing no moment is known
  const { data, userIds } = prepared
  userIds.forEach((id, u) => {
    const held = [...itemsOf(data.validation, u), ...itemsOf(data.test, u)]
    for (let item = 0; item < data.items; item++)
      expect(keptOf(prepared).has(`${id} ${item} early`)).toBe(!held.includes(item))
  })
})

test('global-time: nothing that anybody wrote from the first moment on, strangers included', () => {
  const prepared = preparedWith({ split: 'global-time', ratios: [0.5, 0.2, 0.3] })
  const texts = new Set(prepared.keptTags.text)
  expect(texts).toEqual(new Set(['early']))
  expect(keptOf(prepared).has(`0 ${itemOf(prepared, 3)} early`)).toBe(true)
  expect(prepared.userIds).not.toContain(32) // came after the moments: nobody to training
})

test('strong generalisation: no tag of a held-out user at all', () => {
  const prepared = preparedWith({ split: 'strong-generalisation' })
  const { data, userIds } = prepared
  const kept = keptOf(prepared)
  const authors = new Set([...kept].map((tag) => Number(tag.split(' ')[0])))
  userIds.forEach((id, u) => expect(authors.has(id)).toBe(itemsOf(data.train, u).length > 0))
})

test('cold target: a cold user has no event of the lost domain in train, in the history or in tags', () => {
  const prepared = preparedWith({ split: 'cold-target', ratios: [0.6, 0.2, 0.2] })
  const { data, userIds } = prepared
  const kept = keptOf(prepared)
  const boundary = data.domains[0]!.end
  const cold = { validation: 0, test: 0 }
  userIds.forEach((id, u) => {
    for (const part of ['validation', 'test'] as const) {
      const [first] = itemsOf(data[part], u)
      if (first === undefined) continue
      cold[part]++
      const lost = (item: number): boolean => item < boundary === first < boundary
      const other = part === 'test' ? data.validation : data.test
      expect([...itemsOf(data.train, u), ...itemsOf(other, u)].some(lost)).toBe(false)
      for (let item = 0; item < data.items; item++) if (lost(item)) expect(kept.has(`${id} ${item} early`)).toBe(false)
    }
  })
  expect(cold).toEqual({ validation: 6, test: 6 })
  expect(data.historyAtTest).toBe('train')
})

// ───────────── leaks put in by hand ─────────────

const first = (indptr: Uint32Array): number => indptr.findIndex((at, u) => at < (indptr[u + 1] ?? 0))
const heldUser = ({ data }: Prepared): number => first(data.test.indptr)

type Leak = [split: ProtocolSpec['split'], what: string, plant: (p: Prepared) => void, sentence: RegExp]
const leaks: Leak[] = [
  [
    'leave-last-one',
    'two left out',
    ({ data }) => ([data.train, data.test] = [data.test, data.train]),
    /^User 1 has \d+ test events, though the split leaves one out for each part\./,
  ],
  [
    'leave-last-one',
    'training after the last event',
    ({ data }) => (data.train.time[3] = 2e9),
    /^User 1 has a training event later than a validation event/,
  ],
  [
    'global-time',
    "another user's later event in training",
    ({ data }) => (data.train.time[data.train.indptr[5]!] = data.test.time[0]!),
    /^The last training event, at \d+, is not before the first validation event, at \d+, though the split has the same moments for everybody\./,
  ],
  [
    'global-time',
    'a tag from after the first moment',
    ({ keptTags }) => (keptTags.time[4] = tagTimes.late),
    /^A tag on item \d+, written at 1000020000, would become a text feature, though what is asked for begins at \d+\.$/,
  ],
  [
    'user-time',
    'a tag from after the training part',
    ({ keptTags }) => (keptTags.time[0] = tagTimes.late),
    /^A tag of user \d+ on item \d+, written after their last training event, would become a text feature\.$/,
  ],
  [
    'strong-generalisation',
    'fold-in among the training events',
    ({ data }) => {
      const u = first(data.foldIn!.indptr)
      data.train = withEvent(data.train, u, itemsOf(data.foldIn!, u)[0]!)
    },
    /^User \d+ has item \d+ in the train part and in the fold-in part: what is known of a held-out user is no training event\./,
  ],
  [
    'strong-generalisation',
    'another event of a held-out user in training',
    ({ data }) => {
      const u = first(data.foldIn!.indptr)
      data.train = withEvent(data.train, u, unknownTo(data, u))
    },
    /^User \d+ is held out and has training events: a held-out user must be unknown to training\./,
  ],
  [
    'strong-generalisation',
    'nothing known',
    ({ data }) => delete data.foldIn,
    /^The split holds users out, but there is nothing known of them to rank from\./,
  ],
  [
    'strong-generalisation',
    'known by later events',
    ({ data }) => (data.foldIn!.time[0] = 2e9),
    /^User \d+ is known by an event later than one that is asked for\./,
  ],
  [
    'strong-generalisation',
    'held out for both',
    (p) => (p.data.validation = withEvent(p.data.validation, heldUser(p), unknownTo(p.data, heldUser(p)))),
    /^User \d+ is held out for validation and for test: tuning would see whom the test asks about\./,
  ],
  [
    'strong-generalisation',
    'a tag of a held-out user',
    ({ data, keptTags }) => {
      const u = first(data.test.indptr)
      keptTags.user[0] = u
      keptTags.item[0] = itemsOf(data.foldIn!, u)[0]!
    },
    /^A tag of user \d+ on item \d+, who is held out, would become a text feature\.$/,
  ],
  [
    'cold-target',
    'an event of the lost domain in training',
    (p) => {
      const u = heldUser(p)
      p.data.train.item[p.data.train.indptr[u]!] = lostBut(p, u)
    },
    /^User \d+ has a training event in domain [AB], which they lost for test: a cold user knows nothing of it\./,
  ],
  [
    'cold-target',
    'a tag in the lost domain',
    (p) => {
      p.keptTags.user[0] = heldUser(p)
      p.keptTags.item[0] = lostBut(p, heldUser(p))
    },
    /^A tag of user \d+ on item \d+, in the domain they lost, would become a text feature\.$/,
  ],
  [
    'user-time',
    'fold-in where nobody is held out',
    ({ data }) => (data.foldIn = blindfolded(data).test),
    /^There are fold-in events, but the split holds no user out who could have them\./,
  ],
  [
    'user-ratio',
    'genres of another item table',
    ({ data }) => (data.facts = { ...data.facts!, year: new Int16Array(3) }),
    /^There are genres of 14 and years of 3 items for 14 items: a row would describe another movie\./,
  ],
]

test.each(leaks)('%s: refuses %s', (split, _, plant, sentence) => {
  const bad = preparedWith({ split, kCore: 0 })
  plant(bad)
  expect(() => refuseLeaks(bad)).toThrow(LeakError)
  expect(() => refuseLeaks(bad)).toThrow(sentence)
})

type Data = Prepared['data']

/** With one more event of a user, his earliest. */
function withEvent({ indptr, item, rating, time }: Data['train'], user: number, added: number): Data['train'] {
  const at = indptr[user]!
  return {
    indptr: indptr.map((start, u) => start + (u > user ? 1 : 0)),
    item: Uint32Array.of(...item.subarray(0, at), added, ...item.subarray(at)),
    rating: Float32Array.of(...rating.subarray(0, at), 4, ...rating.subarray(at)),
    time: Float64Array.of(...time.subarray(0, at), 1e9, ...time.subarray(at)),
  }
}

/** An item of the domain that a user lost for test, which he had not rated. */
function lostBut({ data }: Prepared, user: number): number {
  const own = itemsOf(data.test, user)
  const inA = own[0]! < data.domains[0]!.end
  return Array.from({ length: data.items }, (_, item) => item).find(
    (item) => item < data.domains[0]!.end === inA && !own.includes(item),
  )!
}

/** An item that the user has in no part. */
function unknownTo({ train, foldIn, validation, test: held, items }: Data, user: number): number {
  const own = [train, validation, held, ...(foldIn ? [foldIn] : [])].flatMap((part) => itemsOf(part, user))
  return Array.from({ length: items }, (_, item) => item).find((item) => !own.includes(item))!
}

// ───────────── at the door ─────────────

test.each<[string, DomainSpec, string]>([
  ['genre sets that overlap', { kind: 'genres', a: ['Action', 'Comedy'], b: ['Comedy'], ties: 'drop' }, 'The genre "Comedy" is in both domains, so a movie could be in both. Take it out of one.'],
  ['lists that overlap', { kind: 'lists', name: 'leaky', a: [1, 2, 3], b: [3, 4] }, "The lists 'leaky' put movie 3 into both domains. Take it out of one."],
])('the deliberately leaky set-up, %s, is refused', (_, spec, sentence) => {
  for (const split of kinds) expect(() => preparedWith({ split }, spec)).toThrow(new DomainError(sentence))
}) // prettier-ignore

test('cold target without domains, and a model that cannot rank for strangers, are refused', () => {
  expect(() => preparedWith({ split: 'cold-target' }, { kind: 'single' })).toThrow(ProtocolError)
  expect(() => preparedWith({ split: 'cold-target' }, { kind: 'single' })).toThrow(/^Without domains there is none that a user could lose\./) // prettier-ignore
  const [knows, cannot] = [{ label: 'EASE', newUsers: true }, { label: 'BPR', newUsers: false }] // prettier-ignore
  for (const split of kinds) {
    expect(() => refuseModel(knows!, { ...planned, split })).not.toThrow()
    if (split !== 'strong-generalisation') expect(() => refuseModel(cannot!, { ...planned, split })).not.toThrow()
  }
  expect(() => refuseModel(cannot!, { ...planned, split: 'strong-generalisation' })).toThrow(
    "'BPR' knows only users that it was trained on, and under strong generalisation the users of the test part are others. Leave it out, or choose another split.",
  )
})

test('popularity counts know of training alone, with the blindfold and without', async () => {
  const { data } = preparedWith({ split: 'strong-generalisation' })
  const counts = async (given: TrainingData) => {
    const model = popularity.create({})
    const { signal } = new AbortController()
    await model.fit(given, { seed: 1, signal, onEvent: () => {}, validate: () => Promise.resolve(0) })
    return (await model.save()).arrays
  }
  const known = await counts(blindfolded(data))
  expect(await counts(data)).toEqual(known)
  const leaky = { ...data, train: concatInteractions(data.train, data.test) }
  expect(await counts(leaky)).not.toEqual(known)
})

test('blindfolded, a model is handed no event that is asked for, and nothing of held-out users', () => {
  const { data } = preparedWith({ split: 'strong-generalisation' })
  const blind = blindfolded(data)
  expect(blind.train).toBe(data.train)
  expect([blind.validation.item.length, blind.test.item.length, blind.foldIn]).toEqual([0, 0, undefined])
  expect(blind.test.indptr).toHaveLength(data.users + 1)
  expect(timesOf(data.test, first(data.test.indptr)).length).toBeGreaterThan(0) // the whole stays as it was
})

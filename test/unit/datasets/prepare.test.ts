import { expect, test } from 'vitest'
import { LeakError, refuseLeaks } from '../../../src-main/datasets/splitting/leaks.ts'
import { prepare, type Prepared, ProtocolError } from '../../../src-main/datasets/splitting/prepare.ts'
import { canonicalJson, domainsHash, protocolHash } from '../../../src-main/datasets/splitting/protocol-hash.ts'
import { halfInA, halfInB, wholeUser } from '../../../src-main/datasets/splitting/overlap.ts'
import { noUser } from '../../../src-main/workspace/dataset-file.ts'
import type { DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'
import { imported, inTempFolder, release, writeFiles } from './files.ts'
import { itemsOf } from './joint.ts'

const domains: DomainSpec = { kind: 'genres', a: ['Action', 'Crime', 'Thriller'], b: ['Comedy', 'Drama', 'Romance'], ties: 'rarer-genre' } // prettier-ignore
const protocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.6, 0.2, 0.2],
  positive: 3,
  kCore: 2,
  historyAtTest: 'train+validation',
  cutoffs: [10],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

/** The release with a tag of every user on every movie, some before and some after everything they rated. */
const everyTag = (): string => {
  const lines = ['userId,movieId,tag,timestamp']
  for (let u = 1; u <= 21; u++)
    for (let m = 10; m <= 120; m += 10) lines.push(`${u},${m},early,1000000000`, `${u},${m},late,2000000000`)
  return lines.join('\n') + '\n'
}

async function prepared(change: Partial<ProtocolSpec> = {}, spec: DomainSpec = domains): Promise<Prepared> {
  return inTempFolder((folder) =>
    imported(writeFiles(folder, release({ 'tags.csv': everyTag() })), (dataset) =>
      prepare(dataset, spec, { ...protocol, ...change }),
    ),
  )
}

const testSteps = ['Test part', 'Test, movies not in training']

test('domains are ranges of items by movie, users and ratings survive the core, the parts add up', async () => {
  const { data, itemToMovie, userIds, summary } = await prepared()
  expect(data.domains[0]).toEqual({ name: 'A', start: 0, end: data.domains[1]?.start })
  expect(data.domains[1]?.end).toBe(data.items)
  for (const { start, end } of data.domains) {
    const movies = [...itemToMovie.subarray(start, end)]
    expect(movies).toEqual(movies.toSorted((a, b) => a - b))
  }
  expect(userIds).toHaveLength(20)
  expect(data.items).toBe(10) // two of the twelve movies have no genre
  expect(summary.steps.map((s) => s.label)).toEqual(['Data set', 'Rated, inside the domains', '2-core, 0 rounds', 'of these rated 3 or more', ...testSteps]) // prettier-ignore
  expect(summary.train + summary.validation + summary.test).toBe(summary.steps[2]?.ratings)
  expect(summary.testUsers.A + summary.testUsers.B).toBeGreaterThan(0)
})

test('a single domain holds the whole rated catalogue', async () => {
  const { data, summary } = await prepared({ split: 'user-ratio', positive: 0, kCore: 0 }, { kind: 'single' })
  expect(data.domains).toEqual([{ name: 'A', start: 0, end: 12 }])
  expect(summary.steps.map((s) => s.label)).toEqual(['Data set', 'Rated, inside the domains', ...testSteps])
  expect(summary.testUsers).toEqual({ A: 20, B: 0 })
})

test('the same input gives the same arrays; the seed decides the split', async () => {
  const [one, same, other] = [await prepared(), await prepared(), await prepared({ split: 'user-ratio', splitSeed: 2 })]
  expect(same).toEqual(one)
  expect(other.data.test.item).not.toEqual((await prepared({ split: 'user-ratio' })).data.test.item)
})

test.each<[string, Partial<ProtocolSpec>, string]>([
  [
    'too high a core',
    { kCore: 50 },
    'Domain A has no movie left after the 50-core. Lower the k-core, or give the domain more movies.',
  ],
  [
    'no test part',
    { ratios: [0.9, 0.1, 0] },
    'Nothing is held out for testing. Give the test part a share above 0, or lower the k-core.',
  ],
])('refuses %s', async (_, change, sentence) => {
  await expect(prepared(change)).rejects.toThrow(new ProtocolError(sentence))
})

test('tags on held-out movies are left out, and by time those written after training too; a stranger may tag', async () => {
  for (const split of ['user-time', 'user-ratio'] as const) {
    const { data, keptTags } = await prepared({ split })
    const kept = new Set(Array.from(keptTags.text, (text, t) => `${keptTags.user[t]} ${keptTags.item[t]} ${text}`))
    for (let u = 0; u < data.users; u++) {
      const heldOut = [data.validation, data.test].flatMap((p) => [...p.item.subarray(p.indptr[u], p.indptr[u + 1])])
      for (let item = 0; item < data.items; item++) {
        expect(kept.has(`${u} ${item} early`)).toBe(!heldOut.includes(item))
        expect(kept.has(`${u} ${item} late`)).toBe(!heldOut.includes(item) && split === 'user-ratio')
      }
    }
    expect(kept.has(`${noUser} 0 late`)).toBe(true) // user 21 rated nothing
  }
})

// ───────────── the card ─────────────

test('the hash names what defines a number and nothing else', () => {
  const dataset = { hash: 'abc' }
  const hash = protocolHash(dataset, domains, protocol)
  const turned: Partial<ProtocolSpec> = {
    splitSeed: 1,
    cutoffs: [10, 10],
    historyAtTest: 'train+validation',
    kCore: 2,
    positive: 3,
  }
  expect(protocolHash(dataset, { ...domains, a: ['Thriller', 'Crime', 'Action'] }, { ...protocol, ...turned })).toBe(
    hash,
  )
  const changes: Partial<ProtocolSpec>[] = [
    { split: 'user-ratio' },
    { ratios: [0.8, 0.1, 0.1] },
    { positive: 3.5 },
    { kCore: 3 },
    { historyAtTest: 'train' },
    { cutoffs: [20] },
    { splitSeed: 2 },
    { overlap: 0.5 },
    { overlap: 0 },
    { density: { A: 0.5, B: 1 } },
    { density: { A: 1, B: 0.5 } },
  ]
  const hashes = changes.map((change) => protocolHash(dataset, domains, { ...protocol, ...change }))
  hashes.push(
    protocolHash({ hash: 'abd' }, domains, protocol),
    protocolHash(dataset, { kind: 'single' }, protocol),
    hash,
  )
  hashes.push(protocolHash(dataset, { ...domains, ties: 'drop' }, protocol))
  hashes.push(protocolHash(dataset, { kind: 'catalogues' }, protocol))
  hashes.push(protocolHash(dataset, { kind: 'lists', name: 'x', a: [1, 2], b: [3] }, protocol))
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('protocols of before there were shares keep their hash', () => {
  // SHA-256 of the canonical JSON without `overlap` and `density`, as the first version wrote it
  expect(protocolHash({ hash: 'abc' }, domains, protocol)).toBe(
    '25bd08660992e612ac41d6909438c3cd6403be92870985fa2cb1b12e2b2d1450',
  )
})

test('shares that change nothing are not in the hash; lists count as sets, whatever they are called', () => {
  const single = (change: Partial<ProtocolSpec>): string =>
    protocolHash({ hash: 'abc' }, { kind: 'single' }, { ...protocol, ...change })
  expect(single({ overlap: 0.3, density: { A: 1, B: 0.1 } })).toBe(single({}))
  expect(single({ density: { A: 0.5, B: 1 } })).not.toBe(single({}))
  const lists = (name: string, a: number[]): string => domainsHash({ kind: 'lists', name, a, b: [9] })
  expect(lists('one', [2, 1])).toBe(lists('two', [1, 2]))
  expect(lists('one', [1])).not.toBe(lists('one', [1, 2]))
})

test('canonical JSON sorts keys at every depth and keeps the order of lists', () => {
  expect(canonicalJson({ b: [{ z: 1, y: null }, 2], a: { d: 'x', c: true } })).toBe(
    '{"a":{"c":true,"d":"x"},"b":[{"y":null,"z":1},2]}',
  )
})

test('the card says in words what was decided', async () => {
  const { card } = await prepared()
  expect(card.hash).toMatch(/^[0-9a-f]{12}$/)
  const value = (key: string): string | undefined => card.rows.find((row) => row.key === key)?.value
  expect(value('synthetic')).toBe('imported ratings')
  expect(value('split')).toBe(
    "each user's events by time, both domains together, 60 : 20 : 20 %; equal times in random order",
  )
  expect(value('positive')).toBe('held-out ratings of 3 and more')
  expect(value('domains')).toContain('A: Action, Crime, Thriller. B: Comedy, Drama, Romance')
  expect(value('kCore')).toContain('20 users, 10 movies')
  expect(card.rows.every((row) => row.label !== '' && row.value !== '')).toBe(true)
})

// ───────────── overlap and density ─────────────

const knobs: Partial<ProtocolSpec> = { overlap: 0.4, density: { A: 1, B: 0.5 } }

test('torn users keep their id, their halves see one domain each, the items stay the same', async () => {
  const [whole, torn] = [await prepared(), await prepared({ overlap: 0.4 })]
  expect(torn.data.domains).toEqual(whole.data.domains)
  expect(torn.itemToMovie).toEqual(whole.itemToMovie)
  expect([...new Set(torn.userIds)]).toEqual([...whole.userIds])
  expect(whole.userPart.every((part) => part === wholeUser)).toBe(true)
  expect(torn.data.users).toBe(20 + 12) // 8 of the 20, all shared, stay linked
  torn.userPart.forEach((part, u) => {
    const items = [torn.data.train, torn.data.validation, torn.data.test].flatMap((p) => itemsOf(p, u))
    const inA = items.filter((item) => item < torn.data.domains[1]!.start)
    expect(inA.length).toBe(part === halfInB ? 0 : part === halfInA ? items.length : inA.length)
    expect(items.length).toBeGreaterThan(0)
  })
  const total = ({ data }: Prepared): number =>
    data.train.item.length + data.validation.item.length + data.test.item.length
  expect(total(torn)).toBe(total(whole))
})

test('a density takes from training alone, from its domain alone, and names what it took', async () => {
  const [whole, thin] = [await prepared(), await prepared({ density: { A: 1, B: 0.5 } })]
  expect(thin.data.validation).toEqual(whole.data.validation)
  expect(thin.data.test).toEqual(whole.data.test)
  const start = thin.data.domains[1]!.start
  for (let u = 0; u < thin.data.users; u++) {
    const [before, after] = [itemsOf(whole.data.train, u), itemsOf(thin.data.train, u)]
    expect([...after, ...itemsOf(thin.dropped, u)].sort()).toEqual(before.sort())
    expect(after.filter((i) => i < start)).toHaveLength(before.filter((i) => i < start).length)
  }
  expect(thin.dropped.item.length).toBeGreaterThan(20)
  expect(whole.dropped.item).toHaveLength(0)
})

test('no tag speaks of what the density took, nor of a half that the author does not know', async () => {
  for (const split of ['user-time', 'user-ratio'] as const) {
    const { data, dropped, keptTags, userIds, userPart } = await prepared({ ...knobs, split })
    keptTags.user.forEach((user, t) => {
      if (user === noUser) return
      const item = keptTags.item[t]!
      const heldBack = [data.validation, data.test, dropped].flatMap((part) => itemsOf(part, user))
      expect(heldBack).not.toContain(item)
      const inA = item < data.domains[1]!.start
      expect(userPart[user]).not.toBe(inA ? halfInB : halfInA)
    })
    expect(new Set(Array.from(keptTags.user, (u) => userIds[u])).size).toBe(21) // all, and the one who rated nothing
  }
})

test('the steps and the card tell of both, and of neither where they are 1', async () => {
  const { summary, card } = await prepared(knobs)
  expect(summary.steps.map(({ label, users }) => [label, users])).toEqual([
    ['Data set', 20],
    ['Rated, inside the domains', 20],
    ['2-core, 0 rounds', 20],
    ['40 % of the shared users linked', 32],
    ['of these rated 3 or more', summary.steps[4]?.users],
    ['Training, A 100 %, B 50 %', 32],
    ['Test part', 32],
    ['Test, movies not in training', 0],
  ])
  expect(summary.steps[5]?.ratings).toBe(summary.train)
  const value = (key: string): string | undefined => card.rows.find((row) => row.key === key)?.value
  expect(value('overlap')).toMatch(/^40 % of the users with ratings in both domains stay one user \(8 of 20, /)
  expect(value('density')).toMatch(/^A 100 %, B 50 % of each user's training events in the domain, at least one, /)
  expect(value('tags')).toContain('or taken from their training events')
  const keys = (await prepared()).card.rows.map(({ key }) => key)
  expect(keys).not.toContain('overlap')
  expect(keys).not.toContain('density')
})

// ───────────── leaks ─────────────

test.each<Partial<ProtocolSpec>>([{}, { split: 'user-ratio' }, knobs, { ...knobs, split: 'user-ratio' }])(
  'what prepare makes has no leak',
  async (change) => {
    const good = await prepared(change)
    expect(() => refuseLeaks(good)).not.toThrow()
  },
)

/** One leak each, put into arrays that are otherwise sound. */
const leaks: [what: string, plant: (p: Prepared) => void, sentence: RegExp][] = [
  [
    'a movie in both domains',
    (p) => (p.itemToMovie[p.data.items - 1] = p.itemToMovie[0]!),
    /^Movie index 1 is both item 0 and item 9: a movie must be in one domain only\./,
  ],
  [
    'domains that overlap',
    (p) => (p.data.domains[1]!.start -= 1),
    /the domain before ends at \d+: domains must not share items\.$/,
  ],
  [
    'a held-out item in train',
    ({ data }) => (data.train.item[data.train.indptr[3]!] = data.test.item[data.test.indptr[3]!]!),
    /^User 4 has item \d+ in the train part and in the test part: a held-out item must not be seen before\./,
  ],
  [
    'an item in validation and test',
    ({ data }) => (data.validation.item[data.validation.indptr[3]!] = data.test.item[data.test.indptr[3]!]!),
    /^User 4 has item \d+ in the validation part and in the test part/,
  ],
  [
    'a duplicate',
    ({ data }) => (data.train.item[data.train.indptr[5]!] = data.train.item[data.train.indptr[5]! + 1]!),
    /^User 6 has item \d+ twice in the train part: duplicates count double\./,
  ],
  [
    'training later than test',
    ({ data }) => (data.train.time[data.train.indptr[2]!] = 2e9),
    /^User 3 has a training event later than a validation event, though the split is by time\./,
  ],
  [
    'validation later than test',
    ({ data }) => (data.validation.time[data.validation.indptr[2]!] = 2e9),
    /^User 3 has a validation event later than a test event/,
  ],
  [
    'a tag on a held-out movie',
    ({ data, keptTags }) => {
      keptTags.user[0] = 1
      keptTags.item[0] = data.test.item[data.test.indptr[1]!]!
    },
    /^A tag of user 2 on item \d+, which is held out from them, would become a text feature\.$/,
  ],
  [
    'features of another item table',
    ({ data }) =>
      data.features.push({ name: 'text', dim: 4, rows: new Float32Array(36), present: new Uint8Array(10), hash: '' }),
    /^The text features have 9 rows for 10 items: a row would describe another movie\. Encode the features again\.$/,
  ],
  ['an item outside', ({ data }) => (data.test.item[0] = 10), /^The test part names an item outside the 10 items\.$/],
  [
    'columns of different length',
    ({ data }) => (data.train.rating = data.train.rating.slice(1)),
    /^The columns of the train part do not fit together\./,
  ],
]
test('refuses an event that the density took away, in training and as a tag', async () => {
  const bad = await prepared(knobs)
  const user = bad.dropped.indptr.findIndex((at, u) => at < bad.dropped.indptr[u + 1]!)
  const item = bad.dropped.item[bad.dropped.indptr[user]!]!
  const kept = bad.data.train.item[bad.data.train.indptr[user]!]!
  bad.data.train.item[bad.data.train.indptr[user]!] = item
  expect(() => refuseLeaks(bad)).toThrow(
    new LeakError(
      `User ${bad.userIds[user]} has item ${item} in the train part, though the training density took it away. Prepare the data again.`,
    ),
  )
  bad.data.train.item[bad.data.train.indptr[user]!] = kept
  bad.keptTags.user[0] = user
  bad.keptTags.item[0] = item
  expect(() => refuseLeaks(bad)).toThrow(
    new LeakError(
      `A tag of user ${bad.userIds[user]} on item ${item}, which the training density took away, would become a text feature.`,
    ),
  )
})

test.each(leaks)('refuses %s', async (_, plant, sentence) => {
  const bad = await prepared()
  plant(bad)
  expect(() => refuseLeaks(bad)).toThrow(LeakError)
  expect(() => refuseLeaks(bad)).toThrow(sentence)
})

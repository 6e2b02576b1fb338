// Two data sets as one: by example with colliding ids and links, and against a union of rows that shares no code with it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combined } from '../../../src-main/datasets/combining/combine.ts'
import { CombineError } from '../../../src-main/datasets/combining/combine-error.ts'
import type { LinkTable } from '../../../src-main/datasets/combining/link-table.ts'
import type { DatasetContent } from '../../../src-main/workspace/dataset-content.ts'
import { noTurns } from '../../../src-main/workspace/staged-database.ts'
import { contentOf, datasetOf, type Made, made, type Rated, rowsOf, tagRowsOf } from './made.ts'

const named = { id: 'ds-000000000000both', name: 'Both', at: Date.UTC(2021, 0, 1) }
const rating = (user: number, movie: number, rating2 = 6): Rated => ({ user, movie, rating2, time: 1e9 + user + movie })

function linked(...pairs: [first: number, second: number][]): LinkTable {
  return {
    file: 'links.csv',
    first: pairs.map(([first]) => first),
    second: pairs.map(([, second]) => second),
    line: pairs.map((_, i) => i + 2),
  }
}
async function both(first: Made, second: Made, links: LinkTable | null = null): Promise<DatasetContent> {
  const [a, b] = [made({ id: 'ds-0000000000000aaa', ...first }), made({ id: 'ds-0000000000000bbb', ...second })]
  return (await combined(a, b, links, named, noTurns)).content
}
const short = (content: DatasetContent): string[] =>
  rowsOf(content).map(({ user, movie, rating2 }) => `${user} ${movie} ${rating2}`)
const findings = (content: DatasetContent): [string, string, number, string[]][] =>
  content.findings.map(({ file, reason, count, examples }) => [file, reason, count, examples.map(({ text }) => text)])

const films: Made = {
  name: 'Films',
  movies: { 1: { title: 'Heat', genres: ['Crime', 'Drama'] }, 40: { title: 'Ran', genres: ['Drama'] } },
  ratings: [rating(1, 1, 8), rating(1, 40, 10), rating(12, 1, 4)],
  tags: [
    { user: 1, movie: 40, time: 7, text: 'war' },
    { user: 99, movie: 1, time: 3, text: 'stranger' },
  ],
  genome: { tags: ['dark', 'slow'], scores: { 1: [0.5, 0.25] } },
}
const books: Made = {
  name: 'Books',
  movies: { 1: { title: 'Emma', genres: ['Classic', 'Drama'] }, 7: { title: 'Dune', genres: ['Sci-Fi'] } },
  ratings: [rating(1, 1, 2), rating(5, 1, 6), rating(5, 7, 10), rating(8, 7, 9)],
  tags: [
    { user: 5, movie: 7, time: 1, text: 'sand' },
    { user: 5, movie: 1, time: 9, text: 'wit' },
  ],
  genome: { tags: ['slow', 'witty'], scores: { 1: [0.75, 1] } },
}

test('linked users become one, the others of the second get ids above the first, colliding movie ids are shifted', async () => {
  const content = await both(films, books, linked([12, 5], [1, 77], [3, 8]))
  expect([...content.users]).toEqual([1, 12, 101, 108])
  expect([...content.movies.movieId]).toEqual([1, 40, 101, 107])
  expect([...(content.movies.catalogue ?? [])]).toEqual([0, 0, 1, 1])
  expect(content.catalogues).toEqual(['Films', 'Books'])
  expect(short(content)).toEqual(['1 1 8', '1 40 10', '12 1 4', '12 101 6', '12 107 10', '101 101 2', '108 107 9'])
  expect(content.movies.title).toEqual(['Heat', 'Ran', 'Emma', 'Dune'])
  expect([content.movies.imdbId, [...content.movies.tmdbId]]).toEqual([
    ['tt1', 'tt40', 'tt1', 'tt7'],
    [2, 80, 2, 14],
  ])
  expect(findings(content)).toEqual([
    ['links.csv', "link of a user who is not in 'Books'", 1, ['1,77']],
    ['links.csv', "link of a user who is not in 'Films'", 1, ['3,8']],
    ['Books', 'movie id plus 100, because some ids are in both data sets', 2, ['movie 1 is now 101: Emma', 'movie 7 is now 107: Dune']], // prettier-ignore
    ['Books', 'user without a link: id plus 100', 2, ['user 1 is now 101', 'user 8 is now 108']],
    ['Books', 'genome tag that only one data set has: 0 for the movies of the other', 2, ['dark', 'witty']],
    ['Books', 'user of both data sets', 1, ['user 5 is user 12']],
  ])
  expect(content.findings[0]?.examples[0]?.line).toBe(3)
  expect(content.description).toMatchObject({
    rowsRead: 7,
    parents: ['ds-0000000000000aaa', 'ds-0000000000000bbb'],
    recipe:
      'Films and Books as two catalogues; users linked by links.csv, other user ids of Books plus 100 (1 in both); movie ids of Books plus 100',
  })
  expect(JSON.parse(content.description.recipeJson ?? '')).toMatchObject({ links: 'links.csv', movieShift: 100, userShift: 100 }) // prettier-ignore
})

test('without a table equal user ids are one person; movie ids that do not collide stay', async () => {
  const other: Made = { ...books, ratings: [rating(1, 2), rating(5, 50)], movies: {}, tags: [] }
  const content = await both(films, other)
  expect([...content.users]).toEqual([1, 5, 12])
  expect([...content.movies.movieId]).toEqual([1, 2, 40, 50])
  expect([...(content.movies.catalogue ?? [])]).toEqual([0, 1, 0, 1])
  expect(short(content)).toEqual(['1 1 8', '1 2 6', '1 40 10', '5 50 6', '12 1 4'])
  expect(content.description.recipe).toBe(
    'Films and Books as two catalogues; equal user ids are one person (1 in both)',
  )
})

test('genres are united by name, each movie keeps its own; more than 32 lose the rarest, with a sentence', async () => {
  const genresOf = ({ movies }: DatasetContent): string[][] =>
    Array.from(movies.genres, (mask) => movies.genreNames.filter((_, g) => (mask >>> g) & 1))
  const content = await both(films, books)
  expect(content.movies.genreNames).toEqual(['Classic', 'Crime', 'Drama', 'Sci-Fi'])
  expect(genresOf(content)).toEqual([['Crime', 'Drama'], ['Drama'], ['Classic', 'Drama'], ['Sci-Fi']])

  const many = (prefix: string, n: number): Made['movies'] => ({
    1: { title: 'All', genres: Array.from({ length: n }, (_, g) => `${prefix}${g + 10}`) },
    2: { title: 'Most', genres: Array.from({ length: n - 1 }, (_, g) => `${prefix}${g + 10}`) },
  })
  const crowded = await both({ ...films, movies: many('a', 20) }, { ...books, movies: many('b', 14) })
  expect(crowded.movies.genreNames).toHaveLength(32)
  expect(crowded.movies.genreNames).not.toContain('a29')
  expect(crowded.findings[0]).toMatchObject({
    reason: 'more than 32 genres together: the rarest are left out',
    treatment: 'removed',
    count: 2,
    examples: [{ text: 'a29' }, { text: 'b23' }],
  })
  expect(genresOf(crowded).map(({ length }) => length)).toEqual([19, 19, 0, 13, 13, 0])
})

test('tags are sorted by their new user, movie, time; authors who never rated stay strangers', async () => {
  const content = await both(films, books, linked([1, 5]))
  expect(tagRowsOf(content)).toEqual([
    { user: 1, movie: 40, time: 7, text: 'war' },
    { user: 1, movie: 101, time: 9, text: 'wit' },
    { user: 1, movie: 107, time: 1, text: 'sand' },
    { user: null, movie: 1, time: 3, text: 'stranger' },
  ])
})

test('genome scores of both; a tag that one does not know is 0 there', async () => {
  const { genome } = await both(films, books)
  expect(genome).toEqual({
    tags: ['dark', 'slow', 'witty'],
    movie: Uint32Array.of(0, 2),
    scores: Float32Array.of(0.5, 0.25, 0, 0, 0.75, 1),
  })
  expect((await both(films, { ...books, genome: { tags: [], scores: {} } })).genome?.movie).toEqual(Uint32Array.of(0))
  const without = { ratings: [rating(1, 2)] }
  expect((await both(without, { ratings: [rating(2, 3)] })).genome).toBeNull()
})

test('two of one name are told apart, standardised ratings are left out, invented stays invented', async () => {
  const [a, b] = [
    contentOf({ ...films, name: 'Same' }),
    contentOf({ ...books, id: 'ds-0000000000000bbb', name: 'Same' }),
  ]
  a.standardised = { kind: 'user', values: new Float32Array(3) }
  b.description.synthetic = true
  const { content } = await combined(datasetOf(a), datasetOf(b), null, named, noTurns)
  expect(content.catalogues).toEqual(['Same', 'Same (2)'])
  expect(content.standardised).toBeNull()
  expect(content.description.synthetic).toBe(true)
  expect(content.findings.map(({ reason }) => reason)).toContain(
    'standardised ratings left out: standardise the combined data set by cleaning it',
  )
})

const largest = 0xffffffff
test.each<[string, Made, Made, LinkTable | null, string]>([
  [
    'the same data set',
    films,
    { ...films, id: 'ds-0000000000000aaa' },
    null,
    "'Films' cannot be combined with itself: every movie would be in both domains. Choose another data set as the second.",
  ],
  [
    'the same contents',
    films,
    { ...films, name: 'Copy' },
    null,
    "'Films' and 'Copy' hold the same: every movie would be in both domains. Choose another data set as the second.",
  ],
  [
    'links that link nobody',
    films,
    books,
    linked([5, 12], [8, 1]),
    "links.csv links no user of 'Films' with a user of 'Books': none of its 2 lines names a user of each. Check that its first column holds user ids of 'Films' and its second those of 'Books'.",
  ],
  [
    'movie ids without room',
    { ...films, ratings: [rating(1, largest)] },
    books,
    null,
    `The movie ids of the two data sets go up to ${largest} and 7: the second cannot be moved above the first within 32 bits. Choose the other one as the first, or import it with smaller ids.`,
  ],
  [
    'user ids without room',
    { ...films, ratings: [rating(largest, 2)] },
    books,
    linked([largest, 5]),
    `The user ids of the two data sets go up to ${largest} and 8: the second cannot be moved above the first within 32 bits. Choose the other one as the first, or import it with smaller ids.`,
  ],
])('refuses %s', async (_, first, second, links, sentence) => {
  // prettier-ignore
  await expect(both(first, second, links)).rejects.toThrow(new CombineError(sentence))
})

test('refuses a data set that holds two catalogues already', async () => {
  const content = await both(films, books)
  const third = made({ id: 'ds-0000000000000ccc', name: 'Third', ratings: [rating(1, 5)] })
  await expect(combined(third, datasetOf(content), null, named, noTurns)).rejects.toThrow(
    "'Both' holds two catalogues already, and there are two domains. Combine the data sets that it was made of.",
  )
})

test('ids that leave no round number are moved by the smallest that does', async () => {
  const content = await both({ ...films, ratings: [rating(1, 1_200_000_000)] }, books)
  expect([...content.movies.movieId]).toEqual([1, 40, 1_200_000_000, 1_200_000_002, 1_200_000_008])
})

// ───────────── against a union of rows ─────────────

const rows = fc.uniqueArray(
  fc.record({
    user: fc.integer({ min: 1, max: 15 }),
    movie: fc.integer({ min: 1, max: 20 }),
    rating2: fc.integer({ min: 1, max: 10 }),
    time: fc.nat(1e6),
  }),
  { minLength: 1, maxLength: 40, selector: ({ user, movie }) => user * 100 + movie },
)

test('any two data sets: every rating once, under the id its user and movie have now', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.integer({ min: 0, max: 20 }), fc.boolean(), async (a, b, apart, byTable) => {
      const second = b.map((r) => ({ ...r, movie: r.movie + apart, rating2: 11 - r.rating2, time: r.time + 2e6 }))
      const usersOf = (all: Rated[]): number[] => [...new Set(all.map(({ user }) => user))].toSorted((x, y) => x - y)
      // the first user of one with the last of the other, and so on
      const pairs = usersOf(a).map((user, i): [number, number] => [user, usersOf(second).at(-1 - i) ?? 1000 + i])
      const links = byTable ? linked(...pairs) : null
      const content = await both({ ratings: a }, { ratings: second, name: 'Other' }, links)

      const partner = new Map(pairs.map(([first, other]) => [other, first]))
      const movieIds = new Set(a.map(({ movie }) => movie))
      const collide = second.some(({ movie }) => movieIds.has(movie))
      const power = (ids: number[]): number => 10 ** String(Math.max(...ids)).length
      const movieShift = collide ? power([...movieIds]) : 0
      const userShift = power(usersOf(a))
      const newUser = (user: number): number => (links ? (partner.get(user) ?? user + userShift) : user)
      const expected = [
        ...a,
        ...second.map((r) => ({ ...r, user: newUser(r.user), movie: r.movie + movieShift })),
      ].toSorted((x, y) => x.user - y.user || x.movie - y.movie)
      expect(rowsOf(content)).toEqual(expected)
      expect([...content.users]).toEqual(usersOf(expected))
      expect([...content.movies.movieId]).toEqual([...new Set(expected.map(({ movie }) => movie))].toSorted((x, y) => x - y)) // prettier-ignore
      content.movies.movieId.forEach((id, m) => expect(content.movies.catalogue?.[m]).toBe(movieIds.has(id) ? 0 : 1))
    }),
    { numRuns: 300 },
  )
})

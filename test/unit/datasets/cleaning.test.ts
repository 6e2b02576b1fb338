// Every rule by example, all rules together against a scan of rows that shares no code with them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CleaningRecipe } from '../../../src-preload/contract.ts'
import { mostInWindow } from '../../../src-main/datasets/cleaning/burst-raters.ts'
import { cleanedVersion, CleaningError } from '../../../src-main/datasets/cleaning/cleaned-version.ts'
import { previewCleaning } from '../../../src-main/datasets/cleaning/preview.ts'
import { recipeInWords, rulesOf } from '../../../src-main/datasets/cleaning/recipe.ts'
import type { DatasetContent } from '../../../src-main/workspace/dataset-content.ts'
import { noTurns } from '../../../src-main/workspace/staged-database.ts'
import { contentOf, datasetOf, day, type Made, made, type Rated, rowsOf, someDay, tagRowsOf } from './made.ts'

const nothing: CleaningRecipe = {
  impossibleTimes: 'keep',
  orphans: 'keep',
  burst: null,
  constant: null,
  kCore: 0,
  standardise: 'none',
}
const named = { id: 'ds-000000000000made', name: 'Clean', at: Date.UTC(2021, 0, 1) }

async function cleaned(what: Made, recipe: Partial<CleaningRecipe>): Promise<DatasetContent> {
  return (await cleanedVersion(made(what), { ...nothing, ...recipe }, named, noTurns)).content
}
function rating(user: number, movie: number, stars = 3, time = someDay + user * 10 * day + movie): Rated {
  return { user, movie, rating2: 2 * stars, time }
}
const title = (name: string): { title: string } => ({ title: name })
const findings = (content: DatasetContent): [string, number, string[]][] =>
  content.findings.map(({ reason, count, examples }) => [reason, count, examples.map(({ text }) => text)])

test('impossible times: before 1995 and after the import, to the second', async () => {
  const importedAt = Date.UTC(2010, 0, 1)
  const first = Date.UTC(1995, 0, 1) / 1000
  const content = await cleaned(
    {
      importedAt,
      ratings: [
        rating(1, 1, 3, first - 1),
        rating(1, 2, 3, first),
        rating(1, 3, 3, importedAt / 1000),
        rating(1, 4, 3, importedAt / 1000 + 1),
        rating(2, 1, 3, 0),
      ],
    },
    { impossibleTimes: 'remove' },
  )
  expect(rowsOf(content).map(({ user, movie }) => [user, movie])).toEqual([[1, 2], [1, 3]]) // prettier-ignore
  expect(findings(content)).toEqual([
    ['rating dated before 1995 or after the import', 3, ['user 1, movie 1: 1994-12-31', 'user 1, movie 4: 2010-01-01', 'user 2, movie 1: time 0']], // prettier-ignore
    ['user whose last rating was taken by the rule above', 1, ['user 2']],
  ])
  expect([...content.movies.movieId]).toEqual([1, 2, 3, 4]) // movies stay in the catalogue
})

test('impossible times: where no rating has a time, none is judged', async () => {
  const content = await cleaned(
    { ratings: [rating(1, 1, 3, 0), rating(2, 1, 4, 0)] },
    { impossibleTimes: 'remove', burst: { perDay: 1 } },
  )
  expect(rowsOf(content)).toHaveLength(2)
  expect(findings(content)).toEqual([['rating without a time, as all are here: the rule on times judges none', 2, []]])
})

test('orphans: the movie and its ratings leave; a listed movie that is named like one stays', async () => {
  const movies = { 1: title('Heat'), 2: { ...title('Movie 2'), genres: ['Drama'] }, 4: title('Movie 4') }
  const ratings = [rating(1, 1), rating(1, 3), rating(2, 3), rating(3, 2), rating(3, 4)]
  const content = await cleaned({ movies, ratings }, { orphans: 'remove' })
  expect([...content.movies.movieId]).toEqual([1, 2, 4])
  expect(rowsOf(content).map(({ user, movie }) => [user, movie])).toEqual([[1, 1], [3, 2], [3, 4]]) // prettier-ignore
  expect(findings(content)).toEqual([
    ['movie that only the ratings know, with its ratings', 1, ['movie 3: 2 ratings']],
    ['user whose last rating was taken by the rule above', 1, ['user 2']],
  ])
})

test('orphans: a table without titles has only such movies, and keeps them', async () => {
  const content = await cleaned({ ratings: [rating(1, 1), rating(1, 2)] }, { orphans: 'remove' })
  expect(rowsOf(content)).toHaveLength(2)
  expect(findings(content)).toEqual([['movie known by its id alone, as all are here: the rule judges none', 2, []]])
})

test('burst raters: more than so many in a window of 24 hours that may begin at any second', async () => {
  const at = (user: number, ...times: number[]): Rated[] => times.map((t, i) => rating(user, i + 1, 3, someDay + t))
  const ratings = [
    ...at(1, 0, day / 2, day - 1), // three within a day
    ...at(2, 0, day / 2, day), // two: the third comes 24 hours after the first
    ...at(3, day * 3 + 5, 0, day * 3 + 4, day * 3 + 6), // in any order
    ...at(4, 5, 5),
  ]
  const content = await cleaned({ ratings }, { burst: { perDay: 2 } })
  expect([...content.users]).toEqual([2, 4])
  expect(findings(content)).toEqual([
    ['user with more than 2 ratings within 24 hours, with all their ratings', 2, ['user 1: 3 ratings in 24 hours', 'user 3: 3 ratings in 24 hours']], // prettier-ignore
  ])
})

test('the fullest window is the one that trying every start finds', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4 * day), { minLength: 1, maxLength: 40 }), (times) => {
      const brute = Math.max(...times.map((start) => times.filter((t) => t >= start && t - start < day).length))
      expect(mostInWindow(Uint32Array.from(times))).toBe(brute)
    }),
  )
})

test('constant raters: only with enough ratings, and only when all are equal', async () => {
  const same = (user: number, stars: number, n: number): Rated[] =>
    Array.from({ length: n }, (_, i) => rating(user, i + 1, stars))
  const ratings = [...same(1, 5, 3), ...same(2, 5, 2), ...same(3, 4, 3), rating(3, 9, 3.5)]
  const content = await cleaned({ ratings }, { constant: { atLeast: 3 } })
  expect([...content.users]).toEqual([2, 3])
  expect(findings(content)).toEqual([
    ['user whose ratings, at least 3, are all equal', 1, ['user 1: 3 ratings, all 5']],
  ])
})

test('a rule sees what the rules before it have left', async () => {
  const movies = { 1: title('Heat'), 2: title('Ran') }
  const ratings = [rating(1, 1, 5), rating(1, 2, 5), rating(1, 3, 1), rating(2, 1, 5), rating(2, 2, 4)]
  const constant = { atLeast: 2 }
  expect([...(await cleaned({ movies, ratings }, { constant })).users]).toEqual([1, 2])
  expect([...(await cleaned({ movies, ratings }, { constant, orphans: 'remove' })).users]).toEqual([2])
})

test('k-core: movies without ratings leave as well', async () => {
  const movies = { 1: title('Heat'), 2: title('Ran'), 9: title('Never rated') }
  const ratings = [1, 2].flatMap((user) => [rating(user, 1), rating(user, 2)])
  const content = await cleaned({ movies, ratings: [...ratings, rating(3, 1)] }, { kCore: 2 })
  expect([...content.movies.movieId]).toEqual([1, 2])
  expect(findings(content)).toEqual([
    ['user outside the 2-core', 1, ['user 3: 1 ratings before the core']],
    ['movie outside the 2-core', 1, ['movie 9, Never rated']],
  ])
})

test('standardised by user: population deviation, 0 where all are equal', async () => {
  const ratings = [rating(1, 1, 2), rating(1, 2, 4), rating(2, 1, 3), rating(2, 2, 3), rating(3, 1, 5)]
  const { standardised } = await cleaned({ ratings }, { standardise: 'user' })
  expect(standardised).toEqual({ kind: 'user', values: Float32Array.of(-1, 1, 0, 0, 0) })
})

test('standardised over all: mean 0, deviation 1, and the formula of the book', async () => {
  const stars = [0.5, 3, 3, 4.5, 5, 2]
  const ratings = stars.map((s, i) => rating(1 + (i % 2), i + 1, s))
  const content = await cleaned({ ratings }, { standardise: 'global' })
  const mean = stars.reduce((a, b) => a + b) / stars.length
  const deviation = Math.sqrt(stars.reduce((sum, s) => sum + (s - mean) ** 2, 0) / stars.length)
  const expected = rowsOf(content).map(({ rating2 }) => (rating2 / 2 - mean) / deviation)
  expect(content.standardised?.kind).toBe('global')
  expected.forEach((z, i) => expect(content.standardised?.values[i]).toBeCloseTo(z, 6))
})

test('standardised ratings of the parent hold no longer: made anew, or left out with a word', async () => {
  const content = contentOf({ ratings: [rating(1, 1, 2), rating(1, 2, 4), rating(2, 1, 3)] })
  content.standardised = { kind: 'global', values: new Float32Array(3) }
  const clean = async (recipe: Partial<CleaningRecipe>): Promise<DatasetContent> =>
    (await cleanedVersion(datasetOf(content), { ...nothing, ...recipe }, named, noTurns)).content
  const without = await clean({ kCore: 1 })
  expect(without.standardised).toBeNull()
  expect(findings(without)).toEqual([['standardised ratings left out: the rule on them is off', 3, []]])
  expect((await clean({ standardise: 'user' })).standardised?.values).toEqual(Float32Array.of(-1, 1, 0))
})

test('tags, genome scores and catalogues follow their movies; the tags of those who left go', async () => {
  const what: Made = {
    movies: { 1: title('Heat'), 2: title('Ran') },
    ratings: [rating(1, 1, 5), rating(1, 2, 5), rating(1, 3, 5), rating(2, 2, 4), rating(2, 3, 3)],
    tags: [
      { user: 1, movie: 2, time: 5, text: 'of one who leaves' },
      { user: 2, movie: 2, time: 5, text: 'stays' },
      { user: 2, movie: 3, time: 5, text: 'of a movie that leaves' },
      { user: 7, movie: 2, time: 6, text: 'of a stranger' },
    ],
    genome: { tags: ['dark', 'slow'], scores: { 2: [0.25, 0.5], 3: [0.75, 1] } },
  }
  const content = await cleaned(what, { orphans: 'remove', constant: { atLeast: 2 } })
  expect(tagRowsOf(content)).toEqual([
    { user: 2, movie: 2, time: 5, text: 'stays' },
    { user: null, movie: 2, time: 6, text: 'of a stranger' },
  ])
  expect(content.genome).toEqual({
    tags: ['dark', 'slow'],
    movie: Uint32Array.of(1),
    scores: Float32Array.of(0.25, 0.5),
  })
  expect(content.findings.at(-1)).toMatchObject({ reason: 'tag of a user or movie that has left', count: 2 })

  const two = contentOf(what)
  two.movies.catalogue = Uint8Array.of(0, 1, 1)
  two.catalogues = ['A', 'B']
  const recipe: CleaningRecipe = { ...nothing, orphans: 'remove' }
  const both = (await cleanedVersion(datasetOf(two), recipe, named, noTurns)).content
  expect([both.catalogues, both.movies.catalogue]).toEqual([['A', 'B'], Uint8Array.of(0, 1)])
})

test('the new data set says what it was made of and how', async () => {
  const { description } = await cleaned(
    { id: 'ds-00000000000000aa', name: 'Parent', ratings: [rating(1, 1), rating(1, 2)] },
    { burst: { perDay: 1000 }, constant: { atLeast: 20 }, kCore: 1, standardise: 'user' },
  )
  expect(description).toMatchObject({ ...{ id: named.id, name: named.name }, rowsRead: 2, importedAt: named.at })
  expect(description.parents).toEqual(['ds-00000000000000aa'])
  expect(description.recipe).toBe('Of Parent: at most 1000 ratings in 24 hours; no 20 ratings that are all equal; 1-core; standardised by user') // prettier-ignore
  expect(JSON.parse(description.recipeJson ?? '')).toMatchObject({
    kind: 'clean',
    recipe: { kCore: 1, orphans: 'keep' },
  })
})

test('a recipe that does nothing, or leaves nothing, is refused with its remedy', async () => {
  const ratings = [rating(1, 1), rating(2, 2)]
  await expect(cleaned({ ratings }, {})).rejects.toThrow(
    new CleaningError('No rule is on, so the cleaned version would be the data set itself. Switch on a rule.'),
  )
  await expect(cleaned({ name: 'Thin', ratings }, { kCore: 2, standardise: 'user' })).rejects.toThrow(
    new CleaningError("Nothing is left of 'Thin' after the rule '2-core'. Loosen that rule, or switch it off."),
  )
})

test('every rule has its label and its reason, in the order of the contract', () => {
  const all: CleaningRecipe = { impossibleTimes: 'remove', orphans: 'remove', burst: { perDay: 1 }, constant: { atLeast: 2 }, kCore: 5, standardise: 'global' } // prettier-ignore
  const rules = rulesOf(all)
  expect(rules.map(({ label }) => label)).toEqual(['Possible times', 'Listed movies only', 'At most 1 rating in 24 hours', 'No 2 ratings that are all equal', '5-core', 'Standardised over all ratings']) // prettier-ignore
  for (const { reason } of rules) expect(reason).toMatch(/^.{40,}\.$/)
  expect(recipeInWords(all)).toContain('5-core; standardised over all ratings')
  expect(rulesOf(nothing)).toEqual([])
})

// ───────────── all rules together, against rows ─────────────

const importedAt = Date.UTC(2005, 0, 1)
const row = fc.record({
  user: fc.integer({ min: 1, max: 12 }),
  movie: fc.integer({ min: 1, max: 9 }),
  rating2: fc.constantFrom(2, 6, 6, 6, 10),
  time: fc.oneof(
    fc.integer({ min: 0, max: 3 * day }).map((t) => someDay + t),
    fc.constantFrom(0, 5, importedAt / 1000, importedAt / 1000 + 1),
  ),
})
const data = fc
  .uniqueArray(row, { minLength: 1, maxLength: 60, selector: ({ user, movie }) => user * 100 + movie })
  .map((ratings): Made => ({ importedAt, ratings, movies: { 1: title('a'), 2: title('b'), 3: title('c'), 4: title('d'), 30: title('e') } })) // prettier-ignore
const recipes: fc.Arbitrary<CleaningRecipe> = fc.record({
  impossibleTimes: fc.constantFrom('keep' as const, 'remove' as const),
  orphans: fc.constantFrom('keep' as const, 'remove' as const),
  burst: fc.option(fc.record({ perDay: fc.integer({ min: 1, max: 4 }) })),
  constant: fc.option(fc.record({ atLeast: fc.integer({ min: 2, max: 4 }) })),
  kCore: fc.constantFrom(0, 0, 1, 2, 3),
  standardise: fc.constantFrom('none' as const, 'user' as const, 'global' as const),
})

interface Oracle {
  rows: Rated[]
  movies: number[]
  steps: { users: number; movies: number; ratings: number }[]
}

/** The rules once more, on rows, as they are written down. */
function oracle({ ratings, movies: listed = {} }: Made, recipe: CleaningRecipe): Oracle {
  let rows = ratings
  let movies = [...new Set([...Object.keys(listed).map(Number), ...ratings.map(({ movie }) => movie)])]
  const steps: Oracle['steps'] = []
  const users = (): number[] => [...new Set(rows.map(({ user }) => user))]
  const of = (user: number): Rated[] => rows.filter((r) => r.user === user)
  const step = (): void => void steps.push({ users: users().length, movies: movies.length, ratings: rows.length })
  const without = (odd: (own: Rated[]) => boolean): void => {
    const bad = users().filter((user) => odd(of(user)))
    rows = rows.filter(({ user }) => !bad.includes(user))
  }
  step()
  if (recipe.impossibleTimes === 'remove') {
    if (rows.some(({ time }) => time > 0))
      rows = rows.filter(({ time }) => time >= Date.UTC(1995, 0, 1) / 1000 && time <= importedAt / 1000)
    step()
  }
  if (recipe.orphans === 'remove') {
    movies = movies.filter((movie) => listed[movie])
    rows = rows.filter(({ movie }) => listed[movie])
    step()
  }
  const { burst, constant, kCore } = recipe
  if (burst) {
    const near = (a: Rated, b: Rated): boolean => b.time > 0 && b.time >= a.time && b.time - a.time < day
    without((own) => own.some((a) => a.time > 0 && own.filter((b) => near(a, b)).length > burst.perDay))
    step()
  }
  if (constant) {
    without((own) => own.length >= constant.atLeast && own.every(({ rating2 }) => rating2 === own[0]?.rating2))
    step()
  }
  if (kCore > 0) {
    for (let before = -1; before !== rows.length + movies.length;) {
      before = rows.length + movies.length
      without((own) => own.length < kCore)
      movies = movies.filter((movie) => rows.filter((r) => r.movie === movie).length >= kCore)
      rows = rows.filter(({ movie }) => movies.includes(movie))
    }
    step()
  }
  if (recipe.standardise !== 'none') step()
  return { rows: rows.toSorted((a, b) => a.user - b.user || a.movie - b.movie), movies: movies.toSorted((a, b) => a - b), steps } // prettier-ignore
}

test('any recipe on any ratings leaves what a scan of rows leaves; the preview tells it before', async () => {
  await fc.assert(
    fc.asyncProperty(data, recipes, async (what, recipe) => {
      const expected = oracle(what, recipe)
      const untouched = made(what)
      const steps = await previewCleaning(untouched, recipe, noTurns)
      expect(steps.map(({ users, movies, ratings }) => ({ users, movies, ratings }))).toEqual(expected.steps)
      expect(untouched.ratings()).toEqual(made(what).ratings()) // a preview only reads
      if (expected.rows.length === 0 || rulesOf(recipe).length === 0) return
      const { content, steps: again } = await cleanedVersion(untouched, recipe, named, noTurns)
      expect(again).toEqual(steps)
      expect(rowsOf(content)).toEqual(expected.rows)
      expect([...content.movies.movieId]).toEqual(expected.movies)
      expect(content.ratings.indptr).toHaveLength(content.users.length + 1)
      expect(content.standardised?.values.length ?? 0).toBe(recipe.standardise === 'none' ? 0 : expected.rows.length)
    }),
    { numRuns: 400 },
  )
})

test('a turn that throws ends a cleaning at once', async () => {
  const ratings = Array.from({ length: 50 }, (_, i) => rating(i + 1, 1))
  for (let last = 0; last < 4; last++) {
    let turns = 0
    const cancelling = { turn: (): Promise<void> => (turns++ < last ? Promise.resolve() : Promise.reject(new Error('cancelled'))) } // prettier-ignore
    const recipe: CleaningRecipe = { ...nothing, impossibleTimes: 'remove', kCore: 1, standardise: 'user' }
    await expect(cleanedVersion(made({ ratings }), recipe, named, cancelling)).rejects.toThrow('cancelled')
    expect(turns).toBe(last + 1)
  }
})

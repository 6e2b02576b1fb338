/** The rules on imported data. On ml-latest-small: known counts, which a scan of ratings.csv that shares no code with the rules finds as well. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CleaningRecipe } from '../../src-preload/contract.ts'
import { previewCleaning } from '../../src-main/datasets/cleaning/preview.ts'
import { standardise } from '../../src-main/datasets/cleaning/standardise.ts'
import { noTurns } from '../../src-main/workspace/staged-database.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../shared-data.ts'
import { imported, inTempFolder, release, writeFiles } from '../unit/datasets/files.ts'
import { noCleaning } from './clean-data.ts'

const withData = hasLatestSmall ? '' : ` (${noDataReason})`
const day = 86_400

interface Line {
  user: string
  movie: string
  stars: number
  time: number
}
interface Counts {
  users: number
  movies: number
  ratings: number
}

function scanned(): { lines: Line[]; listed: Set<string> } {
  const rows = (name: string): string[] => readFileSync(join(latestSmall, name), 'utf8').trim().split('\n').slice(1)
  const lines = rows('ratings.csv').map((row): Line => {
    const [user = '', movie = '', stars, time] = row.trim().split(',')
    return { user, movie, stars: Number(stars), time: Number(time) }
  })
  return { lines, listed: new Set(rows('movies.csv').map((row) => row.split(',')[0] ?? '')) }
}

const count = (lines: Line[], movies: number): Counts => ({
  users: new Set(lines.map(({ user }) => user)).size,
  movies,
  ratings: lines.length,
})
function without(lines: Line[], odd: (own: Line[]) => boolean): Line[] {
  const byUser = Map.groupBy(lines, ({ user }) => user)
  return [...byUser.values()].filter((own) => !odd(own)).flat()
}
const bursting = (perDay: number) => (own: Line[]) =>
  own.some((a) => own.filter((b) => b.time >= a.time && b.time < a.time + day).length > perDay)
const constant = (atLeast: number) => (own: Line[]) =>
  own.length >= atLeast && new Set(own.map(({ stars }) => stars)).size === 1

function core(lines: Line[], k: number): { lines: Line[]; movies: number } {
  const users = Map.groupBy(lines, ({ user }) => user)
  const small = new Set([...users].filter(([, own]) => own.length < k).map(([user]) => user))
  const left = lines.filter(({ user }) => !small.has(user))
  const movies = Map.groupBy(left, ({ movie }) => movie)
  const kept = left.filter(({ movie }) => (movies.get(movie)?.length ?? 0) >= k)
  if (kept.length < lines.length) return core(kept, k)
  return { lines, movies: movies.size }
}

const known: [rule: string, recipe: Partial<CleaningRecipe>, counts: Counts][] = [
  ['nothing', {}, { users: 610, movies: 9742, ratings: 100_836 }],
  ['possible times', { impossibleTimes: 'remove' }, { users: 610, movies: 9742, ratings: 100_836 }],
  ['listed movies', { orphans: 'remove' }, { users: 610, movies: 9742, ratings: 100_836 }],
  ['at most 1000 a day', { burst: { perDay: 1000 } }, { users: 609, movies: 9742, ratings: 98_358 }],
  ['at most 500 a day', { burst: { perDay: 500 } }, { users: 595, movies: 9742, ratings: 85_494 }],
  ['at most 100 a day', { burst: { perDay: 100 } }, { users: 410, movies: 9742, ratings: 26_099 }],
  ['no 20 equal ratings', { constant: { atLeast: 20 } }, { users: 609, movies: 9742, ratings: 100_816 }],
  ['5-core', { kCore: 5 }, { users: 610, movies: 3650, ratings: 90_274 }],
  ['20-core', { kCore: 20 }, { users: 566, movies: 1286, ratings: 67_020 }],
  ['all of them', { impossibleTimes: 'remove', orphans: 'remove', burst: { perDay: 500 }, constant: { atLeast: 20 }, kCore: 10 }, { users: 592, movies: 1939, ratings: 67_654 }], // prettier-ignore
]

test.skipIf(!hasLatestSmall)(`ml-latest-small: what each rule leaves${withData}`, async () => {
  const { lines, listed } = scanned()
  await imported(latestSmall, async (dataset) => {
    for (const [rule, change, counts] of known) {
      const recipe: CleaningRecipe = { ...noCleaning, ...change }
      const last = (await previewCleaning(dataset, recipe, noTurns)).at(-1)
      let left = lines
      if (recipe.impossibleTimes === 'remove') left = left.filter(({ time }) => time >= Date.parse('1995-01-01') / 1000)
      if (recipe.orphans === 'remove') left = left.filter(({ movie }) => listed.has(movie))
      if (recipe.burst) left = without(left, bursting(recipe.burst.perDay))
      if (recipe.constant) left = without(left, constant(recipe.constant.atLeast))
      const cored = recipe.kCore > 0 ? core(left, recipe.kCore) : { lines: left, movies: listed.size }
      expect([rule, { users: last?.users, movies: last?.movies, ratings: last?.ratings }]).toEqual([rule, count(cored.lines, cored.movies)]) // prettier-ignore
      expect([rule, count(cored.lines, cored.movies)]).toEqual([rule, counts])
    }
  })
})

test.skipIf(!hasLatestSmall)(`ml-latest-small: z-scores by user and over all${withData}`, async () => {
  const { lines } = scanned()
  const zScores = (stars: number[]): number[] => {
    const mean = stars.reduce((a, b) => a + b, 0) / stars.length
    const deviation = Math.sqrt(stars.reduce((sum, s) => sum + (s - mean) ** 2, 0) / stars.length)
    return stars.map((s) => (deviation === 0 ? 0 : (s - mean) / deviation))
  }
  const sorted = lines.toSorted((a, b) => Number(a.user) - Number(b.user) || Number(a.movie) - Number(b.movie))
  const stars = (of: Line[]): number[] => of.map((line) => line.stars)
  const expected = {
    user: [...Map.groupBy(sorted, ({ user }) => user).values()].flatMap((own) => zScores(stars(own))),
    global: zScores(stars(sorted)),
  }
  await imported(latestSmall, async (dataset) => {
    for (const by of ['user', 'global'] as const) {
      const values = await standardise(dataset.ratings(), by, noTurns)
      expect(values).toHaveLength(100_836)
      const worst = expected[by].reduce((most, z, r) => Math.max(most, Math.abs(z - (values[r] ?? NaN))), 0)
      expect(worst).toBeLessThan(1e-6)
    }
  })
})

test('a movie that the import knows from ratings alone is what the rule on orphans takes', async () => {
  const files = release()
  files['ratings.csv'] = `${String(files['ratings.csv'])}3,9999,4.0,1000000500\n7,9999,2.5,1000000600\n`
  await inTempFolder((folder) =>
    imported(writeFiles(folder, files), async (dataset) => {
      const steps = await previewCleaning(dataset, { ...noCleaning, orphans: 'remove' }, noTurns)
      expect(steps.map(({ movies, ratings }) => [movies, ratings])).toEqual([[13, 202], [12, 200]]) // prettier-ignore
    }),
  )
})

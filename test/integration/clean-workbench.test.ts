/** The way through the workbench: preview, cleaned version, two data sets as one, and what the list then says of them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CleaningRecipe, Dataset } from '../../src-preload/contract.ts'
import { type Bench, openBench, temporaryFolder } from './bench.ts'
import { noCleaning } from './clean-data.ts'
import { writeMovieLens } from './movielens.ts'

const recipe: CleaningRecipe = { ...noCleaning, kCore: 15, standardise: 'user' }

async function withTwo(): Promise<{ bench: Bench; first: string; second: string }> {
  const bench = await openBench()
  const one = writeMovieLens(join(temporaryFolder(), 'one'))
  const two = writeMovieLens(join(temporaryFolder(), 'two'), { users: 40, movies: 50, ratingsEach: 20, seed: 2 })
  return { bench, first: await bench.imported(one, 'One'), second: await bench.imported(two, 'Two') }
}
const listed = async (bench: Bench, id: string | null): Promise<Dataset | undefined> =>
  (await bench.call('datasets.list', {})).find((dataset) => dataset.id === id)

test('a cleaned version is a data set of its own that names its parent and recipe', async () => {
  const { bench, first } = await withTwo()
  const steps = await bench.call('datasets.cleanPreview', { datasetId: first, recipe })
  expect(steps.map(({ label }) => label)).toEqual(['As it is', '15-core', 'Standardised by user'])
  await bench.call('datasets.rename', { datasetId: first, name: 'Renamed' })
  const job = await bench.ended(await bench.call('datasets.clean', { datasetId: first, name: 'Dense', recipe }))
  expect([job.error, job.label]).toEqual([null, 'Clean Renamed'])
  const { ratings, users, movies } = steps.at(-1)!
  expect(await listed(bench, job.datasetId)).toMatchObject({
    ...{ name: 'Dense', parents: [first], recipe: 'Of Renamed: 15-core; standardised by user', standardised: 'user' },
    ...{ ratings, users, movies, catalogues: [] },
  })
  const report = await bench.call('datasets.report', { datasetId: job.datasetId! })
  expect([report.rowsRead, report.rowsKept]).toEqual([1800, ratings])
  expect((await listed(bench, first))?.ratings).toBe(1800)
})

test('two data sets become one with two catalogues', async () => {
  const { bench, first, second } = await withTwo()
  const links = join(temporaryFolder(), 'people.csv')
  writeFileSync(links, Array.from({ length: 30 }, (_, i) => `${i + 1},${40 - i}`).join('\n'))
  const { token } = bench.handle.keepPath(links)
  const job = await bench.ended(await bench.call('datasets.combine', { first, second, name: 'Both', links: token }))
  expect(job.error).toBeNull()
  expect(await listed(bench, job.datasetId)).toMatchObject({
    ...{ name: 'Both', parents: [first, second], catalogues: ['One', 'Two'] },
    ...{ users: 60 + 10, movies: 130, ratings: 1800 + 800 },
  })
})

test('what cannot be done is refused at once, or ends as a sentence, and leaves no data set', async () => {
  const { bench, first, second } = await withTwo()
  await expect(bench.call('datasets.clean', { datasetId: first, name: 'x', recipe: noCleaning })).rejects.toThrow(
    'Switch on a rule.',
  )
  await expect(bench.call('datasets.combine', { first, second: first, name: 'x', links: null })).rejects.toThrow(
    "'One' cannot be combined with itself. Choose another data set.",
  )
  const harsh: CleaningRecipe = { ...noCleaning, kCore: 1000 }
  const job = await bench.ended(await bench.call('datasets.clean', { datasetId: second, name: 'x', recipe: harsh }))
  expect(job).toMatchObject({ state: 'failed', error: "Nothing is left of 'Two' after the rule '1000-core'. Loosen that rule, or switch it off." }) // prettier-ignore
  const links = join(temporaryFolder(), 'people.csv')
  writeFileSync(links, '1,1\n1,2\n')
  const { token } = bench.handle.keepPath(links)
  const combine = await bench.ended(await bench.call('datasets.combine', { first, second, name: 'x', links: token }))
  expect(combine.error).toBe("people.csv, line 2: user 1 of 'One' is linked a second time, the first is line 1. One person is one line: take one of the two out.") // prettier-ignore
  expect((await bench.call('datasets.list', {})).map(({ name }) => name)).toEqual(['One', 'Two'])
})

/** Cleaned and combined data sets as files: the same hash twice, posters and plots along, nothing left of what was cancelled or did not fit. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CleaningRecipe } from '../../src-preload/contract.ts'
import { linkOrCopy } from '../../src-main/datasets/media/carry-media.ts'
import { cleanDataset, type CleanOptions } from '../../src-main/datasets/cleaning/clean.ts'
import { previewCleaning } from '../../src-main/datasets/cleaning/preview.ts'
import { combineDatasets, type CombineOptions } from '../../src-main/datasets/combining/combine.ts'
import type { DatasetPaths } from '../../src-main/datasets/derive.ts'
import { PlotFile } from '../../src-main/workspace/plot-file.ts'
import { PosterFile } from '../../src-main/workspace/poster-file.ts'
import { noTurns } from '../../src-main/workspace/staged-database.ts'
import { temporaryFolder } from './bench.ts'
import { noCleaning, plotOf, posterOf, withDataset, writeParent } from './clean-data.ts'

const films = { id: 'ds-00000000000films', name: 'Films', users: 300, movies: 400, ratingsEach: 40, seed: 1 }
const books = { id: 'ds-00000000000books', name: 'Books', users: 200, movies: 150, ratingsEach: 20, seed: 2 }
const whole: CleaningRecipe = { impossibleTimes: 'remove', orphans: 'remove', burst: { perDay: 30 }, constant: { atLeast: 20 }, kCore: 12, standardise: 'user' } // prettier-ignore

function pathsIn(folder: string, name: string): DatasetPaths {
  const at = (kind: string): string => join(folder, 'datasets', `${name}${kind}.db`)
  return { dataset: at(''), posters: at('.posters'), plots: at('.plots') }
}
const left = (folder: string): string[] => readdirSync(join(folder, 'datasets')).sort()
const parentsOnly = ['books.db', 'books.plots.db', 'books.posters.db', 'films.db', 'films.plots.db', 'films.posters.db']

async function withParents(): Promise<{ folder: string; films: DatasetPaths; books: DatasetPaths }> {
  const folder = temporaryFolder()
  const paths = { films: pathsIn(folder, 'films'), books: pathsIn(folder, 'books') }
  await writeParent(paths.films, films)
  await writeParent(paths.books, books)
  return { folder, ...paths }
}
function cleaning(parent: DatasetPaths, target: DatasetPaths, change: Partial<CleanOptions> = {}): CleanOptions {
  return {
    ...{ parent, parentName: 'Films', target, id: 'ds-00000000000clean', name: 'Clean', at: Date.UTC(2024, 0, 1) },
    ...{ recipe: whole, signal: new AbortController().signal, onProgress: () => undefined },
    ...change,
  }
}
function combining(p: { films: DatasetPaths; books: DatasetPaths }, target: DatasetPaths): CombineOptions {
  return {
    ...{ first: p.films, second: p.books, names: ['Films', 'Books'], links: null, target },
    ...{ id: 'ds-000000000000both', name: 'Both', at: Date.UTC(2024, 0, 1) },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  }
}
const media = (paths: DatasetPaths): { posters: PosterFile; plots: PlotFile; close: () => void } => {
  const [posters, plots] = [PosterFile.open(paths.posters), PlotFile.open(paths.plots)]
  return { posters, plots, close: () => (posters.close(), plots.close()) }
}

test('a cleaned version holds what the preview told, its own findings, and is the same again', async () => {
  const p = await withParents()
  const before = createHash('sha256').update(readFileSync(p.films.dataset)).digest('hex')
  const steps = await withDataset(p.films.dataset, (file) => previewCleaning(file, whole, noTurns))
  const [one, two] = [pathsIn(p.folder, 'one'), pathsIn(p.folder, 'two')]
  const phases = new Set<string>()
  await cleanDataset(cleaning(p.films, one, { onProgress: ({ phase }) => phases.add(phase) }))
  await cleanDataset(cleaning(p.films, two, { name: 'Again', id: 'ds-00000000000again', at: Date.UTC(2025, 5, 1) }))
  expect(createHash('sha256').update(readFileSync(p.films.dataset)).digest('hex')).toBe(before)
  expect([...phases]).toEqual(['Reading', 'Cleaning', 'Taking posters and plots along', 'Writing', 'Done'])

  const { meta, report, standardised, json } = withDataset(one.dataset, (file) => ({
    ...{ meta: file.meta, report: file.report(), standardised: file.standardised(), json: file.recipeJson },
  }))
  const last = steps.at(-1)
  expect([meta.users, meta.movies, meta.ratings]).toEqual([last?.users, last?.movies, last?.ratings])
  expect(meta.ratings).toBeGreaterThan(1000)
  expect(meta).toMatchObject({ name: 'Clean', parents: [films.id], standardised: 'user', format: 'drawn' })
  expect(meta.recipe).toMatch(/^Of Films: possible times; .*12-core; standardised by user$/)
  expect(JSON.parse(json ?? '')).toEqual({ kind: 'clean', parent: withDataset(p.films.dataset, (f) => f.meta.hash), recipe: whole }) // prettier-ignore
  expect([report.rowsRead, report.rowsKept]).toEqual([12_000, meta.ratings])
  expect(report.findings.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
    'Films: user with more than 30 ratings within 24 hours, with all their ratings',
    'Films: user whose ratings, at least 20, are all equal',
    'Films: movie outside the 12-core',
    'Films: tag of a user or movie that has left',
  ])
  expect(report.findings[0]?.examples[0]?.text).toMatch(/^user \d+: \d+ ratings in 24 hours$/)
  expect(standardised?.values).toHaveLength(meta.ratings)
  expect(withDataset(two.dataset, (file) => file.meta.hash)).toBe(meta.hash)
  expect(withDataset(p.films.dataset, (file) => file.meta.hash)).not.toBe(meta.hash)
})

test('where all movies stay, posters and plots are the same files under a second name', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'clean')
  await cleanDataset(cleaning(p.films, target, { recipe: { ...noCleaning, constant: { atLeast: 20 } } }))
  for (const kind of ['posters', 'plots'] as const) expect(statSync(target[kind]).ino).toBe(statSync(p.films[kind]).ino)
})

test('where movies leave, their posters and plots do; where none has any, there is no file', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'clean')
  await cleanDataset(cleaning(p.films, target))
  const kept = withDataset(target.dataset, (file) => [...file.movies().movieId])
  expect(kept.length).toBeLessThan(400)
  const { posters, plots, close } = media(target)
  const expected = kept.filter((id) => ((id - 1) / 2) % 2 === 0)
  expect([...posters.ids()]).toEqual(expected)
  expect(posters.movies).toBe(kept.length)
  expect([...plots.all().keys()]).toEqual(expected)
  for (const id of expected) {
    expect(posters.get(id)).toEqual(posterOf('Films', id))
    expect(plots.get(id)).toBe(plotOf('Films', id))
  }
  close()

  const bare = pathsIn(p.folder, 'bare')
  await cleanDataset(cleaning({ ...p.films, posters: 'none', plots: 'none' }, bare))
  expect(left(p.folder).filter((name) => name.startsWith('bare'))).toEqual(['bare.db'])
})

test('a file system without hard links gets a copy', async () => {
  const p = await withParents()
  const target = join(p.folder, 'datasets', 'copy.db')
  const refusing = (): Promise<void> => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }))
  await linkOrCopy(p.films.posters, target, new AbortController().signal, refusing)
  expect(readFileSync(target)).toEqual(readFileSync(p.films.posters))
  expect(statSync(target).ino).not.toBe(statSync(p.films.posters).ino)
  const failing = (): Promise<void> => Promise.reject(Object.assign(new Error('the disk broke'), { code: 'EIO' }))
  await expect(linkOrCopy(p.films.posters, `${target}2`, new AbortController().signal, failing)).rejects.toThrow(
    'broke',
  )
  const cancelled = linkOrCopy(p.films.posters, `${target}2`, AbortSignal.abort(new Error('cancelled')), refusing)
  await expect(cancelled).rejects.toThrow('cancelled')
  expect(left(p.folder)).toEqual(['books.db', 'books.plots.db', 'books.posters.db', 'copy.db', ...parentsOnly.slice(3)])
})

test('two data sets as files: posters and plots of both, under the ids their movies have now', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'both')
  const links = join(p.folder, 'links.csv')
  writeFileSync(links, 'film,book\n1,200\n2,199\n900,1\n')
  await cleanDataset(cleaning(p.films, target, { recipe: { ...noCleaning, kCore: 2 } })) // an older file of that name gives way
  await combineDatasets({ ...combining(p, target), links })
  const { meta, catalogue, findings } = withDataset(target.dataset, (file) => ({
    ...{ meta: file.meta, catalogue: file.movies().catalogue, findings: file.report().findings },
  }))
  expect(meta).toMatchObject({
    ...{ users: 300 + 200 - 2, movies: 550, ratings: 12_000 + 4000, tags: 4 },
    catalogues: ['Films', 'Books'],
    parents: [films.id, books.id],
    recipe: 'Films and Books as two catalogues; users linked by links.csv, other user ids of Books plus 1000 (2 in both); movie ids of Books plus 1000', // prettier-ignore
  })
  expect(catalogue?.reduce((n, c) => n + c, 0)).toBe(150)
  expect(findings[0]).toMatchObject({ file: 'links.csv', count: 1, examples: [{ line: 4, text: '900,1' }] })
  const { posters, plots, close } = media(target)
  expect([posters.count, plots.count, posters.movies]).toEqual([275, 275, 550])
  expect(posters.get(1)).toEqual(posterOf('Films', 1))
  expect(posters.get(1001)).toEqual(posterOf('Books', 1))
  expect(plots.get(1005)).toBe(plotOf('Books', 5))
  close()
  const again = pathsIn(p.folder, 'again')
  await combineDatasets({ ...combining(p, again), links, name: 'Other', at: 7 })
  expect(withDataset(again.dataset, (file) => file.meta.hash)).toBe(meta.hash)
})

test('cancelled in any phase, both leave nothing, within a second', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'none')
  const cancelledAt = (phase: string): { signal: AbortSignal; onProgress: (news: { phase: string }) => void } => {
    const cancel = new AbortController()
    return { signal: cancel.signal, onProgress: (news) => (news.phase === phase ? cancel.abort() : undefined) }
  }
  for (const phase of ['Reading', 'Cleaning', 'Writing', 'Taking posters and plots along']) {
    await expect(cleanDataset(cleaning(p.films, target, cancelledAt(phase)))).rejects.toThrow('aborted')
    expect(left(p.folder)).toEqual(parentsOnly)
  }
  for (const phase of ['Reading', 'Combining', 'Writing', 'Taking posters and plots along']) {
    await expect(combineDatasets({ ...combining(p, target), ...cancelledAt(phase) })).rejects.toThrow('aborted')
    expect(left(p.folder)).toEqual(parentsOnly)
  }
})

test('a disk that is full is said in a sentence, and nothing is left', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'none')
  const sentence =
    /^The disk is full: .*none\.db needs about \d.* Nothing was changed\. Free at least .*, and try again\.$/
  await expect(cleanDataset(cleaning(p.films, target, { limitBytes: 100_000 }))).rejects.toThrow(sentence)
  await expect(combineDatasets({ ...combining(p, target), limitBytes: 100_000 })).rejects.toThrow(sentence)
  expect(left(p.folder)).toEqual(parentsOnly)
})

test('what cannot be done is refused before anything is written', async () => {
  const p = await withParents()
  const target = pathsIn(p.folder, 'none')
  await expect(cleanDataset(cleaning(p.films, target, { recipe: noCleaning }))).rejects.toThrow('No rule is on')
  await expect(cleanDataset(cleaning(p.films, target, { recipe: { ...noCleaning, kCore: 999 } }))).rejects.toThrow("Nothing is left of 'Films' after the rule '999-core'.") // prettier-ignore
  const links = join(p.folder, 'links.csv')
  mkdirSync(links)
  await expect(combineDatasets({ ...combining(p, target), links })).rejects.toThrow('Choose a CSV or TSV of user ids.')
  expect(left(p.folder)).toEqual(parentsOnly)
})

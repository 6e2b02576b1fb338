/**
 * Two data sets as one with two catalogues, for domains that are not cut out of one list of movies. No movie is in both catalogues; the
 * users of both are what the domains share.
 */
import { Pacer } from '../../learning/pacer.ts'
import type { DatasetContent } from '../../workspace/dataset-content.ts'
import { createDatasetFile, DatasetFile } from '../../workspace/dataset-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { carryPlots, carryPosters } from '../media/carry-media.ts'
import type { ParentDataset } from '../cleaning/cleaned-version.ts'
import { CombineError } from './combine-error.ts'
import { combineMovies } from './movies.ts'
import { combineGenomes, combineRatings, combineTags } from './ratings.ts'
import { combineUsers } from './users.ts'
import { called, type DatasetPaths, type DeriveOptions, movingBar, wholeOrNothing, writingTurns } from '../derive.ts'
import { Findings } from '../importing/findings.ts'
import { type LinkTable, readLinkTable } from './link-table.ts'

export interface CombineOptions extends DeriveOptions {
  first: DatasetPaths
  second: DatasetPaths
  /** What the two are called now. */
  names: [string, string]
  /** Path of a table of user ids; null: equal ids are one person. */
  links: string | null
}

/**
 * Writes the files of `target`, all of them or none; posters and plots of both go along.
 * @throws CombineError, or ImportError about the link table; DiskFullError; the signal's reason within 150 ms after a cancel
 */
export async function combineDatasets(options: CombineOptions): Promise<void> {
  const { target, signal, onProgress, names } = options
  const pacer = new Pacer(signal, 20)
  const files = [DatasetFile.open(options.first.dataset)]
  try {
    files.push(DatasetFile.open(options.second.dataset))
    const [first, second] = [called(files[0]!, names[0]), called(files[1]!, names[1])] // both were just opened
    await wholeOrNothing(target, async () => {
      const bar = (phase: string, from: number, to: number, expected: number): Turns =>
        movingBar(pacer, { phase, from, to, expected }, onProgress)
      const links =
        options.links === null ? null : await readLinkTable(options.links, names, bar('Reading links', 0, 0.05, 20))
      const reading = bar('Reading', 0.05, 0.2, 6)
      for (const file of files) await file.readRatings(reading)
      const expected = Math.ceil((first.users.length + second.users.length) / 1024) + 20
      const { content, movieShift } = await combined(
        first,
        second,
        links,
        options,
        bar('Combining', 0.2, 0.5, expected),
      )
      const carrying = bar('Taking posters and plots along', 0.5, 0.6, 2000)
      const movies = content.movies.movieId.length
      const parents = (kind: 'posters' | 'plots'): Parameters<typeof carryPosters>[0] => [
        { path: options.first[kind], newId: (id) => id },
        { path: options.second[kind], newId: (id) => id + movieShift },
      ]
      await carryPosters(parents('posters'), { path: target.posters, movies }, carrying)
      await carryPlots(parents('plots'), { path: target.plots, movies }, carrying)
      // last, so that where the data set is, its posters and plots are
      await createDatasetFile(target.dataset, content, {
        limitBytes: options.limitBytes,
        turns: bar('Writing', 0.6, 1, writingTurns(content)),
      })
    })
  } finally {
    for (const file of files) file.close()
  }
  onProgress({ phase: 'Done', fraction: 1 })
}

export interface Combined {
  content: DatasetContent
  /** Added to the movie ids of the second: a poster of its movie 1 belongs to movie 1 + shift. */
  movieShift: number
}

/**
 * The same two data sets and links give the same content, but for id, name and time.
 * @param links null: equal ids are one person
 * @param made `at`: milliseconds since 1970
 * @throws CombineError when the two cannot be combined; what a turn throws
 */
export async function combined(
  first: ParentDataset,
  second: ParentDataset,
  links: LinkTable | null,
  made: { id: string; name: string; at: number },
  turns: Turns,
): Promise<Combined> {
  refuseUnfit(first, second)
  const parents = [first.meta, second.meta]
  const names = distinct(first.meta.name, second.meta.name)
  const findings = new Findings()
  const movies = combineMovies(first.movies(), second.movies(), names, findings)
  const users = combineUsers(first.users, second.users, links, names, findings)
  await turns.turn()
  const ratings = await combineRatings(first.ratings(), second.ratings(), users, movies, turns)
  const tags = await combineTags(first.tags(), second.tags(), users, movies, turns)
  await turns.turn()
  const genome = combineGenomes(first.genome(), second.genome(), movies, names, findings)
  for (const { name, standardised } of parents)
    if (standardised !== 'none')
      findings.add(
        name,
        'standardised ratings left out: standardise the combined data set by cleaning it',
        'removed',
        0,
        standardised,
      )
  const content: DatasetContent = {
    description: {
      id: made.id,
      name: made.name,
      synthetic: parents.some(({ synthetic }) => synthetic),
      format: [...new Set(parents.map(({ format }) => format))].join(' + '),
      importedAt: made.at,
      rowsRead: parents.reduce((sum, meta) => sum + meta.ratings, 0),
      parents: parents.map(({ id }) => id),
      recipe: inWords(names, links, movies.shift, users),
      recipeJson: JSON.stringify({
        kind: 'combine',
        parents: parents.map(({ hash }) => hash),
        links: links?.file ?? null,
        movieShift: movies.shift,
        userShift: users.shift,
      }),
    },
    movies: movies.movies,
    catalogues: names,
    users: users.ids,
    ratings,
    standardised: null,
    tags,
    genome,
    findings: findings.list(),
  }
  return { content, movieShift: movies.shift }
}

function refuseUnfit(first: ParentDataset, second: ParentDataset): void {
  const [a, b] = [first.meta, second.meta]
  if (a.id === b.id || a.hash === b.hash)
    throw new CombineError(
      a.id === b.id
        ? `'${a.name}' cannot be combined with itself: every movie would be in both domains. Choose another data set as the second.`
        : `'${a.name}' and '${b.name}' hold the same: every movie would be in both domains. Choose another data set as the second.`,
    )
  const whole = [a, b].find(({ catalogues }) => catalogues.length > 0)
  if (whole)
    throw new CombineError(
      `'${whole.name}' holds two catalogues already, and there are two domains. Combine the data sets that it was made of.`,
    )
}

function distinct(first: string, second: string): [string, string] {
  return [first, first === second ? `${second} (2)` : second]
}

function inWords(
  [first, second]: [string, string],
  links: LinkTable | null,
  movieShift: number,
  users: { shared: number; shift: number },
): string {
  const people = links
    ? `users linked by ${links.file}${users.shift > 0 ? `, other user ids of ${second} plus ${users.shift}` : ''}`
    : 'equal user ids are one person'
  return [
    `${first} and ${second} as two catalogues`,
    `${people} (${users.shared} in both)`,
    ...(movieShift > 0 ? [`movie ids of ${second} plus ${movieShift}`] : []),
  ].join('; ')
}

/** Getting data in: a data set with its posters, plots and vectors, from a path or the sample. */
import { resolve } from 'node:path'
import type { CleaningReport, Dataset, TableMapping, TablePreview } from '../../src-preload/contract.ts'
import { defaultWorkspace } from '../shell/workspace-folder.ts'
import { type Arguments, type Command, type CommandContext, type OptionRow, UsageError } from './command.ts'
import { openSession, type Session } from './session.ts'
import { readMapping } from './table-mapping.ts'

export const workspaceOption: OptionRow = {
  name: 'workspace',
  value: 'DIR',
  help: 'the workspace folder; made when absent',
}
export const mediaOptions: readonly OptionRow[] = [
  { name: 'posters', value: 'PATH', help: 'folder or zip of <movieId>.jpg|png|webp' },
  { name: 'plots', value: 'PATH', help: "table with movieId,overview, or TMDB's" },
]
export const vectorsOption: OptionRow = {
  name: 'vectors',
  value: 'NAME=PATH',
  help: 'item vectors of a further modality: a table of movieId and numbers',
}

export function workspaceOf(args: Arguments): string {
  const given = args.text('workspace')
  return given === null ? defaultWorkspace() : resolve(given)
}

/** Opens the workspace the arguments name, does the work, and closes it. */
export async function withSession<T>(
  args: Arguments,
  { built, progress, signal }: CommandContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(workspaceOf(args), built, progress, signal)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

export interface ImportOptions {
  name: string | null
  posters: string | null
  plots: string | null
  /** `NAME=PATH` */
  vectors: string | null
  /** `--mapping` and `--highest` of a table; null: as it seems to be. */
  mapping: string | null
  highest: string | null
}
const nothingMore: ImportOptions = {
  name: null,
  posters: null,
  plots: null,
  vectors: null,
  mapping: null,
  highest: null,
}

/** Imports what lies at `source` and adds posters, plots and vectors where they are given. */
export async function importFrom(session: Session, source: string, options: Partial<ImportOptions>): Promise<Dataset> {
  const { name, posters, plots, vectors, mapping, highest } = { ...nothingMore, ...options }
  const named = vectors === null ? null : namedPath(vectors) // refused before the import, not after it
  const { token } = session.keepPath(resolve(source))
  const { suggestedName, table } = await session.call('datasets.recognise', { token })
  if (!table && (mapping ?? highest) !== null) {
    throw new UsageError('--mapping and --highest are for tables; this is a MovieLens release, which needs neither.')
  }
  const job = await session.call('datasets.import', {
    token,
    name: name ?? suggestedName,
    mapping: table && mappingOf(table, mapping, highest),
  })
  await session.jobEnded(job)
  const dataset = await addMedia(session, await datasetOf(session, job.datasetId), { posters, plots })
  return named === null ? dataset : addVectors(session, dataset, named)
}

/** @throws UsageError when it is not NAME=PATH */
function namedPath(text: string): { name: string; path: string } {
  const [, name, path] = /^([A-Za-z0-9_-]{1,40})=(.+)$/.exec(text) ?? []
  if (name !== undefined && path !== undefined) return { name, path }
  throw new UsageError(
    `--vectors takes NAME=PATH, as audio=audio.csv is, with a name of 1 to 40 letters, digits, - and _; it was '${text}'.`,
  )
}

async function addVectors(session: Session, { id }: Dataset, given: { name: string; path: string }): Promise<Dataset> {
  const { token } = session.keepPath(resolve(given.path))
  const asked = { datasetId: id, token, name: given.name, by: 'auto' } as const
  await session.jobEnded(await session.call('datasets.addVectors', asked))
  return datasetOf(session, id)
}

/** Adds posters and plots where they are given. */
export async function addMedia(
  session: Session,
  { id }: Dataset,
  { posters, plots }: Pick<ImportOptions, 'posters' | 'plots'>,
): Promise<Dataset> {
  for (const [request, path] of [
    ['datasets.addPosters', posters],
    ['datasets.addPlots', plots],
  ] as const) {
    if (path === null) continue
    const picked = session.keepPath(resolve(path))
    await session.jobEnded(await session.call(request, { datasetId: id, token: picked.token, by: 'auto' }))
  }
  return datasetOf(session, id)
}

/** The sample of this workspace, made where there is none yet. */
export async function sampleDataset(session: Session): Promise<Dataset> {
  const existing = (await session.call('datasets.list', {})).find((dataset) => dataset.synthetic)
  if (existing) return existing
  const job = await session.call('datasets.sample', {})
  await session.jobEnded(job)
  return datasetOf(session, job.datasetId)
}

function mappingOf(table: TablePreview, mapping: string | null, highest: string | null): TableMapping {
  const suggested = table.suggested.columns.flatMap((role, c) => (role === 'ignored' ? [] : [`${role}=${c + 1}`]))
  return readMapping(mapping ?? suggested.join(','), table, highest)
}

/** The data set named by its id or its name. @throws Error when there is none, or more than one of that name */
export async function datasetNamed(session: Session, named: string | null): Promise<Dataset> {
  const all = await session.call('datasets.list', {})
  const byName = all.filter((each) => each.name === named)
  const found = all.find((each) => each.id === named) ?? (byName.length === 1 ? byName[0] : undefined)
  if (found) return found
  if (byName.length > 1) {
    throw new Error(
      `${byName.length} data sets are called '${named}'. Give the id: ${byName.map(({ id }) => id).join(', ')}.`,
    )
  }
  const known = all.map((each) => `'${each.name}'`).join(', ')
  throw new Error(`There is no data set '${named}'. There are: ${known || 'none'}.`)
}

export async function datasetOf(session: Session, id: string | null): Promise<Dataset> {
  const dataset = (await session.call('datasets.list', {})).find((each) => each.id === id)
  if (!dataset) throw new Error('The import ended, yet its data set is not in the workspace. Import it again.')
  return dataset
}

export function describeDataset(dataset: Dataset): string {
  const count = (n: number): string => n.toLocaleString('en-US')
  const vectors = dataset.vectors.map(({ name, dim, movies }) => `, ${count(movies)} vectors ${name} of ${dim} numbers`)
  const media = `${count(dataset.posters)} posters, ${count(dataset.plots)} plots${vectors.join('')}`
  return `${dataset.name}${dataset.synthetic ? ', generated' : ''}: ${count(dataset.users)} users, ${count(dataset.movies)} movies, ${count(dataset.ratings)} ratings, ${media}`
}

/** What cleaning took away or changed, a line each with the first place; what was kept as it is, is in the report of the Data screen. */
export function describeCleaning({ findings }: CleaningReport): string[] {
  return findings
    .filter(({ treatment }) => treatment !== 'kept')
    .map(({ file, reason, count, treatment, examples: [first] }) => {
      const place = first ? `; the first in line ${first.line}: ${first.text}` : ''
      return `  ${treatment}: ${count.toLocaleString('en-US')} × ${reason} (${file}${place})`
    })
}

export const importCommand: Command = {
  name: 'import',
  positional: 'PATH',
  help: 'Imports a MovieLens zip or folder, or a table of ratings, with posters, plots and vectors where given.',
  options: [
    { name: 'name', value: 'NAME', help: "the data set's name" },
    {
      name: 'mapping',
      value: 'user=1,item=2,rating=3',
      help: "a table's columns, counted from 1; also timestamp, title, genres",
    },
    { name: 'highest', value: 'N', help: "the table's rating that means five stars" },
    ...mediaOptions,
    vectorsOption,
    workspaceOption,
  ],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const dataset = await importFrom(session, args.positional ?? '', {
        name: args.text('name'),
        posters: args.text('posters'),
        plots: args.text('plots'),
        vectors: args.text('vectors'),
        mapping: args.text('mapping'),
        highest: args.text('highest'),
      })
      const report = await session.call('datasets.report', { datasetId: dataset.id })
      context.progress.print([describeDataset(dataset), ...describeCleaning(report)].join('\n'))
    }),
}

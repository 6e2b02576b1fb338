/** Getting data in: a data set with its posters and plots, from a path or the sample. */
import { resolve } from 'node:path'
import type { CleaningReport, Dataset } from '../../src-preload/contract.ts'
import { defaultWorkspace } from '../shell/workspace-folder.ts'
import type { Arguments, Command, OptionRow } from './command.ts'
import { openSession, type Session } from './session.ts'

export const workspaceOption: OptionRow = {
  name: 'workspace',
  value: 'DIR',
  help: 'the workspace folder; made when absent',
}
export const mediaOptions: readonly OptionRow[] = [
  { name: 'posters', value: 'PATH', help: 'folder or zip of <movieId>.jpg|png|webp' },
  { name: 'plots', value: 'PATH', help: "table with movieId,overview, or TMDB's" },
]

export function workspaceOf(args: Arguments): string {
  const given = args.text('workspace')
  return given === null ? defaultWorkspace() : resolve(given)
}

/** Imports what lies at `source` and adds posters and plots where they are given. */
export async function importFrom(
  session: Session,
  source: string,
  options: { name: string | null; posters: string | null; plots: string | null },
): Promise<Dataset> {
  const { token } = session.keepPath(resolve(source))
  const summary = await session.call('datasets.recognise', { token })
  const job = await session.call('datasets.import', { token, name: options.name ?? summary.suggestedName })
  await session.jobEnded(job)
  const { id } = await datasetOf(session, job.datasetId)
  for (const [request, path] of [
    ['datasets.addPosters', options.posters],
    ['datasets.addPlots', options.plots],
  ] as const) {
    if (path === null) continue
    const picked = session.keepPath(resolve(path))
    await session.jobEnded(await session.call(request, { datasetId: id, token: picked.token }))
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

async function datasetOf(session: Session, id: string | null): Promise<Dataset> {
  const dataset = (await session.call('datasets.list', {})).find((each) => each.id === id)
  if (!dataset) throw new Error('The import ended, yet its data set is not in the workspace. Import it again.')
  return dataset
}

export function describeDataset(dataset: Dataset): string {
  const count = (n: number): string => n.toLocaleString('en-US')
  const media = `${count(dataset.posters)} posters, ${count(dataset.plots)} plots`
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
  help: 'Imports a MovieLens zip or folder into the workspace, with posters and plots where given.',
  options: [{ name: 'name', value: 'NAME', help: "the data set's name" }, ...mediaOptions, workspaceOption],
  async run(args, { built, progress, signal }) {
    const session = await openSession(workspaceOf(args), built, progress, signal)
    try {
      const dataset = await importFrom(session, args.positional ?? '', {
        name: args.text('name'),
        posters: args.text('posters'),
        plots: args.text('plots'),
      })
      const report = await session.call('datasets.report', { datasetId: dataset.id })
      progress.print([describeDataset(dataset), ...describeCleaning(report)].join('\n'))
    } finally {
      await session.close()
    }
  },
}

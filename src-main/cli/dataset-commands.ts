/** The data sets of a workspace without a window: listing, renaming, cleaning, removing. */
import type { CleaningRecipe, Dataset } from '../../src-preload/contract.ts'
import { type Arguments, type Command, UsageError } from './command.ts'
import { datasetNamed, datasetOf, describeDataset, withSession, workspaceOption } from './data-commands.ts'

export const datasetsCommand: Command = {
  name: 'datasets',
  positional: '',
  help: 'Lists the data sets of the workspace.',
  options: [workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const datasets = await session.call('datasets.list', {})
      context.progress.print(datasets.length === 0 ? 'There is no data set yet.' : datasets.map(row).join('\n'))
    }),
}

/** 'ds-4k2…  Small: 610 users, …', and what it was made of. */
function row(dataset: Dataset): string {
  const origin = dataset.parents.length > 0 ? `\n  made of ${dataset.parents.join(', ')}: ${dataset.recipe}` : ''
  const notes = dataset.notes === '' ? '' : `\n  ${dataset.notes.split('\n', 1)[0] ?? ''}`
  return `${dataset.id}  ${describeDataset(dataset)}${origin}${notes}`
}

export const renameCommand: Command = {
  name: 'rename',
  positional: 'DATASET',
  help: 'Gives a data set, named by its id or its name, another name.',
  options: [{ name: 'to', value: 'NAME', help: 'the new name' }, workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const name = args.text('to')
      if (name === null) throw new UsageError('--to NAME is missing.')
      const { id } = await datasetNamed(session, args.positional)
      context.progress.print(row(await session.call('datasets.rename', { datasetId: id, name })))
    }),
}

export const removeCommand: Command = {
  name: 'remove',
  positional: 'DATASET',
  help: 'Takes a data set, named by its id or its name, out of the workspace. Its files go at the next start.',
  options: [workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const { id, name } = await datasetNamed(session, args.positional)
      await session.call('datasets.remove', { datasetId: id })
      context.progress.print(`'${name}' is removed.`)
    }),
}

export const cleanCommand: Command = {
  name: 'clean',
  positional: 'DATASET',
  help: `Makes a cleaned version of a data set, named by its id or its name. The data set itself stays as it is.
Rules are applied in this order; one that is not named is off.`,
  options: [
    { name: 'times', help: 'removes ratings dated before 1995 or after the import' },
    { name: 'orphans', help: 'removes movies that only the ratings know' },
    { name: 'burst', value: 'N', help: 'removes users with more than N ratings within 24 hours' },
    { name: 'constant', value: 'N', help: 'removes users whose N or more ratings are all equal' },
    { name: 'k-core', value: 'K', help: 'keeps users and movies with at least K ratings each' },
    { name: 'standardise', value: 'user|global', help: 'adds z-scores by user or over all ratings' },
    { name: 'name', value: 'NAME', help: "the cleaned version's name" },
    workspaceOption,
  ],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const recipe = readRecipe(args)
      const { id, name } = await datasetNamed(session, args.positional)
      for (const { label, users, movies, ratings } of await session.call('datasets.cleanPreview', {
        datasetId: id,
        recipe,
      })) {
        const counts = [users, movies, ratings].map((n) => n.toLocaleString('en-US'))
        context.progress.print(`  ${label}: ${counts[0]} users, ${counts[1]} movies, ${counts[2]} ratings`)
      }
      const job = await session.call('datasets.clean', {
        datasetId: id,
        name: args.text('name') ?? `${name}, cleaned`,
        recipe,
      })
      await session.jobEnded(job)
      context.progress.print(row(await datasetOf(session, job.datasetId)))
    }),
}

/** @throws UsageError when a number is none, or no rule is named */
export function readRecipe(args: Arguments): CleaningRecipe {
  const burst = readCount(args, 'burst')
  const constant = readCount(args, 'constant')
  const standardise = args.text('standardise') ?? 'none'
  if (standardise !== 'none' && standardise !== 'user' && standardise !== 'global') {
    throw new UsageError(`--standardise is user or global; '${standardise}' is neither.`)
  }
  const recipe: CleaningRecipe = {
    impossibleTimes: args.flag('times') ? 'remove' : 'keep',
    orphans: args.flag('orphans') ? 'remove' : 'keep',
    burst: burst === null ? null : { perDay: burst },
    constant: constant === null ? null : { atLeast: constant },
    kCore: readCount(args, 'k-core') ?? 0,
    standardise,
  }
  const asked = args.flag('times') || args.flag('orphans') || burst !== null || constant !== null
  if (!asked && recipe.kCore === 0 && standardise === 'none') throw new UsageError('No rule is named.')
  return recipe
}

function readCount(args: Arguments, name: string): number | null {
  const text = args.text(name)
  if (text === null) return null
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) {
    throw new UsageError(`--${name} is a whole number above 0; '${text}' is none.`)
  }
  return Number(text)
}

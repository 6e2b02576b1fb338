/** Experiments without a window: running a manifest, printing a comparison, writing the report. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Comparison, DomainColumn, Experiment, ExperimentSpec } from '../../src-preload/contract.ts'
import { cardText, comparisonText } from '../reports/text.ts'
import { type Arguments, type Command, type OptionRow, UsageError } from './command.ts'
import { describeDataset, workspaceOf, workspaceOption } from './data-commands.ts'
import { readManifest } from './manifest.ts'
import { openSession, type Session } from './session.ts'

const tableOptions: readonly OptionRow[] = [
  { name: 'metric', value: 'METRIC', help: "which value is compared, e.g. 'ndcg@10' (the default) or 'recall@20'" },
  { name: 'domain', value: 'A|B|mean', help: 'one domain, or the mean of both (the default)' },
  { name: 'baseline', value: 'LABEL', help: 'the row that the others are compared with' },
]

export interface Shown {
  metric: string
  domain: DomainColumn
  baseline: string | null
}

export function shownBy(args: Arguments): Shown {
  const domain = args.text('domain') ?? 'mean'
  if (domain !== 'A' && domain !== 'B' && domain !== 'mean') {
    throw new UsageError(`--domain is A, B or mean; '${domain}' is none of them.`)
  }
  return { metric: args.text('metric') ?? 'ndcg@10', domain, baseline: args.text('baseline') }
}

/** Queues the experiment and waits for it. Failed runs are named; the others still make a table. @throws Error when no run is done */
export async function runExperiment(
  session: Session,
  spec: ExperimentSpec,
  print: (text: string) => void,
): Promise<Experiment> {
  const { id } = await session.call('experiments.create', spec)
  const experiment = await session.runsEnded(id)
  const undone = experiment.runs.filter((run) => run.state !== 'done')
  for (const run of undone) print(`${run.label}, seed ${run.seed}: ${run.state}. ${run.reason ?? ''}`.trimEnd())
  if (undone.length === experiment.runs.length) throw new Error(`No run of '${spec.name}' was finished.`)
  return experiment
}

export function compare(session: Session, experimentId: string, shown: Shown): Promise<Comparison> {
  return session.call('compare.table', { experimentId, ...shown })
}

/** The experiment named by its id or its name, or the latest. */
export async function experimentOf(session: Session, named: string | null): Promise<Experiment> {
  const all = (await session.call('experiments.list', {})).sort((a, b) => b.createdAt - a.createdAt)
  const found = named === null ? all[0] : all.find((each) => each.id === named || each.spec.name === named)
  if (found) return found
  const known = all.map((each) => `'${each.spec.name}'`).join(', ')
  throw new Error(
    named === null
      ? 'There is no experiment in this workspace. Run one: crossreel quickstart, or crossreel run MANIFEST.json.'
      : `There is no experiment '${named}'. There are: ${known || 'none'}.`,
  )
}

export const runCommand: Command = {
  name: 'run',
  positional: 'MANIFEST.json',
  help: "Runs the experiment of a manifest again, on the workspace's data set of the same contents.",
  options: [workspaceOption, ...tableOptions],
  async run(args, { built, progress, signal }) {
    const path = resolve(args.positional ?? '')
    const manifest = readManifest(readFileSync(path, 'utf8'), path)
    const shown = shownBy(args)
    const session = await openSession(workspaceOf(args), built, progress, signal)
    try {
      const datasets = await session.call('datasets.list', {})
      const dataset = datasets.find((each) => each.hash === manifest.datasetHash)
      if (!dataset) {
        throw new Error(
          `No data set of this workspace has the contents that ${path} names (${manifest.datasetName}, SHA-256 ${manifest.datasetHash.slice(0, 12)}…). Import it first: crossreel import PATH.`,
        )
      }
      progress.print(describeDataset(dataset))
      const spec = { ...manifest.spec, datasetId: dataset.id }
      const experiment = await runExperiment(session, spec, progress.print)
      progress.print(comparisonText(await compare(session, experiment.id, shown)))
      if (experiment.card.hash !== manifest.cardHash) {
        progress.print(
          'The protocol card differs from the one in the manifest: these numbers do not repeat its numbers.',
        )
      }
    } finally {
      await session.close()
    }
  },
}

export const tableCommand: Command = {
  name: 'table',
  positional: '[EXPERIMENT]',
  help: 'Prints the comparison of an experiment, named by id or name; of the latest where none is named.',
  options: [
    ...tableOptions,
    { name: 'format', value: 'text|latex|csv|markdown', help: 'how it is written; text is the default' },
    workspaceOption,
  ],
  async run(args, { built, progress, signal }) {
    const format = args.text('format') ?? 'text'
    if (format !== 'text' && format !== 'latex' && format !== 'csv' && format !== 'markdown') {
      throw new UsageError(`--format is text, latex, csv or markdown; '${format}' is none of them.`)
    }
    const shown = shownBy(args)
    const session = await openSession(workspaceOf(args), built, progress, signal)
    try {
      const { id } = await experimentOf(session, args.positional)
      if (format === 'text') {
        const comparison = await compare(session, id, shown)
        progress.print([comparisonText(comparison), ...comparison.sentences, '', cardText(comparison.card)].join('\n'))
      } else {
        progress.print(await session.call('compare.export', { experimentId: id, ...shown, format }))
      }
    } finally {
      await session.close()
    }
  },
}

export const reportCommand: Command = {
  name: 'report',
  positional: '[EXPERIMENT]',
  help: 'Writes the report of an experiment: report.html, comparison.tex, .csv and .md, manifest.json.',
  options: [workspaceOption],
  async run(args, { built, progress, signal }) {
    const session = await openSession(workspaceOf(args), built, progress, signal)
    try {
      const { id } = await experimentOf(session, args.positional)
      const { folder, files } = await session.call('reports.write', { experimentId: id })
      progress.print(`${folder}: ${files.join(', ')}`)
    } finally {
      await session.close()
    }
  },
}

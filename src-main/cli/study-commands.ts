/**
 * `crossreel table1`, `table2` and `tune`: one command, one study. The same command in the same workspace goes on with the study where it was
 * cut off, and prints its tables again where it is done.
 */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Dataset, Study, StudySpec } from '../../src-preload/contract.ts'
import { type Arguments, type Command, type CommandContext, type OptionRow, UsageError } from './command.ts'
import {
  addMedia,
  describeDataset,
  importFrom,
  mediaOptions,
  sampleDataset,
  workspaceOf,
  workspaceOption,
} from './data-commands.ts'
import { type Shown, shownBy } from './experiment-commands.ts'
import { duration } from './progress-line.ts'
import { openSession, type Session } from './session.ts'
import { studyOf, studyOptions } from './study-options.ts'

const options: readonly OptionRow[] = [
  {
    name: 'data',
    value: 'PATH|NAME',
    help: 'a MovieLens zip or folder, or a data set of the workspace; the sample where it is left out',
  },
  ...mediaOptions,
  ...studyOptions,
  { name: 'parallel', value: 'N', help: 'runs at a time; as many as the cores allow where it is left out' },
  { name: 'metric', value: 'METRIC', help: "which value the tables show; 'ndcg@10' is the default" },
  { name: 'domain', value: 'A|B|mean', help: 'one domain, or the mean of both (the default)' },
  { name: 'out', value: 'DIR', help: 'writes the tables there too, as study.txt, .tex, .csv and .md' },
  { name: 'name', value: 'NAME', help: "the study's name; with another name the same study is made once more" },
  workspaceOption,
]

const again = 'The same command in the same workspace goes on where it was cut off.'
const study = (kind: StudySpec['kind']): Pick<Command, 'positional' | 'options' | 'run'> => ({
  positional: '',
  options,
  run: (args, context) => run(kind, args, context),
})

const table1Command: Command = {
  name: 'table1',
  help: `Tunes all models on validation with one budget each, then compares them over seeds.\n${again}`,
  ...study('table1'),
}

const table2Command: Command = {
  name: 'table2',
  help: `Takes the Transformer apart, at full and at low density of the training events.\n${again}`,
  ...study('table2'),
}

const tuneCommand: Command = {
  name: 'tune',
  help: `Searches the best configuration of each model on validation; the test part is not seen.\n${again}`,
  ...study('tuning'),
}

export const studyCommands: readonly Command[] = [table1Command, table2Command, tuneCommand]

async function run(
  kind: StudySpec['kind'],
  args: Arguments,
  { built, progress, signal }: CommandContext,
): Promise<void> {
  const begun = Date.now()
  const shown = shownBy(args)
  const { print } = progress
  const session = await openSession(workspaceOf(args), built, progress, signal)
  try {
    const parallel = args.text('parallel')
    if (parallel !== null) await session.call('settings.set', { parallelRuns: readParallel(parallel) })
    const dataset = await datasetFor(session, args, print)
    print(describeDataset(dataset))
    const suggested = await session.call('studies.suggest', { datasetId: dataset.id, kind })
    const spec = studyOf(args, suggested, await session.call('models.list', {}))
    const study = await session.studyEnded((await begin(session, spec, print)).id)
    if (study.state !== 'done')
      throw new Error(`The study '${study.spec.name}' is ${study.state}: ${study.reason ?? 'no reason was given'}`)
    if (study.reason !== null) print(study.reason)
    await show(session, study, shown, args.text('out'), print)
    print(`${duration((Date.now() - begun) / 1000)} in all.`)
  } finally {
    await session.close()
  }
}

/** The study of this specification, going on, or a new one. */
async function begin(session: Session, spec: StudySpec, print: (text: string) => void): Promise<Study> {
  const known = (await session.call('studies.list', {})).find(
    (study) => study.state !== 'cancelled' && canonical(study.spec) === canonical(spec),
  )
  if (!known) return session.call('studies.create', spec)
  if (known.state === 'done') {
    print(
      `'${spec.name}' was done on ${new Date(known.createdAt).toISOString().slice(0, 10)}; --name NAME makes it once more.`,
    )
    return known
  }
  print(`'${spec.name}' goes on: ${known.phase}`)
  return session.call('studies.resume', { studyId: known.id })
}

/** The same text for equal values, in whatever order their keys stand. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

async function show(
  session: Session,
  { id, experiments }: Study,
  { metric, domain }: Shown,
  out: string | null,
  print: (text: string) => void,
): Promise<void> {
  const written = (format: 'text' | 'latex' | 'csv' | 'markdown'): Promise<string> =>
    session.call('studies.export', { studyId: id, metric, domain, format })
  print(`\n${await written('text')}\n`)
  if (out !== null) {
    const folder = resolve(out)
    await mkdir(folder, { recursive: true })
    for (const [format, ending] of [
      ['text', 'txt'],
      ['latex', 'tex'],
      ['csv', 'csv'],
      ['markdown', 'md'],
    ] as const)
      await writeFile(join(folder, `study.${ending}`), await written(format))
    print(`Tables: ${folder}`)
  }
  for (const { experimentId, label } of experiments) {
    const { folder } = await session.call('reports.write', { experimentId })
    print(`Report of '${label}': ${join(folder, 'report.html')}`)
  }
}

/** What was imported before is not imported again: a study that goes on needs the very data set that it began with. */
async function datasetFor(session: Session, args: Arguments, print: (text: string) => void): Promise<Dataset> {
  const source = args.text('data')
  const media = { posters: args.text('posters'), plots: args.text('plots') }
  if (source === null) {
    if ((media.posters ?? media.plots) !== null)
      throw new UsageError('--posters and --plots go with --data; the sample brings its own.')
    return sampleDataset(session)
  }
  const datasets = await session.call('datasets.list', {})
  const named = datasets.find(({ id, name }) => id === source || name === source)
  if (named) return addMedia(session, named, missing(named, media))
  if (!existsSync(resolve(source)))
    throw new UsageError(
      `--data is the path of a data set, or the name of one of the workspace; '${source}' is neither.`,
    )
  const { suggestedName } = await session.call('datasets.recognise', { token: session.keepPath(resolve(source)).token })
  const known = datasets.find(({ name }) => name === suggestedName)
  if (!known) return importFrom(session, source, media)
  print(`'${suggestedName}' is in the workspace already, and is used as it was imported then.`)
  return addMedia(session, known, missing(known, media))
}

interface Media {
  posters: string | null
  plots: string | null
}
function missing({ posters, plots }: Dataset, media: Media): Media {
  return { posters: posters > 0 ? null : media.posters, plots: plots > 0 ? null : media.plots }
}

function readParallel(text: string): number {
  const n = /^\s*\d{1,2}\s*$/.test(text) ? Number(text) : NaN
  if (!(n >= 0 && n <= 64))
    throw new UsageError(`--parallel is a whole number up to 64, 0 for as many as fit; '${text}' is not.`)
  return n
}

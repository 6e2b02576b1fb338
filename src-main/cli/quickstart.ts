/**
 * `crossreel quickstart`: the whole main job in one command. The sample or a data set from disk, default domains, four models, the
 * ablation study of the Transformer, both tables with their intervals, and a report.
 */
import { join } from 'node:path'
import type { Experiment, ExperimentSpec } from '../../src-preload/contract.ts'
import { ablationText, cardText, comparisonText } from '../reports/text.ts'
import { defaultWorkspace } from '../shell/workspace-folder.ts'
import { type Command, UsageError } from './command.ts'
import {
  describeDataset,
  importFrom,
  mediaOptions,
  sampleDataset,
  workspaceOf,
  workspaceOption,
} from './data-commands.ts'
import { defaultProtocol, runOf } from './defaults.ts'
import { compare, runExperiment } from './experiment-commands.ts'
import { duration } from './progress-line.ts'
import { openSession } from './session.ts'

/** @throws UsageError when the text is no list of whole numbers */
export function readSeeds(text: string): number[] {
  const seeds = text.split(',').map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : NaN))
  if (seeds.some(Number.isNaN) || new Set(seeds).size !== seeds.length) {
    throw new UsageError(`--seeds is a list of different whole numbers, as in 1,2,3; '${text}' is not.`)
  }
  return seeds
}

export const quickstartCommand: Command = {
  name: 'quickstart',
  positional: '',
  help: `Trains and compares four models, then takes the Transformer apart.
Without --data it makes the sample, a generated data set in MovieLens' format, and takes about two minutes on two cores.`,
  options: [
    { name: 'data', value: 'PATH', help: 'a MovieLens zip or folder instead of the sample' },
    ...mediaOptions,
    { name: 'preset', value: 'NAME', help: "the Transformer's: quick for the sample, desktop for --data, or paper" },
    { name: 'seeds', value: '1,2,3', help: 'one run of each model for each; 1 is the default' },
    { name: 'no-ablation', help: 'only the comparison' },
    { name: 'metric', value: 'METRIC', help: "which value the tables show; 'ndcg@10' is the default" },
    workspaceOption,
  ],
  async run(args, { built, progress, signal }) {
    const begun = Date.now()
    const source = args.text('data')
    if (source === null && (args.text('posters') ?? args.text('plots')) !== null) {
      throw new UsageError('--posters and --plots go with --data; the sample brings its own.')
    }
    const seeds = readSeeds(args.text('seeds') ?? '1')
    const metric = args.text('metric') ?? 'ndcg@10'
    const workspace = args.text('workspace') === null ? join(defaultWorkspace(), 'quickstart') : workspaceOf(args)
    const session = await openSession(workspace, built, progress, signal)
    const { print } = progress
    try {
      print(`Workspace ${workspace}`)
      const media = { posters: args.text('posters'), plots: args.text('plots') }
      const dataset = source === null ? await sampleDataset(session) : await importFrom(session, source, media)
      print(describeDataset(dataset))

      const models = await session.call('models.list', {})
      const preset = args.text('preset') ?? (source === null ? 'quick' : 'desktop')
      const transformer = runOf(models, 'transformer', preset)
      const common = {
        datasetId: dataset.id,
        domains: await session.call('domains.suggest', { datasetId: dataset.id }),
        protocol: defaultProtocol,
        seeds,
        backend: 'auto',
      } as const

      const comparison: ExperimentSpec = {
        ...common,
        name: `Four models on ${dataset.name}`,
        kind: 'comparison',
        runs: [...['popularity', 'ease', 'ials'].map((id) => runOf(models, id)), transformer],
      }
      const experiment = await runExperiment(session, comparison, print)
      const experiments: Experiment[] = [experiment]
      const four = await compare(session, experiment.id, { metric, domain: 'mean', baseline: 'Popularity' })
      const tables = ['\nComparison\n', comparisonText(four), ...four.sentences]

      if (!args.flag('no-ablation')) {
        const runs = await session.call('experiments.ablation', { config: transformer.config })
        const study: ExperimentSpec = { ...common, name: `Ablation on ${dataset.name}`, kind: 'ablation', runs }
        const ablation = await runExperiment(session, study, print)
        experiments.push(ablation)
        const whole = runs[0]?.label ?? null
        const parts = await compare(session, ablation.id, { metric, domain: 'mean', baseline: whole })
        tables.push('\nAblation\n', ablationText(parts), ...parts.sentences)
      }

      print(tables.join('\n'))
      print(`\nProtocol\n\n${cardText(experiment.card)}\n`)
      for (const { id, spec } of experiments) {
        const { folder } = await session.call('reports.write', { experimentId: id })
        print(`Report of '${spec.name}': ${join(folder, 'report.html')}`)
      }
      print(`${duration((Date.now() - begun) / 1000)} in all. Look at it: npm start -- --workspace '${workspace}'`)
    } finally {
      await session.close()
    }
  },
}

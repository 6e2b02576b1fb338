/** Trained models as files without a window: writing those of an experiment into a folder, and evaluating one that comes from elsewhere. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { UsageError } from './command.ts'
import { withSession, workspaceOption } from './data-commands.ts'
import { experimentOf } from './experiment-commands.ts'

const experimentOption = {
  name: 'experiment',
  value: 'EXPERIMENT',
  help: 'its id or name; the latest where none is named',
}

export const exportModelsCommand: Command = {
  name: 'export-models',
  positional: 'DIR',
  help: 'Writes the models of the finished runs of an experiment into DIR, a file each.',
  options: [experimentOption, { name: 'label', value: 'LABEL', help: 'only the runs of this label' }, workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const { spec, runs } = await experimentOf(session, args.text('experiment'))
      const label = args.text('label')
      const finished = runs.filter((run) => run.state === 'done' && (label === null || run.label === label))
      if (finished.length === 0)
        throw new UsageError(
          label === null
            ? `No run of '${spec.name}' is finished, so there is no model to write.`
            : `'${spec.name}' has no finished run '${label}'. It has: ${[...new Set(runs.map((run) => run.label))].join(', ')}.`,
        )
      const folder = resolve(args.positional ?? '')
      mkdirSync(folder, { recursive: true })
      const { token } = session.keepPath(folder)
      for (const { id: runId } of finished)
        context.progress.print((await session.call('runs.exportModel', { runId, token })).path)
    }),
}

export const importModelCommand: Command = {
  name: 'import-model',
  positional: 'FILE',
  help: 'Evaluates a model that export-models has written, as a run of an experiment with the same protocol.',
  options: [experimentOption, workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const { id: experimentId } = await experimentOf(session, args.text('experiment'))
      const { token } = session.keepPath(resolve(args.positional ?? ''))
      const { id } = await session.call('runs.importModel', { experimentId, token })
      const { runs } = await session.runsEnded(experimentId)
      const run = runs.find((each) => each.id === id)
      if (run?.state !== 'done') throw new Error(run?.reason ?? 'The experiment was removed meanwhile.')
      context.progress.print(`${run.label}, seed ${run.seed}: NDCG@10 on test ${run.test?.toFixed(4) ?? 'not known'}`)
    }),
}

/** One user: history by domain, what was held out, and what the chosen runs recommend. */
import type { InspectedRun, SplitQuestion } from '../jobs/reader-questions.ts'
import type { Context, Requests } from './context.ts'
import { splitQuestion } from './reader.ts'

export function inspectionRequests(context: Context): Requests<'inspect'> {
  const { reader, workspace } = context
  const splitOf = (experimentId: string): SplitQuestion =>
    splitQuestion(workspace, workspace.experiments.get(experimentId).spec)
  return {
    'inspect.users': async ({ experimentId, search, limit, order = 'user' }) =>
      reader.ask('split.users', { split: splitOf(experimentId), search, limit, order }),

    'inspect.user': async ({ experimentId, runIds, user, k }) => {
      const runs = runIds.map((runId) => inspectedRun(context, experimentId, runId))
      return reader.ask('split.user', { split: splitOf(experimentId), runs, user, k })
    },
  }
}

function inspectedRun({ workspace }: Context, experimentId: string, runId: string): InspectedRun {
  const run = workspace.runs.get(runId)
  if (run.experimentId !== experimentId) throw new Error(`The run ${runId} belongs to another experiment.`)
  return { runId, label: run.label, seed: run.seed }
}

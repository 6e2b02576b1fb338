/** One user: history by domain, what was held out, and what the chosen runs recommend. */
import type { UserInspection, UserSummary } from '../../src-preload/contract.ts'
import type { Prepared } from '../datasets/prepare.ts'
import { domainOf } from '../learning/data.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Context, Requests } from './context.ts'
import { UserView } from './user-view.ts'

export function inspectionRequests(context: Context): Requests<'inspect'> {
  return {
    'inspect.users': ({ experimentId, search, limit }) =>
      usersOf(preparedOf(context, experimentId).prepared, search.trim(), limit),

    'inspect.user': ({ experimentId, runIds, user, k }) => {
      const { prepared, datasetId } = preparedOf(context, experimentId)
      const index = prepared.userIds.indexOf(user)
      if (index === -1)
        throw new Error(`User ${user} is not among the users of this experiment. Search for another one.`)
      const view = new UserView(context.library, datasetId, prepared, index)
      return {
        user,
        history: view.history(),
        heldOut: view.heldOut(),
        lists: runIds.flatMap((runId) => listsOf(context, view, experimentId, runId, k)),
      }
    },
  }
}

function preparedOf(context: Context, experimentId: string): { prepared: Prepared; datasetId: string } {
  const { spec } = context.workspace.experiments.get(experimentId)
  return { prepared: context.library.prepared(spec.datasetId, spec.domains, spec.protocol), datasetId: spec.datasetId }
}

/** Users whose id begins with the search text, by ascending id. */
function usersOf({ data, userIds }: Prepared, search: string, limit: number): UserSummary[] {
  const found: UserSummary[] = []
  const order = Uint32Array.from(userIds.keys()).sort((a, b) => userIds[a]! - userIds[b]!)
  for (const u of order) {
    if (found.length === limit) break
    if (!String(userIds[u]).startsWith(search)) continue
    const summary = { user: userIds[u]!, ratingsA: 0, ratingsB: 0, testA: 0, testB: 0 }
    for (const part of [data.train, data.validation, data.test]) {
      for (let e = part.indptr[u]!; e < part.indptr[u + 1]!; e++) {
        const inB = domainOf(data, part.item[e]!) === 1
        summary[inB ? 'ratingsB' : 'ratingsA']++
        if (part === data.test && part.rating[e]! >= data.positive) summary[inB ? 'testB' : 'testA']++
      }
    }
    found.push(summary)
  }
  return found
}

/** The stored lists of a run for one user, a domain each; none for a run that has not finished. */
function listsOf(
  context: Context,
  view: UserView,
  experimentId: string,
  runId: string,
  k: number,
): UserInspection['lists'] {
  const run = context.workspace.runs.get(runId)
  if (run.experimentId !== experimentId) throw new Error(`The run ${runId} belongs to another experiment.`)
  const results = RunResults.open(context.workspace.paths.metrics(runId))
  try {
    const summary = results?.summary() ?? null
    if (!results || !summary) return []
    if (summary.dataHash !== view.prepared.data.hash) {
      throw new Error(
        `'${run.label}' was trained on another preparation of this data set. Retry the run to inspect its lists.`,
      )
    }
    return results.listsOf('test', view.user, `ndcg@${k}`).map(({ domain, items, scores, value }) => ({
      runId,
      label: run.label,
      seed: run.seed,
      domain,
      items: view.recommendations(items.subarray(0, k), scores),
      ndcg: value,
    }))
  } finally {
    results?.close()
  }
}

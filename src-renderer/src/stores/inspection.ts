/** One user of an experiment: who can be chosen, who is, and what the chosen runs recommend. */
import type { DomainName, Experiment, UserSummary } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRequest } from '../request.ts'
import { useWorkbench } from '../workbench.ts'

export type UserOrder = 'user' | 'ratings' | 'ratingsA' | 'ratingsB' | 'test'

/** As many users as one answer holds; more are found by searching for the id. */
export const userLimit = 1_000
/** As many runs as one question may name. */
export const runLimit = 20
const listLength = 10
const firstColumns = 4

const counts: Record<UserOrder, (user: UserSummary) => number> = {
  user: (user) => -user.user,
  ratings: (user) => user.ratingsA + user.ratingsB,
  ratingsA: (user) => user.ratingsA,
  ratingsB: (user) => user.ratingsB,
  test: (user) => user.testA + user.testB,
}

/** Most first; by id ascending. Equal counts stay in the order of the ids. */
export function orderUsers(users: readonly UserSummary[], order: UserOrder): UserSummary[] {
  const by = counts[order]
  return users.toSorted((a, b) => by(b) - by(a) || a.user - b.user)
}

/** Finished runs to begin with: the first seed of a few labels. An ablation names the full model first, a comparison its model of interest last. */
function firstRuns(experiment: Experiment): string[] {
  const byLabel = new Map<string, string>()
  for (const run of experiment.runs) {
    if (run.state === 'done' && !byLabel.has(run.label)) byLabel.set(run.label, run.id)
  }
  const ids = [...byLabel.values()]
  return experiment.spec.kind === 'ablation' ? ids.slice(0, firstColumns) : ids.slice(-firstColumns)
}

export const useInspection = defineStore('inspection', () => {
  const wb = useWorkbench()
  const experimentId = ref<string | null>(null)
  const search = ref('')
  const order = ref<UserOrder>('user')
  const domain = ref<DomainName>('A')
  const runIds = shallowRef<readonly string[]>([])
  /** True once somebody has chosen runs: from then on runs that finish do not add themselves. */
  const chosen = ref(false)
  const user = ref<number | null>(null)

  const found = useRequest(
    () =>
      experimentId.value === null || runIds.value.length === 0
        ? null
        : { experimentId: experimentId.value, search: search.value.trim(), limit: userLimit, order: order.value },
    (question) => wb.call('inspect.users', question),
    { debounce: 150 },
  )
  const users = computed(() => orderUsers(found.data.value ?? [], order.value))
  const inspection = useRequest(
    () =>
      experimentId.value === null || user.value === null
        ? null
        : { experimentId: experimentId.value, runIds: [...runIds.value], user: user.value, k: listLength },
    (question) => wb.call('inspect.user', question),
  )
  // the first user of the first list is shown at once
  watch(users, ([first]) => {
    if (user.value === null && first) user.value = first.user
  })

  /** Opens an experiment, or looks at it again after it has moved on; what was chosen in another one does not carry over. */
  function open(experiment: Experiment): void {
    if (experimentId.value !== experiment.id) {
      experimentId.value = experiment.id
      domain.value = 'A'
      user.value = null
      search.value = ''
      chosen.value = false
    }
    if (!chosen.value) runIds.value = firstRuns(experiment)
  }

  function chooseRuns(ids: readonly string[]): void {
    chosen.value = true
    runIds.value = ids
  }

  /** The next (1) or the previous (-1) user of the list. */
  function step(by: 1 | -1): void {
    const at = users.value.findIndex((each) => each.user === user.value)
    const next = users.value[at < 0 ? 0 : at + by]
    if (next) user.value = next.user
  }

  return {
    ...{ experimentId, search, order, domain, runIds, user, users, open, chooseRuns, step },
    ...{ findingUsers: found.busy, usersError: found.error, findUsers: found.retry },
    ...{ inspection: inspection.data, busy: inspection.busy, error: inspection.error, retry: inspection.retry },
  }
})

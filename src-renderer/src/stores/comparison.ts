/** What the Compare view asks for and has been given: one table for an experiment, a metric, a domain and a pinned baseline. */
import type { Argument, DomainColumn, DomainName, Experiment, MetricInfo, Result } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useRequest } from '../request.ts'
import { useWorkbench } from '../workbench.ts'
import { useModels } from './models.ts'

export type ExportFormat = Argument<'compare.export'>['format']

/** An ablation is read against the full model, which its set names first; a comparison against EASE, the bar of the field, where it takes part. */
function firstBaseline({ spec }: Experiment): string | null {
  const first = spec.kind === 'ablation' ? spec.runs[0] : spec.runs.find((run) => run.model === 'ease')
  return first?.label ?? null
}

/** 'ndcg@10' where the metric has a cut-off, 'auc' where it has none. */
export function metricKey(info: MetricInfo | null, metric: string, cutoff: number): string {
  return info && !info.atCutoff ? metric : `${metric}@${cutoff}`
}

export const useComparison = defineStore('comparison', () => {
  const wb = useWorkbench()
  const models = useModels()
  const experimentId = ref<string | null>(null)
  const metric = ref('ndcg')
  const cutoff = ref(10)
  const domain = ref<DomainColumn>('mean')
  const baseline = ref<string | null>(null)
  /** Whose users are grouped by their histories while the table shows the mean of the domains. */
  const historyOf = ref<DomainName>('A')
  /** How many runs are done: one more, and the table is asked for again. */
  const done = ref(0)

  const info = computed(() => models.metrics.find((each) => each.id === metric.value) ?? null)
  const key = computed(() => metricKey(info.value, metric.value, cutoff.value))
  const question = computed<Argument<'compare.table'> | null>(() =>
    experimentId.value === null || done.value === 0
      ? null
      : { experimentId: experimentId.value, metric: key.value, domain: domain.value, baseline: baseline.value },
  )
  const table = useRequest(
    () => question.value && { ...question.value, done: done.value },
    (asked) =>
      wb.call('compare.table', {
        experimentId: asked.experimentId,
        metric: asked.metric,
        domain: asked.domain,
        baseline: asked.baseline,
      }),
  )

  const historyDomain = computed({
    get: () => (domain.value === 'mean' ? historyOf.value : domain.value),
    set: (name: DomainName) => {
      historyOf.value = name
    },
  })
  const historyQuestion = computed<Argument<'compare.history'> | null>(() =>
    question.value === null || table.data.value === null
      ? null // the table comes first
      : { experimentId: question.value.experimentId, metric: key.value, domain: historyDomain.value },
  )
  const history = useRequest(
    () => historyQuestion.value && { ...historyQuestion.value, done: done.value },
    ({ done: _, ...asked }) => wb.call('compare.history', asked),
  )

  /** Opens an experiment, or looks at it again after it has moved on; a baseline pinned in another one does not carry over. */
  function open(experiment: Experiment): void {
    done.value = experiment.runs.filter((run) => run.state === 'done').length
    if (experimentId.value === experiment.id) return
    const { spec } = experiment
    experimentId.value = experiment.id
    table.data.value = null
    baseline.value = firstBaseline(experiment)
    if (!spec.protocol.cutoffs.includes(cutoff.value)) cutoff.value = spec.protocol.cutoffs[0] ?? 10
    if (spec.domains.kind === 'single') domain.value = 'A'
  }

  /** Pins the row that the others are measured against; pinning it again takes the pin out. */
  function pin(label: string): void {
    baseline.value = baseline.value === label ? null : label
  }

  /** The table as it is shown, as text. @throws Error with a sentence. */
  async function text(format: ExportFormat): Promise<string> {
    if (!question.value) throw new Error('There is no table to copy yet: no run of the experiment is done.')
    return wb.call('compare.export', { ...question.value, format })
  }

  /** @throws Error with a sentence. */
  async function writeReport(): Promise<Result<'reports.write'>> {
    if (experimentId.value === null) throw new Error('There is nothing to report: no experiment is open.')
    return wb.call('reports.write', { experimentId: experimentId.value })
  }

  return {
    ...{ experimentId, metric, cutoff, domain, baseline, info, key },
    ...{ table: table.data, error: table.error, busy: table.busy, retry: table.retry },
    ...{ history: history.data, historyError: history.error, historyDomain },
    ...{ open, pin, text, writeReport },
  }
})

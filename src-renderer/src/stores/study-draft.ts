/**
 * The study as it is being set up. It begins with what the workbench suggests for the data set; domains and protocol are those of the Domains
 * screen. It outlives a change of screen.
 */
import type { RunSpec, StudySpec, TuningSpec } from '@contract'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRequest } from '../request.ts'
import { parseWholeNumbers } from '../whole-numbers.ts'
import { useWorkbench } from '../workbench.ts'
import { useDatasets } from './datasets.ts'
import { useProtocol } from './protocol.ts'

export type StudyKind = StudySpec['kind']
export const studyKinds: readonly { value: StudyKind; label: string; note: string }[] = [
  { value: 'table1', label: 'Table 1', note: 'All models beside each other, each tuned with the same budget.' },
  { value: 'table2', label: 'Table 2', note: 'The Transformer and its ablations, at full and at low target density.' },
  { value: 'tuning', label: 'Tuning', note: 'The search alone: the best configuration of each model on validation.' },
]

/** '100, 30, 10' -> [1, .3, .1]; what is no share of 1 to 100 % becomes NaN. */
export function parseDensities(text: string): number[] {
  const parts = text.split(/[\s,;%]+/).filter((part) => part !== '')
  return parts.map((part) => {
    const percent = Number(part)
    return percent >= 1 && percent <= 100 ? percent / 100 : Number.NaN
  })
}

export const useStudyDraft = defineStore('study-draft', () => {
  const wb = useWorkbench()
  const datasets = useDatasets()
  const plan = useProtocol()

  const kind = ref<StudyKind>('table1')
  const name = ref('')
  const rows = shallowRef<readonly RunSpec[]>([])
  const left = ref<ReadonlySet<string>>(new Set())
  const seedText = ref('1-5')
  const densityText = ref('100')
  const backend = ref<StudySpec['backend']>('auto')
  const tuned = ref(true)
  const tuning = reactive<TuningSpec>({ method: 'tpe', trials: 8, minutes: 0, medianStopping: true, seed: 1 })

  const suggestion = useRequest(
    () => (datasets.current ? { datasetId: datasets.current.id, kind: kind.value } : null),
    (question) => wb.call('studies.suggest', question),
  )
  watch(suggestion.data, (spec) => {
    if (!spec) return
    rows.value = spec.runs
    left.value = new Set()
    seedText.value = spec.seeds.join(', ')
    densityText.value = spec.densities.map((share) => Number((share * 100).toFixed(1))).join(', ')
    backend.value = spec.backend
    tuned.value = spec.tuning !== null
    if (spec.tuning) Object.assign(tuning, spec.tuning)
  })

  const seeds = computed(() => parseWholeNumbers(seedText.value))
  const densities = computed(() => parseDensities(densityText.value))
  const chosen = computed(() => rows.value.filter((row) => !left.value.has(row.label)))
  function toggle(label: string): void {
    const next = new Set(left.value)
    if (!next.delete(label)) next.add(label)
    left.value = next
  }

  /** What is wrong, by field; null where nothing is. */
  const errors = computed(() => ({
    seeds: listError(seeds.value, 'Whole numbers separated by commas, or a range such as 1-5.', 'A seed'),
    densities: listError(densities.value, 'Percentages from 1 to 100, separated by commas.', 'A density'),
    trials:
      tuned.value && !(Number.isInteger(tuning.trials) && tuning.trials >= 1 && tuning.trials <= 1000)
        ? 'A whole number from 1 to 1000.'
        : null,
    minutes:
      tuned.value && !(tuning.minutes >= 0 && tuning.minutes <= 100_000)
        ? 'Minutes from 0 (no limit) to 100,000.'
        : null,
  }))
  const suggestedName = computed(() => {
    const what = studyKinds.find((each) => each.value === kind.value)?.label ?? ''
    return datasets.current ? `${what} on ${datasets.current.name}` : what
  })
  /** null while something is missing or wrong. */
  const spec = computed<StudySpec | null>(() => {
    const datasetId = datasets.current?.id
    if (datasetId === undefined || plan.datasetId !== datasetId || !plan.valid || chosen.value.length === 0) return null
    if (Object.values(errors.value).some((error) => error !== null)) return null
    return {
      name: name.value.trim() || suggestedName.value,
      kind: kind.value,
      datasetId,
      domains: plan.domains,
      protocol: plan.protocol,
      runs: [...chosen.value],
      seeds: seeds.value,
      backend: backend.value,
      tuning: tuned.value || kind.value === 'tuning' ? { ...tuning } : null,
      densities: densities.value,
    }
  })

  return {
    ...{ kind, name, rows, left, seedText, densityText, backend, tuned, tuning, suggestion },
    ...{ seeds, densities, chosen, toggle, errors, suggestedName, spec },
  }
})

function listError(values: readonly number[], wanted: string, one: string): string | null {
  if (values.length === 0 || values.some(Number.isNaN)) return wanted
  return new Set(values).size < values.length ? `${one} stands here twice.` : null
}

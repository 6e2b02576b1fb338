/**
 * The experiment as it is being set up: its models with their values, seeds and backend. It outlives a change of screen; data set, domains and
 * protocol come from their own stores.
 */
import type { ExperimentSpec, HyperParameter, HyperParameterValue, ModelConfig, ModelInfo, RunSpec } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { parseWholeNumbers } from '../whole-numbers.ts'
import { useWorkbench } from '../workbench.ts'
import { useDatasets } from './datasets.ts'
import { useModels } from './models.ts'
import { useProtocol } from './protocol.ts'
import { useSettings } from './settings.ts'

/** A row of the draft: a run specification that is edited, and the preset its marks compare with. */
export interface DraftRow extends RunSpec {
  key: string
  preset: string
}

/** A model's values under a preset: its defaults, then the preset's own. */
export function presetConfig(model: ModelInfo, presetId: string): ModelConfig {
  const defaults = Object.fromEntries(model.hyperParameters.map((row) => [row.key, row.default]))
  return { ...defaults, ...model.presets.find((preset) => preset.id === presetId)?.config }
}

/** What is wrong with a value, or null. */
export function valueError(row: HyperParameter, value: HyperParameterValue | undefined): string | null {
  switch (row.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'On or off.'
    case 'choice':
      return row.choices.some((choice) => choice.value === value) ? null : 'One of the choices.'
    case 'integer':
    case 'number':
      if (typeof value !== 'number' || Number.isNaN(value)) return `A number is needed, such as ${row.default}.`
      if (row.type === 'integer' && !Number.isInteger(value)) return 'A whole number is needed.'
      return value < row.min || value > row.max ? `Between ${row.min} and ${row.max}.` : null
  }
}

/** The desktop preset where a model has one, otherwise its first, otherwise its defaults. */
function usualPreset(model: ModelInfo): string {
  return (model.presets.find((preset) => preset.id === 'desktop') ?? model.presets[0])?.id ?? ''
}

export const useDraft = defineStore('draft', () => {
  const wb = useWorkbench()
  const models = useModels()
  const datasets = useDatasets()
  const plan = useProtocol()
  const settings = useSettings()

  const name = ref('')
  const kind = ref<ExperimentSpec['kind']>('comparison')
  const rows = shallowRef<readonly DraftRow[]>([])
  const chosen = ref<string | null>(null)
  const seedText = ref('1, 2, 3')
  const backendChosen = ref<ExperimentSpec['backend'] | null>(null)
  /** What the last experiment was set to, where it is still there, until another is chosen. */
  const backend = computed<ExperimentSpec['backend']>({
    get: () => {
      if (backendChosen.value) return backendChosen.value
      const last = settings.values.backend
      return settings.info?.backends.find(({ id }) => id === last)?.available === false ? 'auto' : last
    },
    set: (choice) => {
      backendChosen.value = choice
      void settings.change({ backend: choice })
    },
  })
  let made = 0

  const row = computed(() => rows.value.find((each) => each.key === chosen.value) ?? rows.value[0] ?? null)
  const seeds = computed(() => parseWholeNumbers(seedText.value))
  const seedError = computed(() => {
    if (seeds.value.length === 0) return 'At least one seed is needed, such as 1.'
    if (seeds.value.some(Number.isNaN)) return 'Whole numbers separated by commas, or a range such as 1-5.'
    return new Set(seeds.value).size < seeds.value.length ? 'A seed stands here twice.' : null
  })

  function errorsOf(each: DraftRow): Record<string, string> {
    const errors: Record<string, string> = {}
    for (const parameter of models.byId(each.model)?.hyperParameters ?? []) {
      const error = valueError(parameter, each.config[parameter.key])
      if (error) errors[parameter.key] = error
    }
    return errors
  }
  const invalidRows = computed(
    () => new Set(rows.value.filter((each) => Object.keys(errorsOf(each)).length > 0).map((each) => each.key)),
  )
  /** Labels name the rows of every table that follows, so each is there and stands once. */
  const labelErrors = computed(() => {
    const errors = new Map<string, string>()
    for (const each of rows.value) {
      const same = rows.value.filter((other) => other.label.trim() === each.label.trim()).length
      if (each.label.trim() === '') errors.set(each.key, 'A label is needed.')
      else if (same > 1) errors.set(each.key, 'Another row has this label.')
    }
    return errors
  })

  function unusedLabel(wanted: string): string {
    const taken = new Set(rows.value.map((each) => each.label))
    let label = wanted
    for (let n = 2; taken.has(label); n++) label = `${wanted} ${n}`
    return label
  }
  function put(
    model: ModelInfo,
    preset = usualPreset(model),
    config = presetConfig(model, preset),
    label = model.label,
  ): void {
    const added = { key: `row-${++made}`, model: model.id, label: unusedLabel(label), config, preset }
    rows.value = [...rows.value, added]
    chosen.value = added.key
  }
  function change(key: string, part: Partial<DraftRow>): void {
    rows.value = rows.value.map((each) => (each.key === key ? { ...each, ...part } : each))
  }
  function remove(key: string): void {
    rows.value = rows.value.filter((each) => each.key !== key)
    if (rows.value.length === 0) kind.value = 'comparison'
  }
  function applyPreset(key: string, preset: string): void {
    const model = models.byId(rows.value.find((each) => each.key === key)?.model ?? '')
    if (model) change(key, { preset, config: presetConfig(model, preset) })
  }
  /** The four models of a first comparison; the Transformer in its quick preset. */
  function quickLook(): void {
    clear()
    for (const id of ['popularity', 'ease', 'ials', 'transformer']) {
      const model = models.byId(id)
      if (model) put(model, model.presets.some((preset) => preset.id === 'quick') ? 'quick' : usualPreset(model))
    }
    chosen.value = rows.value.at(-1)?.key ?? null
  }
  /** The ablation set of one Transformer row, in place of all rows. @throws Error with a sentence. */
  async function ablate(from: DraftRow): Promise<void> {
    const specs = await wb.call('experiments.ablation', { config: from.config })
    clear()
    kind.value = 'ablation'
    for (const part of specs) {
      const model = models.byId(part.model)
      if (model) put(model, from.preset, { ...presetConfig(model, from.preset), ...part.config }, part.label)
    }
    chosen.value = rows.value[0]?.key ?? null
  }
  function clear(): void {
    rows.value = []
    chosen.value = null
    kind.value = 'comparison'
  }

  const suggestedName = computed(() => {
    if (rows.value.length === 0) return ''
    const labels = rows.value.map((each) => each.label)
    const models = labels.length > 2 ? `${labels.length} models` : labels.join(' and ')
    const what = kind.value === 'ablation' ? 'Ablation' : models
    return datasets.current ? `${what} on ${datasets.current.name}` : what
  })
  /** null while something is missing or wrong. */
  const spec = computed<ExperimentSpec | null>(() => {
    const datasetId = datasets.current?.id
    if (datasetId === undefined || plan.datasetId !== datasetId || !plan.valid || rows.value.length === 0) return null
    if (seedError.value !== null || invalidRows.value.size > 0 || labelErrors.value.size > 0) return null
    return {
      name: name.value.trim() || suggestedName.value,
      kind: kind.value,
      datasetId,
      domains: plan.domains,
      protocol: plan.protocol,
      runs: rows.value.map(({ model, label, config }) => ({ model, label: label.trim(), config })),
      seeds: seeds.value,
      backend: backend.value,
    }
  })

  return {
    ...{
      name,
      kind,
      rows,
      chosen,
      row,
      seedText,
      seeds,
      seedError,
      backend,
      invalidRows,
      labelErrors,
      suggestedName,
      spec,
    },
    ...{ errorsOf, put, change, remove, applyPreset, quickLook, ablate, clear },
  }
})

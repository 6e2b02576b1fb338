/** The hyper-parameters in which rows of one model differ: what a reader must know to tell them apart, and nothing else. */
import type {
  Comparison,
  ComparisonRow,
  HyperParameterValue,
  ModelConfig,
  ModelInfo,
} from '../../src-preload/contract.ts'

/** @param configs the configuration of each row; what it leaves out has its default */
export function differingHyperParameters(
  rows: Pick<ComparisonRow, 'label' | 'model'>[],
  configs: ModelConfig[],
  models: ModelInfo[],
): Comparison['differing'] {
  const found = new Map<string, Comparison['differing'][number]>()
  for (const model of models) {
    const members = rows.flatMap((row, i) =>
      row.model === model.id ? [{ label: row.label, config: configs[i] ?? {} }] : [],
    )
    for (const h of model.hyperParameters) {
      const values = members.map((m) => m.config[h.key] ?? h.default)
      if (new Set(values).size < 2) continue
      const nobody: Record<string, HyperParameterValue | null> = Object.fromEntries(rows.map((r) => [r.label, null]))
      const entry = found.get(h.key) ?? { key: h.key, label: h.label, values: nobody }
      members.forEach((m, i) => (entry.values[m.label] = values[i] ?? null))
      found.set(h.key, entry)
    }
  }
  return [...found.values()]
}

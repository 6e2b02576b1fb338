/** What a headless experiment is when nobody says: the protocol of the quick start, and each model's own defaults and presets. */
import type { HyperParameterValue, ModelInfo, RunSpec } from '../../src-preload/contract.ts'

export { defaultProtocol } from '../workbench/default-protocol.ts'

/**
 * One model under its defaults, or under one of its presets.
 * @throws Error when the model is not listed, or the preset is named and the model lacks it
 */
export function runOf(models: readonly ModelInfo[], id: string, preset: string | null = null): RunSpec {
  const model = models.find((each) => each.id === id)
  if (!model) throw new Error(`There is no model '${id}'. Known are ${models.map((each) => each.id).join(', ')}.`)
  const config: Record<string, HyperParameterValue> = {}
  for (const row of model.hyperParameters) config[row.key] = row.default
  if (preset !== null) {
    const found = model.presets.find((each) => each.id === preset)
    if (!found) {
      const known = model.presets.map((each) => each.id).join(', ') || 'none'
      throw new Error(`${model.label} has no preset '${preset}'. It has: ${known}.`)
    }
    Object.assign(config, found.config)
  }
  return { model: model.id, label: model.label, config }
}

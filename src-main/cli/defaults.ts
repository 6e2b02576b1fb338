/** What a headless experiment is when nobody says: the protocol of the quick start, and each model's own defaults and presets. */
import type { HyperParameterValue, ModelInfo, ProtocolSpec, RunSpec } from '../../src-preload/contract.ts'

/** Ratings of 4 and above are positives; each user's ratings are split by their time; users and movies below 5 ratings are left out. */
export const defaultProtocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.8, 0.1, 0.1],
  positive: 4,
  kCore: 5,
  historyAtTest: 'train+validation',
  cutoffs: [10, 20, 50],
  splitSeed: 1,
  overlap: 1,
  density: { A: 1, B: 1 },
}

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

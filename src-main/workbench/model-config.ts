/** Checks a model's configuration against its table of hyper-parameters, and fills in the defaults. */
import type { HyperParameter, HyperParameterValue, ModelConfig } from '../../src-preload/contract.ts'
import { hashOf } from '../features/cache.ts'
import { modelById } from '../learning/models/index.ts'

/**
 * @returns every hyper-parameter of the model with its value
 * @throws Error that names the field: an unknown key, a value of the wrong type, one outside its range
 */
export function modelConfigOf(modelId: string, config: ModelConfig): ModelConfig {
  const model = modelById(modelId)
  const known = new Map(model.hyperParameters.map((row) => [row.key, row]))
  for (const key of Object.keys(config)) {
    if (!known.has(key)) {
      const keys = [...known.keys()].join(', ')
      throw new Error(`${model.label} has no hyper-parameter '${key}'. ${keys ? `It has: ${keys}.` : 'It has none.'}`)
    }
  }
  const complete: ModelConfig = {}
  for (const row of known.values()) {
    const value = config[row.key] ?? row.default
    const wanted = wantedOf(row, value)
    if (wanted)
      throw new Error(
        `${model.label}: ${row.label} is ${typeof value === 'string' ? `'${value}'` : value}. Give ${wanted}.`,
      )
    complete[row.key] = value
  }
  return complete
}

/** What the row asks for, when the value is not that; null when it is. */
function wantedOf(row: HyperParameter, value: HyperParameterValue): string | null {
  switch (row.type) {
    case 'integer':
    case 'number': {
      const whole = row.type === 'integer'
      const fits =
        typeof value === 'number' && value >= row.min && value <= row.max && (!whole || Number.isInteger(value))
      return fits ? null : `a ${whole ? 'whole ' : ''}number from ${row.min} to ${row.max}`
    }
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false'
    case 'choice':
      return row.choices.some((choice) => choice.value === value)
        ? null
        : `one of: ${row.choices.map((choice) => choice.value).join(', ')}`
    default:
      return row satisfies never
  }
}

/** Names a configuration of a model: the same hash, the same values, in whatever order they stand. */
export function configHash(modelId: string, config: ModelConfig): string {
  const rows = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))
  return hashOf([modelId, ...rows.flatMap(([key, value]) => [key, JSON.stringify(value)])])
}

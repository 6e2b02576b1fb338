/** Reads typed values out of a `ModelConfig`: what is absent takes its default, what is out of range is refused with a sentence. */
import type { HyperParameter, HyperParameterValue, ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'

type Schema = Pick<ModelInfo, 'label' | 'hyperParameters'>

function row(model: Schema, key: string): HyperParameter {
  const found = model.hyperParameters.find((h) => h.key === key)
  if (!found) throw new Error(`${model.label} has no hyper-parameter '${key}'.`)
  return found
}

function refuse(model: Schema, h: HyperParameter, value: HyperParameterValue, allowed: string): never {
  throw new Error(`${model.label}: ${h.label} (${h.key}) is ${JSON.stringify(value)}. Give ${allowed}.`)
}

/** @throws when the value is no number, not whole where it must be, or outside the row's range. */
export function numberOf(model: Schema, config: ModelConfig, key: string): number {
  const h = row(model, key)
  if (h.type !== 'integer' && h.type !== 'number') throw new Error(`${model.label}: ${h.label} is not a number.`)
  const value = config[key] ?? h.default
  const whole = h.type === 'integer'
  if (typeof value !== 'number' || !(value >= h.min && value <= h.max) || (whole && !Number.isInteger(value)))
    refuse(model, h, value, `a${whole ? ' whole' : ''} number from ${h.min} to ${h.max}`)
  return value
}

/** @throws when the value is none of the row's choices. */
export function choiceOf(model: Schema, config: ModelConfig, key: string): string {
  const h = row(model, key)
  if (h.type !== 'choice') throw new Error(`${model.label}: ${h.label} is not a choice.`)
  const value = config[key] ?? h.default
  const found = h.choices.find((c) => c.value === value)
  return found ? found.value : refuse(model, h, value, `one of: ${h.choices.map((c) => c.value).join(', ')}`)
}

/** @throws when the row is no switch, or the value neither true nor false. */
export function flagOf(model: Schema, config: ModelConfig, key: string): boolean {
  const h = row(model, key)
  if (h.type !== 'boolean') throw new Error(`${model.label}: ${h.label} is not a switch.`)
  const value = config[key] ?? h.default
  return typeof value === 'boolean' ? value : refuse(model, h, value, 'true or false')
}

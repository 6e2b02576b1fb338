/** What a configuration means for one data set: the parts that are there, the streams, and the specification of every parameter. */
import type { DomainRange, TrainingData } from '../data.ts'
import type { ParameterSpec, Start } from '../parameters.ts'
import { sizeOf } from '../parameters.ts'
import type { StateUse } from '../batches.ts'
import type { StreamLayout } from '../streams.ts'
import { denseSpecs, encoderSpecs, normSpecs } from './encoder.ts'
import type { TransformerSettings } from './transformer-settings.ts'

export interface TransformerShape {
  settings: TransformerSettings
  items: number // V
  modalities: { name: string; dim: number }[]
  /** Tokens of an item, M. */
  tokens: number
  domains: number
  layout: StreamLayout
  use: StateUse
  /** States that make a user vector: 2 with the sharing layer over two domains, else 1. */
  statesUsed: number
  /** Width S in which users and items meet. */
  shared: number
}

/** The modalities that are both switched on and there: any feature table is one; text and image have a switch. */
export function activeModalities<T extends { name: string }>(settings: TransformerSettings, tables: T[]): T[] {
  return tables.filter(({ name }) => (name === 'text' ? settings.text : name === 'image' ? settings.image : true))
}

/** @throws Error when two feature tables have one name */
export function transformerShape(
  settings: TransformerSettings,
  data: Pick<TrainingData, 'items' | 'domains'> & { features: { name: string; dim: number }[] },
): TransformerShape {
  const modalities = activeModalities(settings, data.features).map(({ name, dim }) => ({ name, dim }))
  const names = modalities.map(({ name }) => name)
  const twice = names.find((name, m) => names.indexOf(name) !== m)
  if (twice !== undefined)
    throw new Error(`Two feature tables are called '${twice}'. Give each modality a name of its own.`)
  const domains = data.domains.length
  const merged = settings.crossDomain === 'merged' && domains > 1
  const sharing = settings.crossDomain === 'sharing' && domains > 1
  const domainOf = domainLookup(data.domains)
  return {
    settings,
    items: data.items,
    modalities,
    tokens: settings.fusion === 'tokens' ? 1 + modalities.length : 1,
    domains,
    layout: {
      streams: merged ? 1 : domains,
      // the merged stream holds as many events as the two it replaces; its longer position table weighs up the narrower shared layer
      capacity: merged ? 2 * settings.history : settings.history,
      streamOf: merged ? () => 0 : domainOf,
      domainOf,
    },
    use: settings.crossDomain === 'sharing' ? 'all' : 'own',
    statesUsed: sharing ? 2 : 1,
    shared: settings.tower === 'direct' ? settings.width : settings.shared,
  }
}

function domainLookup(domains: DomainRange[]): (item: number) => number {
  const boundary = domains.length > 1 ? domains[0]!.end : Infinity
  return (item) => (item >= boundary ? 1 : 0)
}

/** Starts of direct scores: id, text and image alike, and as SASRec's embeddings. */
const DIRECT = { id: 0.02, projection: 0.02 }

/** Starts that let what generalises lead: features before ids and positions, the average of the history before what a random layer makes of it. */
const START = {
  id: 0.005,
  projection: 0.1,
  /** Attention starts by averaging, and an average of n events is sqrt(n) smaller than one event. */
  attention: 2,
  feedForward: 0.05,
  hidden: 0.05,
  score: 0.4,
}

export function parameterSpecs(shape: TransformerShape): ParameterSpec[] {
  const { width: D, layers, feedForward, ids, tower } = shape.settings
  const S = shape.shared
  const begin = { ...START, ...(tower === 'direct' ? DIRECT : {}) }
  const specs: ParameterSpec[] = []
  const add = (name: string, dims: number[], start: Start): void => void specs.push({ name, shape: dims, start })
  const linear = (name: string, inputs: number, outputs: number, gain = 1): void =>
    void specs.push(...denseSpecs(name, inputs, outputs, gain))
  const norm = (name: string): void => void specs.push(...normSpecs(name, D))
  const perceptron = (name: string, inputs: number): void => {
    linear(`${name}.skip`, inputs, S, START.score)
    linear(`${name}.hidden`, inputs, S)
    linear(`${name}.out`, S, S, START.hidden)
  }
  const id: Start = { deviation: begin.id }

  add('item.id', [shape.items, D], id)
  if (ids === 'separate') add('item.candidateId', [shape.items, D], id)
  // [dim + 2, D]: the last two rows are the bias of items that have the modality and the learned token of those that miss it
  for (const { name, dim } of shape.modalities) add(`${name}.projection`, [dim + 2, D], { deviation: begin.projection })
  add('modality', [1 + shape.modalities.length, D], id)
  add('rating', [10, D], id)
  add('domain', [shape.domains, D], id)
  add('position', [shape.layout.capacity, D], id)
  specs.push(...encoderSpecs({ width: D, layers, feedForward }, START))
  add('noHistory', [shape.layout.streams, D], id)
  linear('user.shared', shape.statesUsed * D, S)
  if (tower === 'perceptrons') {
    perceptron('user', S)
    norm('item.norm')
    perceptron('item', D)
  }
  add('item.bias', [shape.items, 1], { constant: 0 })
  return specs
}

export function parameterCount(shape: TransformerShape): number {
  return parameterSpecs(shape).reduce((total, { shape: dims }) => total + sizeOf(dims), 0)
}

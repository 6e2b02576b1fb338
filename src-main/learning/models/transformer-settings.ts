/** A configuration read into typed settings, with every range checked. */
import type { ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { AdamConstants } from '../optimiser.ts'
import { choiceOf, numberOf } from './config.ts'
import { transformerRows } from './transformer-parameters.ts'

export type Fusion = 'sum' | 'tokens'
export type CrossDomain = 'sharing' | 'none' | 'merged'
export type Tower = 'perceptrons' | 'direct'
export type Loss = 'bce' | 'bpr' | 'softmax' | 'sampledSoftmax'

export interface TransformerSettings {
  width: number // D
  layers: number
  heads: number
  feedForward: number // width of the feed-forward layers in times D
  history: number // L, events a domain
  shared: number // S
  dropout: number
  historyDropout: number
  idPenalty: number
  fusion: Fusion
  crossDomain: CrossDomain
  text: boolean
  image: boolean
  shuffleFeatures: boolean
  noiseFeatures: boolean
  ids: 'tied' | 'separate'
  idStart: 'factors' | 'random'
  tower: Tower
  candidates: 'domain' | 'all'
  loss: Loss
  negatives: number
  negativeDistribution: 'uniform' | 'popularity'
  contrastive: number
  temperature: number
  minRating: number
  userBalance: number
  averaging: number
  learningRate: number
  decay: 'cosine' | 'none'
  warmUpSteps: number
  batch: number // windows a step
  microBatch: number // windows a part, 0 = by memory
  epochs: number
  validateEvery: number
  patience: number
  minutes: number
  clip: number
  adam: AdamConstants
}

type Schema = Pick<ModelInfo, 'label' | 'hyperParameters'>
const schema: Schema = { label: 'Transformer', hyperParameters: transformerRows }

/** @throws Error naming the row whose value is out of range, or the two that do not fit together. */
export function readSettings(config: ModelConfig): TransformerSettings {
  const number = (key: string): number => numberOf(schema, config, key)
  const flag = (key: string, otherwise: boolean): boolean => {
    const value = config[key] ?? otherwise
    if (typeof value !== 'boolean')
      throw new Error(`Transformer: ${key} is ${JSON.stringify(value)}. Give true or false.`)
    return value
  }
  const chosen = <T extends string>(key: string, ...values: T[]): T => {
    const value = choiceOf(schema, config, key)
    const found = values.find((v) => v === value)
    if (found === undefined) throw new Error(`Transformer: ${key} cannot be '${value}'.`)
    return found
  }
  const settings: TransformerSettings = {
    width: number('width'),
    layers: number('layers'),
    heads: number('heads'),
    feedForward: number('feedForward'),
    history: number('history'),
    shared: number('shared'),
    dropout: number('dropout'),
    historyDropout: number('historyDropout'),
    idPenalty: number('idPenalty'),
    fusion: chosen('fusion', 'sum', 'tokens'),
    crossDomain: chosen('crossDomain', 'sharing', 'none', 'merged'),
    text: flag('text', true),
    image: flag('image', true),
    shuffleFeatures: flag('shuffleFeatures', false),
    noiseFeatures: flag('noiseFeatures', false),
    ids: chosen('ids', 'tied', 'separate'),
    idStart: chosen('idStart', 'factors', 'random'),
    tower: chosen('tower', 'perceptrons', 'direct'),
    candidates: chosen('candidates', 'domain', 'all'),
    loss: chosen('loss', 'softmax', 'sampledSoftmax', 'bce', 'bpr'),
    negatives: number('negatives'),
    negativeDistribution: chosen('negativeDistribution', 'uniform', 'popularity'),
    contrastive: number('contrastive'),
    temperature: number('temperature'),
    minRating: number('minRating'),
    userBalance: number('userBalance'),
    averaging: number('averaging'),
    learningRate: number('learningRate'),
    decay: chosen('decay', 'cosine', 'none'),
    warmUpSteps: number('warmUpSteps'),
    batch: number('batch'),
    microBatch: number('microBatch'),
    epochs: number('epochs'),
    validateEvery: number('validateEvery'),
    patience: number('patience'),
    minutes: number('minutes'),
    clip: number('clip'),
    adam: { beta1: number('beta1'), beta2: number('beta2'), epsilon: number('epsilon') },
  }
  if (settings.width % settings.heads !== 0)
    throw new Error(
      `Transformer: the width ${settings.width} cannot be divided among ${settings.heads} heads. Choose a width that is a multiple of ${settings.heads}.`,
    )
  return settings
}

/** Hyper-parameters that the models trained on triples share, with the defaults of each, and how they are read. */
import type { HyperParameter, ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { TrainingPlan } from '../trainer.ts'
import { choiceOf, numberOf } from './config.ts'
import type { SamplerOptions } from './pairwise-sampler.ts'
import { stoppingRows } from './stopping-rows.ts'

type Schema = Pick<ModelInfo, 'label' | 'hyperParameters'>

export interface PairwiseDefaults {
  learningRate: number
  batch: number
  epochs: number
  validateEvery: number
  patience: number
  minRating: number
  negatives: 'uniform' | 'popularity'
}

export const measured = 'Own measurement on ml-latest-small, by validation NDCG@10.'

/**
 * For estimates: what scalar arithmetic on the host costs, counted as the operations of a matrix product that take as long. For a column of a triple
 * there and back, of a row that Adam moves, of a neighbour that is added.
 */
export const PAIRED = 25
export const UPDATED = 15
export const ADDED = 2

export function pairwiseRows(defaults: PairwiseDefaults): HyperParameter[] {
  return [
    {
      key: 'minRating',
      label: 'Positives from',
      help: 'Training events with at least so many stars are positives; all rated items are kept from the negatives. Never above the protocol’s threshold: with "every rating is positive" every rating is one.',
      unit: 'stars',
      group: 'Input',
      type: 'number',
      default: defaults.minRating,
      min: 0,
      max: 5,
    },
    {
      key: 'negatives',
      label: 'Negatives drawn',
      help: 'One unseen item of the same domain for every positive, anew in every epoch: uniformly, or in proportion to popularity to the power 0.75.',
      source: 'Rendle et al. 2009: uniformly',
      group: 'Training',
      type: 'choice',
      default: defaults.negatives,
      choices: [
        { value: 'uniform', label: 'Uniformly' },
        { value: 'popularity', label: 'By popularity^0.75' },
      ],
    },
    {
      key: 'learningRate',
      label: 'Learning rate',
      help: 'Rate of Adam, the same in all epochs.',
      source: measured,
      group: 'Training',
      type: 'number',
      default: defaults.learningRate,
      min: 1e-6,
      max: 1,
      scale: 'log',
    },
    {
      key: 'batch',
      label: 'Batch',
      help: 'Triples of user, positive and negative in a step.',
      source: measured,
      unit: 'triples',
      group: 'Training',
      type: 'integer',
      default: defaults.batch,
      min: 1,
      max: 1_000_000,
      scale: 'log',
    },
    {
      key: 'epochs',
      label: 'Epochs',
      help: 'At most this many passes over all positives.',
      group: 'Training',
      type: 'integer',
      default: defaults.epochs,
      min: 1,
      max: 2000,
    },
    ...stoppingRows(defaults),
  ]
}

export function pairwisePlan(schema: Schema, config: ModelConfig): TrainingPlan {
  const number = (key: string): number => numberOf(schema, config, key)
  return {
    epochs: number('epochs'),
    learningRate: number('learningRate'),
    warmUpSteps: 0,
    decay: 'none',
    clip: 0,
    validateEvery: number('validateEvery'),
    patience: number('patience'),
    minutes: number('minutes'),
  }
}

export function samplerOptions(schema: Schema, config: ModelConfig): Omit<SamplerOptions, 'seed'> {
  return {
    batch: numberOf(schema, config, 'batch'),
    minRating: numberOf(schema, config, 'minRating'),
    distribution: choiceOf(schema, config, 'negatives') === 'popularity' ? 'popularity' : 'uniform',
  }
}

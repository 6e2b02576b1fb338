/** A configuration of a model of users and items read into typed settings, with every range checked. */
import type { ModelConfig, ModelInfo } from '../../../src-preload/contract.ts'
import type { NegativeDistribution } from '../sampling.ts'
import type { TrainingPlan } from '../trainer.ts'
import { choiceOf, numberOf } from './config.ts'

export interface PairSettings extends TrainingPlan {
  dim: number
  width: number
  layers: number
  tower: 'constant' | 'halving'
  dropout: number
  negatives: number
  distribution: NegativeDistribution
  minRating: number
  userBalance: number
  l2: number
  /** Positives in a step; 0 where steps are cut by items. */
  batch: number
}

type Schema = Pick<ModelInfo, 'label' | 'hyperParameters'>

/** Widths of the perceptron's hidden layers. */
export function widthsOf({ width, layers, tower }: Pick<PairSettings, 'width' | 'layers' | 'tower'>): number[] {
  return Array.from({ length: layers }, (_, k) => (tower === 'halving' ? Math.max(1, width >> k) : width))
}

/** @throws Error naming the row whose value is out of range */
export function readPairSettings(schema: Schema, config: ModelConfig): PairSettings {
  const has = (key: string): boolean => schema.hyperParameters.some((row) => row.key === key)
  const number = (key: string): number => numberOf(schema, config, key)
  return {
    dim: number('dim'),
    width: number('width'),
    layers: number('layers'),
    tower: choiceOf(schema, config, 'tower') === 'halving' ? 'halving' : 'constant',
    dropout: number('dropout'),
    negatives: number('negatives'),
    distribution:
      has('negativeDistribution') && choiceOf(schema, config, 'negativeDistribution') === 'popularity'
        ? 'popularity'
        : 'uniform',
    minRating: number('minRating'),
    userBalance: number('userBalance'),
    l2: number('l2'),
    batch: has('batch') ? number('batch') : 0,
    learningRate: number('learningRate'),
    decay: choiceOf(schema, config, 'decay') === 'cosine' ? 'cosine' : 'none',
    warmUpSteps: 0,
    epochs: number('epochs'),
    validateEvery: number('validateEvery'),
    patience: number('patience'),
    minutes: number('minutes'),
    clip: number('clip'),
  }
}

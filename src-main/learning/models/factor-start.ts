/**
 * Item ids that training begins from: the item factors of implicit ALS over the training events (ials.ts, with its defaults), so that movies
 * which the same users liked lie close before the first step. He et al. 2017, "Neural collaborative filtering", section 3.4.1, start a neural
 * model from matrix factorisation likewise.
 */
import type { HyperParameter } from '../../../src-preload/contract.ts'
import type { DomainRange, TrainingData } from '../data.ts'
import { ImplicitAls } from '../implicit-als.ts'
import type { FitContext, ModelDefinition } from '../model.ts'
import { Pacer } from '../pacer.ts'
import { Random } from '../random.ts'
import { binaryRows, indices } from './binary-input.ts'
import { numberOf } from './config.ts'
import { alsSettings, alternate, ials } from './ials.ts'
import { ialsSchema } from './ials-schema.ts'

/** Root mean square of the ids at the start. Own measurement, validation: 0.03, 0.05 and 0.1 are within noise. */
export const FACTOR_DEVIATION = 0.05

/** The row that switches it on. @param group where the model's form shows it */
export function idStartRow(group: string, source: string): HyperParameter {
  return {
    key: 'idStart',
    label: 'Ids start',
    help: 'Factors: at the item factors of implicit ALS, fitted to the training events alone, so that movies which the same users liked lie close from the first step on. Random: small normal numbers.',
    source: `He et al. 2017 (Neural collaborative filtering), section 3.4.1. ${source}`,
    group,
    type: 'choice',
    default: 'factors',
    choices: [
      { value: 'factors', label: 'Factors of implicit ALS' },
      { value: 'random', label: 'Random' },
    ],
  }
}

/** What the factors of a width cost before the first step. */
export function factorCost(width: number, size: Omit<Size, 'featureDims'>): { flops: number; memoryBytes: number } {
  const { flopsPerEpoch, epochs, memoryBytes } = ials.estimate({ dim: width }, { ...size, featureDims: [] })
  return { flops: flopsPerEpoch * epochs, memoryBytes }
}
type Size = Parameters<ModelDefinition['estimate']>[1]

interface Factorised {
  /** Length d of a factor. */
  width: number
  /** Events are used that are rated so, and all that the protocol calls relevant. */
  minRating: number
  /** Items that are factorised by themselves, so that no range knows of another. */
  ranges: Pick<DomainRange, 'start' | 'end'>[]
}

/** @returns [items, width] @throws DOMException 'AbortError' */
export async function itemFactors(
  data: TrainingData,
  { width, minRating, ranges }: Factorised,
  { seed, signal, onEvent }: Pick<FitContext, 'seed' | 'signal' | 'onEvent'>,
): Promise<Float32Array> {
  const als = new ImplicitAls({ ...alsSettings({}), dim: width })
  const initial = numberOf(ialsSchema, {}, 'initialDeviation') / Math.sqrt(width)
  const random = Random.stream(seed, 'factor start')
  const factors = new Float64Array(data.items * width)
  for (let i = 0; i < factors.length; i++) factors[i] = initial * random.normal()
  for (const [r, { start, end }] of ranges.entries()) {
    const x = binaryRows(data.train, indices(data.users), Math.min(minRating, data.positive), start, end)
    await alternate(als, x, factors.subarray(start * width, end * width), {
      epochs: numberOf(ialsSchema, {}, 'epochs'),
      pacer: new Pacer(signal),
      onProgress: (part) =>
        onEvent({ type: 'phase', phase: 'Factorising the training events', fraction: (r + part) / ranges.length }),
    })
  }
  const length = Math.sqrt(factors.reduce((sum, f) => sum + f * f, 0) / factors.length)
  return Float32Array.from(factors, (f) => (FACTOR_DEVIATION * f) / length)
}

/** For gradients against golden values: a sparse table that remembers what was added to its gradient, and the relative distance of two lists. */
import type { Recommender } from '../../../src-main/learning/model.ts'
import type { ParameterSpec } from '../../../src-main/learning/parameters.ts'
import { SparseTable } from '../../../src-main/learning/sparse-table.ts'
import type { TrainingPlan } from '../../../src-main/learning/trainer.ts'
import type { Triples } from '../../../src-main/learning/models/pairwise-sampler.ts'

export class RecordedTable extends SparseTable {
  /** [rows, width] of everything that was added */
  readonly gradient: Float64Array

  constructor(spec: ParameterSpec, values: number[]) {
    super(spec)
    this.values.set(values)
    this.gradient = new Float64Array(values.length)
  }

  override add(rows: Int32Array, gradient: Float32Array): void {
    super.add(rows, gradient)
    for (const [i, row] of rows.entries())
      for (let j = 0; j < this.width; j++) this.gradient[row * this.width + j]! += gradient[i * this.width + j]!
  }
}

/** |a - b| / |b| */
export function relativeDistance(found: ArrayLike<number>, expected: number[]): number {
  if (found.length !== expected.length) throw new Error(`${found.length} numbers, not ${expected.length}`)
  const square = expected.reduce((sum, e, i) => sum + (found[i]! - e) ** 2, 0)
  return Math.sqrt(square / expected.reduce((sum, e) => sum + e * e, 0))
}

export function triplesOf([users = [], positives = [], negatives = []]: number[][]): Triples {
  return {
    users: Int32Array.from(users),
    positives: Int32Array.from(positives),
    negatives: Int32Array.from(negatives),
  }
}

/** One epoch with a constant rate and nothing else. */
export function plainPlan(learningRate: number): TrainingPlan {
  return { epochs: 1, learningRate, warmUpSteps: 0, decay: 'none', clip: 0, validateEvery: 1, patience: 1, minutes: 0 }
}

const refused = (): Promise<never> => Promise.reject(new Error('not asked'))
export const nobody: Recommender = { fit: refused, score: refused, save: refused, load: refused, dispose: () => {} }

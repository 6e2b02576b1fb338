import { expect, test } from 'vitest'
import { Dropout, dropoutMask } from '../../../src-main/learning/dropout.ts'

test('a mask drops its share, keeps the mean, and is the same for the same seed', () => {
  const mask = dropoutMask(100_000, 42, 0.3)
  const dropped = mask.reduce((n, x) => n + (x === 0 ? 1 : 0), 0)
  expect(dropped / mask.length).toBeCloseTo(0.3, 2)
  expect(mask.reduce((sum, x) => sum + x, 0) / mask.length).toBeCloseTo(1, 2)
  expect(dropoutMask(100_000, 42, 0.3)).toEqual(mask)
  expect(dropoutMask(100_000, 43, 0.3)).not.toEqual(mask)
})

test('neighbouring entries are dropped independently', () => {
  const mask = dropoutMask(200_000, 9, 0.5)
  let both = 0
  for (let i = 0; i + 1 < mask.length; i++) if (mask[i] === 0 && mask[i + 1] === 0) both++
  expect(both / mask.length).toBeCloseTo(0.25, 2)
})

test('the seeds of a step depend on the run’s seed and the step, place by place', () => {
  const seeds = (seed: number, step: number): number[] => {
    const dropout = new Dropout(0.1, seed, step)
    return [dropout.nextSeed(), dropout.nextSeed(), dropout.nextSeed()]
  }
  expect(seeds(1, 0)).toEqual(seeds(1, 0))
  expect(new Set([...seeds(1, 0), ...seeds(1, 1), ...seeds(2, 0)]).size).toBe(9)
})

import { expect, test } from 'vitest'
import { PreparedSplits } from '../../../src-main/jobs/reader-splits.ts'
import type { Prepared } from '../../../src-main/datasets/splitting/prepare.ts'

/** As much of a split as its size takes. */
function split(events: number): Prepared {
  const part = (n: number): Prepared['data']['train'] => ({
    indptr: Uint32Array.of(0, n),
    item: new Uint32Array(n),
    rating: new Float32Array(n),
    time: new Float64Array(n),
  })
  const data = { train: part(events), validation: part(0), test: part(0) }
  const partial: Partial<Prepared> = { dropped: { indptr: new Uint32Array(2), item: new Uint32Array() } }
  return { ...partial, data } as Prepared // the rest is never looked at
}
const hold = (splits: PreparedSplits, keys: string[]): string[] => keys.filter((key) => splits.get(key) !== null)

test('keeps what fits, the least used goes first', () => {
  const splits = new PreparedSplits(3 * 16 * 100)
  for (const key of ['a', 'b', 'c']) splits.add(key, 'ds', split(100))
  splits.get('a')
  splits.add('d', 'ds', split(100))
  expect(hold(splits, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd'])
})

test('one larger than all there may be stays alone; room is made before', () => {
  const splits = new PreparedSplits(3 * 16 * 100)
  splits.add('a', 'ds', split(100))
  splits.makeRoom(250)
  expect(splits.size).toBe(0)
  splits.add('a', 'ds', split(100))
  splits.add('large', 'ds', split(1000))
  expect(hold(splits, ['a', 'large'])).toEqual(['large'])
})

test('forgets those of a data set', () => {
  const splits = new PreparedSplits()
  splits.add('a', 'ds-1', split(1))
  splits.add('b', 'ds-2', split(1))
  splits.forget('ds-1')
  expect(hold(splits, ['a', 'b'])).toEqual(['b'])
})

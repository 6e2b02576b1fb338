import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Thinned, thinTraining } from '../../../src-main/datasets/splitting/density.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import type { Interactions } from '../../../src-main/learning/data.ts'
import { itemsOf, timesOf } from './joint.ts'

const boundary = 50
/** Users' items as a training part, each event at its own time. */
function training(users: number[][]): Interactions {
  const indptr = new Uint32Array(users.length + 1)
  users.forEach((own, u) => (indptr[u + 1] = indptr[u]! + own.length))
  const item = Uint32Array.from(users.flat())
  return { indptr, item, rating: Float32Array.from(item, (i) => i / 20), time: Float64Array.from(item.keys()) }
}
const thin = (users: number[][], density: { A: number; B: number }, splitSeed = 1): Thinned =>
  atOnce(
    thinTraining(
      training(users),
      { ids: Uint32Array.from(users, (_, u) => 7 * u + 1), boundary },
      { density, splitSeed },
    ),
  )
const inA = (items: number[]): number[] => items.filter((i) => i < boundary)
const inB = (items: number[]): number[] => items.filter((i) => i >= boundary)

const own = fc.uniqueArray(fc.nat(99), { maxLength: 40 })
const users = fc.array(own, { minLength: 1, maxLength: 12 })
const share = fc.double({ min: 0.01, max: 1, noNaN: true })

test('of each user and domain the share is kept within one event, at least one; the rest is named as dropped', () => {
  fc.assert(
    fc.property(users, share, share, (all, A, B) => {
      const { train, dropped } = thin(all, { A, B })
      all.forEach((items, u) => {
        const kept = itemsOf(train, u)
        expect([...kept, ...itemsOf(dropped, u)].sort()).toEqual(items.toSorted())
        expect(kept).toEqual(items.filter((item) => kept.includes(item))) // the order stays
        for (const [had, has, density] of [
          [inA(items), inA(kept), A],
          [inB(items), inB(kept), B],
        ] as const) {
          // prettier-ignore
          if (density === 1) expect(has).toEqual(had)
          if (had.length === 0) continue
          expect(has.length).toBeGreaterThanOrEqual(Math.max(1, Math.floor(density * had.length)))
          expect(has.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(density * had.length)))
        }
        const before = training(all)
        itemsOf(train, u).forEach((item, i) => {
          const e = train.indptr[u]! + i
          const was = before.item.subarray(before.indptr[u], before.indptr[u + 1]).indexOf(item) + before.indptr[u]!
          expect([train.rating[e], timesOf(train, u)[i]]).toEqual([before.rating[was], before.time[was]])
        })
      })
    }),
    { numRuns: 200 },
  )
})

test('what a lower density keeps, a higher one keeps too; the other domain does not matter', () => {
  fc.assert(
    fc.property(users, share, share, share, fc.nat(99), (all, one, other, b, seed) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)]
      const less = thin(all, { A: low, B: b }, seed).train
      const more = thin(all, { A: high, B: 1 }, seed).train
      all.forEach((_, u) => {
        const kept = new Set(itemsOf(more, u))
        for (const item of inA(itemsOf(less, u))) expect(kept.has(item)).toBe(true)
      })
      expect(thin(all, { A: low, B: b }, seed)).toEqual(thin(all, { A: low, B: b }, seed))
    }),
  )
})

test('over many users the share is exact: floor(d n + r) is d n on average', () => {
  const all = Array.from({ length: 2000 }, () => Array.from({ length: 7 }, (_, i) => i))
  const { train } = thin(all, { A: 0.3, B: 1 })
  // 2.1 of 7 on average; a user's count has a deviation of 0.3, so the mean's is 0.0067
  expect(Math.abs(train.item.length / 2000 - 2.1)).toBeLessThan(0.03)
  expect(thin(all, { A: 0.3, B: 1 }, 2).train.item).not.toEqual(train.item)
})

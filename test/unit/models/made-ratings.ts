/** The generator of test/golden/knn.py: half stars of users who like every third item; user 1 and item 2 have none. */
import type { Interactions } from '../../../src-main/learning/data.ts'
import { interactions } from '../evaluation/small-data.ts'

export interface Made {
  users: number
  items: number
  density: number
  seed: number
}

export function madeRatings({ users, items, density, seed }: Made): Interactions {
  let state = seed
  const next = (): number => (state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff) / 2 ** 31
  const events: number[][] = []
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      if (next() >= density * (i % 3 === u % 3 ? 3 : 1)) continue
      const stars = (1 + Math.floor(next() * 10)) / 2
      if (u !== 1 && i !== 2) events.push([u, i, stars, events.length])
    }
  return interactions(users, events)
}

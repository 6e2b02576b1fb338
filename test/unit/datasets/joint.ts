/** Small data sets in the joint space, for tests of what is done to their users and events. */
import { type JointItems, jointUsers, type JointUsers } from '../../../src-main/datasets/splitting/overlap.ts'
import type { Splittable } from '../../../src-main/datasets/splitting/splits.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import type { Interactions } from '../../../src-main/learning/data.ts'

/** Every user's (movie, time) pairs; stars are a function of the movie, to see that rows stay together. */
export type Rows = [movie: number, time: number][][]
export const starsOf = (movie: number): number => ((movie % 10) + 1) / 2

/** @param boundary movies below it are domain A; all movies are in */
export function joint(
  users: Rows,
  {
    ids,
    boundary,
    overlap = 1,
    seed = 1,
  }: { ids?: Uint32Array; boundary?: number; overlap?: number; seed?: number } = {},
): Splittable & { users: JointUsers } {
  const flat = users.flat()
  const indptr = new Uint32Array(users.length + 1)
  users.forEach((rows, u) => (indptr[u + 1] = indptr[u]! + rows.length))
  const movies = Math.max(0, ...flat.map(([movie]) => movie)) + 1
  const ratings = {
    indptr,
    item: Uint32Array.from(flat, ([movie]) => movie),
    rating2: Uint8Array.from(flat, ([movie]) => starsOf(movie) * 2),
    time: Uint32Array.from(flat, ([, time]) => time),
  }
  const items: JointItems = { itemOf: Uint32Array.from({ length: movies }, (_, m) => m), boundary: boundary ?? movies }
  const known = ids ?? Uint32Array.from(users, (_, u) => u + 1)
  const core = { users: Uint8Array.from(users, (rows) => (rows.length > 0 ? 1 : 0)) }
  return { ratings, ids: known, items, users: atOnce(jointUsers(ratings, core, items, known, { overlap, seed })) }
}

export function itemsOf({ indptr, item }: Pick<Interactions, 'indptr' | 'item'>, u: number): number[] {
  return [...item.subarray(indptr[u], indptr[u + 1])]
}
export function timesOf({ indptr, time }: Interactions, u: number): number[] {
  return [...time.subarray(indptr[u], indptr[u + 1])]
}

/**
 * Who a model takes for one person. With an overlap of 1 every user of the data set is one user. With less, some of those who rated in both
 * domains are torn: their ratings in A and their ratings in B become two users who know nothing of each other. Pure.
 */
import { Random } from '../../learning/random.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import type { Core } from './k-core.ts'
import { overUsers, type Steps } from '../steps.ts'

/** The events of a data set's user that a joint user has: all, or those of one domain. */
export const wholeUser = 0
export const halfInA = 1
export const halfInB = 2

/** Users as a model counts them, by ascending id; of a torn user the half in A comes first. */
export interface JointUsers {
  /** [users] user index of the data set */
  row: Uint32Array
  /** [users] `wholeUser`, `halfInA` or `halfInB` */
  part: Uint8Array
  /** Users with events in both domains, and how many of them stay one user. Not counted (0) where all stay. */
  shared: number
  linked: number
}

/** What places a rating in the joint space. */
export interface JointItems {
  /** [movies] joint item index, `noItem` for a movie that is out */
  itemOf: Uint32Array
  /** The first item of domain B; the number of items where there is one domain. */
  boundary: number
}
export const noItem = 0xffffffff

/**
 * The linked are the first round(overlap * shared) in an order drawn by seed and user id: a smaller overlap links a subset of a larger one's,
 * and exactly that share.
 * @param ids [users of the data set] user ids, ascending
 */
export function* jointUsers(
  ratings: Pick<RatingColumns, 'indptr' | 'item'>,
  core: Pick<Core, 'users'>,
  items: JointItems,
  ids: Uint32Array,
  { overlap, seed }: { overlap: number; seed: number },
): Steps<JointUsers> {
  const shared = overlap < 1 ? yield* sharedUsers(ratings, core, items) : new Uint32Array()
  const linked = Math.round(overlap * shared.length)
  const torn = new Uint8Array(core.users.length)
  for (const u of drawn(shared, ids, seed).subarray(linked)) torn[u] = 1
  yield

  let users = shared.length - linked
  for (const stays of core.users) users += stays
  const row = new Uint32Array(users)
  const part = new Uint8Array(users)
  let user = 0
  for (let u = 0; u < core.users.length; u++) {
    if (!core.users[u]) continue
    row[user] = u
    part[user++] = torn[u] ? halfInA : wholeUser
    if (!torn[u]) continue
    row[user] = u
    part[user++] = halfInB
  }
  return { row, part, shared: shared.length, linked }
}

/** The users in an order drawn by seed and id; users with the same draw by id. */
function drawn(users: Uint32Array, ids: Uint32Array, seed: number): Uint32Array {
  // 27 bits of a draw and 26 of a place are the 53 of a number: sorted without a callback
  const keys = Float64Array.from(users, (u, i) => {
    const draw = Random.stream(seed, `overlap of user ${ids[u]}`).next()
    return Math.floor(draw * 2 ** 27) * mostShared + i
  })
  return Uint32Array.from(keys.sort(), (key) => users[key % mostShared]!)
}
const mostShared = 2 ** 26

/** Users with events in both domains: each is read only until the second domain shows. */
function* sharedUsers(
  { indptr, item }: Pick<RatingColumns, 'indptr' | 'item'>,
  { users }: Pick<Core, 'users'>,
  { itemOf, boundary }: JointItems,
): Steps<Uint32Array> {
  const found = new Uint32Array(users.length)
  let n = 0
  yield* overUsers(users.length, (from, to) => {
    for (let u = from; u < to; u++) {
      if (!users[u]) continue
      let inFirst = false
      let inSecond = false
      for (let r = indptr[u]!; r < indptr[u + 1]! && !(inFirst && inSecond); r++) {
        const joint = itemOf[item[r]!]!
        if (joint === noItem) continue
        if (joint < boundary) inFirst = true
        else inSecond = true
      }
      if (inFirst && inSecond) found[n++] = u
    }
  })
  return found.slice(0, n)
}

/** How a user's random draws are named, so that they depend on nothing but the seed and who it is. */
export function userName(id: number, part: number): string {
  if (part === wholeUser) return `user ${id}`
  return part === halfInA ? `user ${id} in A` : `user ${id} in B`
}

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
  const draw = (u: number): number => Random.stream(seed, `overlap of user ${ids[u]}`).next()
  for (const u of drawnOrder(shared, draw).subarray(linked)) torn[u] = 1
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

/** The users in the order of their draws in [0, 1); equal draws in the order given. */
export function drawnOrder(users: Uint32Array, draw: (user: number) => number): Uint32Array {
  // 27 bits of a draw and 26 of a place are the 53 of a number: sorted without a callback
  const keys = Float64Array.from(users, (u, i) => Math.floor(draw(u) * 2 ** 27) * mostDrawn + i)
  return Uint32Array.from(keys.sort(), (key) => users[key % mostDrawn]!)
}
const mostDrawn = 2 ** 26

/** Whether a user of the data set has events in both domains: read only until the second shows. */
export function inBothDomains(
  { indptr, item }: Pick<RatingColumns, 'indptr' | 'item'>,
  { itemOf, boundary }: JointItems,
  row: number,
): boolean {
  let inFirst = false
  let inSecond = false
  for (let r = indptr[row]!; r < indptr[row + 1]! && !(inFirst && inSecond); r++) {
    const joint = itemOf[item[r]!]!
    if (joint === noItem) continue
    if (joint < boundary) inFirst = true
    else inSecond = true
  }
  return inFirst && inSecond
}

function* sharedUsers(
  ratings: Pick<RatingColumns, 'indptr' | 'item'>,
  { users }: Pick<Core, 'users'>,
  items: JointItems,
): Steps<Uint32Array> {
  const found = new Uint32Array(users.length)
  let n = 0
  yield* overUsers(users.length, (from, to) => {
    for (let u = from; u < to; u++) if (users[u] && inBothDomains(ratings, items, u)) found[n++] = u
  })
  return found.slice(0, n)
}

/** Puts the places of the ratings of a joint user that lie in the domains into `rows`. @returns how many there are */
export function gather(
  source: {
    ratings: Pick<RatingColumns, 'indptr' | 'item'>
    users: Pick<JointUsers, 'row' | 'part'>
    items: JointItems
  },
  user: number,
  rows: Uint32Array,
): number {
  const { indptr, item } = source.ratings
  const { itemOf, boundary } = source.items
  const row = source.users.row[user]!
  const part = source.users.part[user]!
  const end = indptr[row + 1]!
  let n = 0
  for (let r = indptr[row]!; r < end; r++) {
    const joint = itemOf[item[r]!]!
    if (joint !== noItem && (part === wholeUser || joint < boundary === (part === halfInA))) rows[n++] = r
  }
  return n
}

/** How a user's random draws are named, so that they depend on nothing but the seed and who it is. */
export function userName(id: number, part: number): string {
  if (part === wholeUser) return `user ${id}`
  return part === halfInA ? `user ${id} in A` : `user ${id} in B`
}

/**
 * Which tags a text feature may use. A tag betrays that its author saw the movie: one on a held-out movie gives the answer away, one on an event
 * that was taken from training brings it back, and under a split by time so does anything the author wrote after the training part ended. Pure.
 */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { Interactions, TrainingData } from '../../learning/data.ts'
import { noUser, type TagColumns } from '../../workspace/dataset-file.ts'
import type { DroppedEvents } from './density.ts'
import { halfInB, type JointItems, type JointUsers, noItem } from './overlap.ts'
import type { Steps } from '../steps.ts'

export interface KeptTags {
  /** [n] user index of the training data; `noUser` for an author without events there */
  user: Uint32Array
  /** [n] joint item index */
  item: Uint32Array
  text: string[]
}

interface Tagged {
  data: Pick<TrainingData, 'train' | 'validation' | 'test'>
  dropped: DroppedEvents
  users: Pick<JointUsers, 'row' | 'part'>
  items: JointItems
  split: ProtocolSpec['split']
}

const tagsPerStep = 16_384

/** @param datasetUsers users of the data set: what `tags.user` counts */
export function* keepTags(tags: TagColumns, datasetUsers: number, prepared: Tagged): Steps<KeptTags> {
  const { data, dropped, items, split } = prepared
  const { whole, second } = jointIndices(prepared.users, datasetUsers)
  const kept: KeptTags = { user: new Uint32Array(tags.item.length), item: new Uint32Array(tags.item.length), text: [] }
  for (let t = 0; t < tags.item.length; t++) {
    if (t % tagsPerStep === 0) yield
    const item = items.itemOf[tags.item[t]!]!
    if (item === noItem) continue
    const author = tags.user[t]!
    const user = (item < items.boundary ? whole[author] : second[author]) ?? noUser
    if (user !== noUser) {
      if (holds(data.validation, user, item) || holds(data.test, user, item) || holds(dropped, user, item)) continue
      if (split === 'user-time' && tags.time[t]! > lastTime(data.train, user)) continue
    }
    kept.user[kept.text.length] = user
    kept.item[kept.text.length] = item
    kept.text.push(tags.text[t]!)
  }
  const n = kept.text.length
  return { user: kept.user.slice(0, n), item: kept.item.slice(0, n), text: kept.text }
}

/** User of the data set -> joint user of his events in A, and in B: the same unless he was torn. */
function jointIndices(
  { row, part }: Pick<JointUsers, 'row' | 'part'>,
  users: number,
): { whole: Uint32Array; second: Uint32Array } {
  const whole = new Uint32Array(users).fill(noUser)
  const second = new Uint32Array(users).fill(noUser)
  for (let u = 0; u < row.length; u++) {
    if (part[u] !== halfInB) whole[row[u]!] = u
    second[row[u]!] = u
  }
  return { whole, second }
}

export function holds({ indptr, item }: Pick<Interactions, 'indptr' | 'item'>, user: number, which: number): boolean {
  const end = indptr[user + 1]!
  for (let e = indptr[user]!; e < end; e++) if (item[e] === which) return true
  return false
}

/** -Infinity for a user without events. */
function lastTime(events: Interactions, user: number): number {
  const end = events.indptr[user + 1]!
  return end > events.indptr[user]! ? events.time[end - 1]! : -Infinity
}

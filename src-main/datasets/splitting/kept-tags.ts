/**
 * Which tags a text feature may use. A tag betrays that its author saw the movie: one on a held-out movie gives the answer away, one on an event
 * that was taken from training brings it back. Under a split by time so does what the author wrote after his training part ended, under one moment
 * for all what anybody wrote after it. A user who is held out is nobody in training, and neither is one in the domain he lost. Pure.
 */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../../learning/data.ts'
import { noUser, type TagColumns } from '../../workspace/dataset-file.ts'
import type { DroppedEvents } from './density.ts'
import type { Moments } from './moments.ts'
import { halfInB, type JointItems, type JointUsers, noItem } from './overlap.ts'
import type { Steps } from '../steps.ts'

export interface KeptTags {
  /** [n] user index of the training data; `noUser` for an author without events there */
  user: Uint32Array
  /** [n] joint item index */
  item: Uint32Array
  /** [n] seconds since 1970 */
  time: Uint32Array
  text: string[]
}

interface Tagged {
  data: Pick<TrainingData, 'train' | 'validation' | 'test'> & { domains: readonly DomainRange[] }
  dropped: DroppedEvents
  users: Pick<JointUsers, 'row' | 'part'>
  items: JointItems
  split: ProtocolSpec['split']
  moments: Moments | null
}

const tagsPerStep = 16_384

/** @param datasetUsers users of the data set: what `tags.user` counts */
export function* keepTags(tags: TagColumns, datasetUsers: number, prepared: Tagged): Steps<KeptTags> {
  const { data, items, split, moments } = prepared
  const { whole, second } = jointIndices(prepared.users, datasetUsers)
  const telling = tellingTags(split, data, prepared.dropped)
  const none = (): Uint32Array => new Uint32Array(tags.item.length)
  const kept: KeptTags = { user: none(), item: none(), time: none(), text: [] }
  for (let t = 0; t < tags.item.length; t++) {
    if (t % tagsPerStep === 0) yield
    const item = items.itemOf[tags.item[t]!]!
    const time = tags.time[t]!
    if (item === noItem || (moments && time >= moments.validation)) continue
    const author = tags.user[t]!
    const user = (item < items.boundary ? whole[author] : second[author]) ?? noUser
    if (user !== noUser && telling(user, item, time)) continue
    const n = kept.text.length
    kept.user[n] = user
    kept.item[n] = item
    kept.time[n] = time
    kept.text.push(tags.text[t]!)
  }
  const n = kept.text.length
  return { user: kept.user.slice(0, n), item: kept.item.slice(0, n), time: kept.time.slice(0, n), text: kept.text }
}

/** Whether a tag of a user tells what training must not know. The arrays alone decide, whoever made them. */
export function tellingTags(
  split: ProtocolSpec['split'],
  { train, validation, test, domains }: Tagged['data'],
  dropped: DroppedEvents,
): (user: number, item: number, time: number) => boolean {
  const boundary = domains[0]?.end ?? 0
  const inSame = (item: number) => (other: number) => other < boundary === item < boundary
  return (user, item, time) => {
    if (holds(validation, user, item) || holds(test, user, item) || holds(dropped, user, item)) return true
    switch (split) {
      case 'user-time':
      case 'leave-last-one':
        return time > lastTime(train, user)
      case 'user-ratio':
      case 'global-time':
        return false
      case 'strong-generalisation':
        return train.indptr[user + 1] === train.indptr[user]
      case 'cold-target':
        return some(validation, user, inSame(item)) || some(test, user, inSame(item))
      default:
        return split satisfies never
    }
  }
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

export function holds(events: Pick<Interactions, 'indptr' | 'item'>, user: number, which: number): boolean {
  return some(events, user, (item) => item === which)
}

function some(
  { indptr, item }: Pick<Interactions, 'indptr' | 'item'>,
  user: number,
  wanted: (item: number) => boolean,
): boolean {
  const end = indptr[user + 1]!
  for (let e = indptr[user]!; e < end; e++) if (wanted(item[e]!)) return true
  return false
}

/** -Infinity for a user without events. */
function lastTime(events: Interactions, user: number): number {
  const end = events.indptr[user + 1]!
  return end > events.indptr[user]! ? events.time[end - 1]! : -Infinity
}

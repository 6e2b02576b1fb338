/**
 * Which tags a text feature may use. A tag betrays that its author saw the movie: one on a held-out movie gives the answer away, and
 * under a split by time so does anything the author wrote after the training part ended. Pure.
 */
import type { ProtocolSpec } from '../../src-preload/contract.ts'
import type { Interactions, TrainingData } from '../learning/data.ts'
import { noUser, type TagColumns } from '../workspace/dataset-file.ts'

export interface KeptTags {
  /** [n] user index of the training data; `noUser` for an author without events there */
  user: Uint32Array
  /** [n] joint item index */
  item: Uint32Array
  text: string[]
}

/** @param datasetUsers [users of the data set] user ids: what `tags.user` counts */
export function keepTags(
  tags: TagColumns,
  datasetUsers: Uint32Array,
  prepared: { data: TrainingData; userIds: Uint32Array; itemToMovie: Uint32Array; split: ProtocolSpec['split'] },
): KeptTags {
  const { data, userIds, itemToMovie, split } = prepared
  const itemOf = new Map(Array.from(itemToMovie, (movie, item) => [movie, item]))
  const userOf = new Map(Array.from(userIds, (id, user) => [id, user]))
  const kept: { user: number[]; item: number[]; text: string[] } = { user: [], item: [], text: [] }
  for (let t = 0; t < tags.item.length; t++) {
    const item = itemOf.get(tags.item[t]!)
    if (item === undefined) continue
    const user = userOf.get(datasetUsers[tags.user[t]!] ?? NaN) ?? noUser
    if (user !== noUser) {
      if (holds(data.validation, user, item) || holds(data.test, user, item)) continue
      if (split === 'user-time' && tags.time[t]! > lastTime(data.train, user)) continue
    }
    kept.user.push(user)
    kept.item.push(item)
    kept.text.push(tags.text[t]!)
  }
  return { user: Uint32Array.from(kept.user), item: Uint32Array.from(kept.item), text: kept.text }
}

export function holds(events: Interactions, user: number, item: number): boolean {
  return events.item.subarray(events.indptr[user], events.indptr[user + 1]).includes(item)
}

/** -Infinity for a user without events. */
function lastTime(events: Interactions, user: number): number {
  const end = events.indptr[user + 1]!
  return end > events.indptr[user]! ? events.time[end - 1]! : -Infinity
}

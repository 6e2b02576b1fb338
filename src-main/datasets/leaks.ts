/**
 * The last look before a run: anything that would let a model know what it is tested on stops it. `prepare` makes none of these
 * mistakes; this checks the arrays themselves, whoever made them. Pure.
 */
import type { Interactions, TrainingData } from '../learning/data.ts'
import { noUser } from '../workspace/dataset-file.ts'
import { holds } from './kept-tags.ts'
import type { Prepared } from './prepare.ts'

/** A number from this data would be wrong; the sentence says why. */
export class LeakError extends Error {
  override readonly name = 'LeakError'
}

type Checked = Pick<Prepared, 'data' | 'itemToMovie' | 'userIds' | 'keptTags' | 'protocol'>

/** @throws LeakError with the first leak found */
export function refuseLeaks(prepared: Checked): void {
  const { data, itemToMovie } = prepared
  refuseSharedItems(data, itemToMovie)
  for (const part of ['train', 'validation', 'test'] as const) refuseMisshapen(data, part)
  refuseRepeatedPairs(prepared)
  if (prepared.protocol.split === 'user-time') refuseLateTraining(prepared)
  refuseTellingTags(prepared)
  refuseWrongFeatures(data)
}

function refuseSharedItems({ domains, items }: TrainingData, itemToMovie: Uint32Array): void {
  if (itemToMovie.length !== items)
    throw new LeakError(`The item map has ${itemToMovie.length} rows for ${items} items. Prepare the data again.`)
  let end = 0
  for (const range of domains) {
    if (range.start !== end || range.end < range.start)
      throw new LeakError(
        `Domain ${range.name} covers items ${range.start} to ${range.end}, but the domain before ends at ${end}: domains must not share items.`,
      )
    end = range.end
  }
  if (end !== items) throw new LeakError(`The domains cover ${end} of ${items} items. Prepare the data again.`)
  const seen = new Map<number, number>()
  itemToMovie.forEach((movie, item) => {
    const other = seen.get(movie)
    if (other !== undefined)
      throw new LeakError(
        `Movie index ${movie} is both item ${other} and item ${item}: a movie must be in one domain only. Prepare the data again.`,
      )
    seen.set(movie, item)
  })
}

function refuseMisshapen({ users, items, ...parts }: TrainingData, part: 'train' | 'validation' | 'test'): void {
  const { indptr, item, rating, time } = parts[part]
  const n = item.length
  if (indptr.length !== users + 1 || indptr[users] !== n || rating.length !== n || time.length !== n)
    throw new LeakError(`The columns of the ${part} part do not fit together. Prepare the data again.`)
  if (item.some((i) => i >= items)) throw new LeakError(`The ${part} part names an item outside the ${items} items.`)
}

/** A pair twice: a held-out answer among the training events, or an event that counts double. */
function refuseRepeatedPairs({ data, userIds }: Checked): void {
  const partOf = new Uint8Array(data.items)
  const names = ['', 'train', 'validation', 'test']
  const parts = [data.train, data.validation, data.test]
  for (let u = 0; u < data.users; u++) {
    parts.forEach((part, p) => {
      for (const item of itemsOf(part, u)) {
        const earlier = partOf[item]!
        if (earlier > 0)
          throw new LeakError(
            earlier === p + 1
              ? `User ${userIds[u]} has item ${item} twice in the ${names[earlier]} part: duplicates count double. Import the data set again.`
              : `User ${userIds[u]} has item ${item} in the ${names[earlier]} part and in the ${names[p + 1]} part: a held-out item must not be seen before. Prepare the data again.`,
          )
        partOf[item] = p + 1
      }
    })
    for (const part of parts) for (const item of itemsOf(part, u)) partOf[item] = 0
  }
}

function refuseLateTraining({ data, userIds }: Checked): void {
  const ordered: [Interactions, string, Interactions, string][] = [
    [data.train, 'training', data.validation, 'validation'],
    [data.train, 'training', data.test, 'test'],
    [data.validation, 'validation', data.test, 'test'],
  ]
  for (const [before, beforeName, after, afterName] of ordered) {
    for (let u = 0; u < data.users; u++) {
      if (latest(before, u) > earliest(after, u))
        throw new LeakError(
          `User ${userIds[u]} has a ${beforeName} event later than a ${afterName} event, though the split is by time. Prepare the data again.`,
        )
    }
  }
}

function refuseTellingTags({ data, keptTags, userIds }: Checked): void {
  keptTags.user.forEach((user, t) => {
    const item = keptTags.item[t]!
    if (user === noUser || !(holds(data.validation, user, item) || holds(data.test, user, item))) return
    throw new LeakError(
      `A tag of user ${userIds[user]} on item ${item}, which is held out from them, would become a text feature.`,
    )
  })
}

function refuseWrongFeatures({ items, features }: TrainingData): void {
  for (const { name, dim, rows, present } of features) {
    if (rows.length === items * dim && present.length === items) continue
    const count = dim > 0 ? rows.length / dim : 0
    throw new LeakError(
      `The ${name} features have ${count} rows for ${items} items: a row would describe another movie. Encode the features again.`,
    )
  }
}

function itemsOf(events: Interactions, user: number): Uint32Array {
  return events.item.subarray(events.indptr[user], events.indptr[user + 1])
}
function latest(events: Interactions, user: number): number {
  return events.time.subarray(events.indptr[user], events.indptr[user + 1]).reduce((a, b) => Math.max(a, b), -Infinity)
}
function earliest(events: Interactions, user: number): number {
  return events.time.subarray(events.indptr[user], events.indptr[user + 1]).reduce((a, b) => Math.min(a, b), Infinity)
}

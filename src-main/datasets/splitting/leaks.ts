/**
 * The last look before a run: anything that would let a model know what it is tested on stops it. `prepare` makes none of these
 * mistakes; this checks the arrays themselves, whoever made them. Pure.
 */
import type { Interactions, TrainingData } from '../../learning/data.ts'
import { noUser } from '../../workspace/dataset-file.ts'
import { holds } from './kept-tags.ts'
import type { Prepared } from './prepare.ts'
import { atOnce, overUsers, type Steps } from '../steps.ts'

/** A number from this data would be wrong; the sentence says why. */
export class LeakError extends Error {
  override readonly name = 'LeakError'
}

type Checked = Pick<Prepared, 'data' | 'itemToMovie' | 'userIds' | 'dropped' | 'keptTags' | 'protocol'>

/** @throws LeakError with the first leak found */
export function refuseLeaks(prepared: Checked): void {
  atOnce(refusingLeaks(prepared))
}

/** As `refuseLeaks`, in pieces of some ten milliseconds. */
export function* refusingLeaks(prepared: Checked): Steps<void> {
  const { data, itemToMovie } = prepared
  refuseSharedItems(data, itemToMovie)
  for (const part of ['train', 'validation', 'test'] as const) {
    refuseMisshapen(data, part)
    yield
  }
  yield* refuseRepeatedPairs(prepared)
  if (prepared.protocol.split === 'user-time') yield* refuseLateTraining(prepared)
  yield* refuseTellingTags(prepared)
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
  for (let item = 0; item < items; item++) {
    const movie = itemToMovie[item]!
    const other = seen.get(movie)
    if (other !== undefined)
      throw new LeakError(
        `Movie index ${movie} is both item ${other} and item ${item}: a movie must be in one domain only. Prepare the data again.`,
      )
    seen.set(movie, item)
  }
}

function refuseMisshapen({ users, items, ...parts }: TrainingData, part: 'train' | 'validation' | 'test'): void {
  const { indptr, item, rating, time } = parts[part]
  const n = item.length
  if (indptr.length !== users + 1 || indptr[users] !== n || rating.length !== n || time.length !== n)
    throw new LeakError(`The columns of the ${part} part do not fit together. Prepare the data again.`)
  for (const i of item)
    if (i >= items) throw new LeakError(`The ${part} part names an item outside the ${items} items.`)
}

const names = ['', 'train', 'validation', 'test', 'dropped'] as const
const dropped = 4

/** A pair twice: a held-out answer among the training events, an event that counts double, or one that was to be taken away. */
function* refuseRepeatedPairs({ data, dropped: gone, userIds }: Checked): Steps<void> {
  const partOf = new Uint8Array(data.items)
  const parts = [data.train, data.validation, data.test, gone]
  yield* overUsers(data.users, (from, to) => {
    for (let u = from; u < to; u++) {
      for (let p = 0; p < parts.length; p++) {
        const { indptr, item } = parts[p]!
        for (let e = indptr[u]!; e < indptr[u + 1]!; e++) {
          const earlier = partOf[item[e]!]!
          if (earlier > 0) throw repeated(userIds[u]!, item[e]!, earlier, p + 1)
          partOf[item[e]!] = p + 1
        }
      }
      for (const { indptr, item } of parts) for (let e = indptr[u]!; e < indptr[u + 1]!; e++) partOf[item[e]!] = 0
    }
  })
}

function repeated(user: number, item: number, earlier: number, later: number): LeakError {
  if (earlier === later)
    return new LeakError(
      `User ${user} has item ${item} twice in the ${names[earlier]} part: duplicates count double. Import the data set again.`,
    )
  if (later === dropped)
    return new LeakError(
      `User ${user} has item ${item} in the ${names[earlier]} part, though the training density took it away. Prepare the data again.`,
    )
  return new LeakError(
    `User ${user} has item ${item} in the ${names[earlier]} part and in the ${names[later]} part: a held-out item must not be seen before. Prepare the data again.`,
  )
}

function* refuseLateTraining({ data, userIds }: Checked): Steps<void> {
  const ordered: [Interactions, string, Interactions, string][] = [
    [data.train, 'training', data.validation, 'validation'],
    [data.train, 'training', data.test, 'test'],
    [data.validation, 'validation', data.test, 'test'],
  ]
  for (const [before, beforeName, after, afterName] of ordered) {
    yield* overUsers(data.users, (from, to) => {
      for (let u = from; u < to; u++) {
        if (latest(before, u) > earliest(after, u))
          throw new LeakError(
            `User ${userIds[u]} has a ${beforeName} event later than a ${afterName} event, though the split is by time. Prepare the data again.`,
          )
      }
    })
  }
}

const tagsPerStep = 16_384

function* refuseTellingTags({ data, dropped: gone, keptTags, userIds }: Checked): Steps<void> {
  for (let t = 0; t < keptTags.user.length; t++) {
    if (t % tagsPerStep === 0) yield
    const user = keptTags.user[t]!
    const item = keptTags.item[t]!
    if (user === noUser) continue
    const heldOut = holds(data.validation, user, item) || holds(data.test, user, item)
    if (!heldOut && !holds(gone, user, item)) continue
    const why = heldOut ? 'which is held out from them' : 'which the training density took away'
    throw new LeakError(`A tag of user ${userIds[user]} on item ${item}, ${why}, would become a text feature.`)
  }
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

function latest({ indptr, time }: Interactions, user: number): number {
  let found = -Infinity
  for (let e = indptr[user]!; e < indptr[user + 1]!; e++) if (time[e]! > found) found = time[e]!
  return found
}
function earliest({ indptr, time }: Interactions, user: number): number {
  let found = Infinity
  for (let e = indptr[user]!; e < indptr[user + 1]!; e++) if (time[e]! < found) found = time[e]!
  return found
}

/**
 * The last look before a run: anything that would let a model know what it is tested on stops it. `prepare` makes none of these
 * mistakes; this checks the arrays themselves, whoever made them. Pure.
 */
import type { TrainingData } from '../../learning/data.ts'
import { noUser } from '../../workspace/dataset-file.ts'
import { holds, tellingTags } from './kept-tags.ts'
import { LeakError } from './leak-error.ts'
import type { Prepared } from './prepare.ts'
import { refuseBrokenPromise } from './split-promises.ts'
import { atOnce, overUsers, type Steps } from '../steps.ts'

export { LeakError } from './leak-error.ts'

type Checked = Pick<Prepared, 'data' | 'itemToMovie' | 'userIds' | 'dropped' | 'keptTags' | 'protocol'>

/** @throws LeakError with the first leak found */
export function refuseLeaks(prepared: Checked): void {
  atOnce(refusingLeaks(prepared))
}

/** As `refuseLeaks`, in pieces of some ten milliseconds. */
export function* refusingLeaks(prepared: Checked): Steps<void> {
  const { data, itemToMovie } = prepared
  refuseSharedItems(data, itemToMovie)
  for (const part of ['train', 'validation', 'test', 'foldIn'] as const) {
    refuseMisshapen(data, part)
    yield
  }
  yield* refuseRepeatedPairs(prepared)
  yield* refuseBrokenPromise(prepared)
  yield* refuseTellingTags(prepared)
  refuseWrongFeatures(data)
  refuseWrongFacts(data)
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

const names = { train: 'train', validation: 'validation', test: 'test', foldIn: 'fold-in', dropped: 'dropped' } as const

function refuseMisshapen({ users, items, ...parts }: TrainingData, part: Exclude<keyof typeof names, 'dropped'>): void {
  const events = parts[part]
  if (!events) return
  const { indptr, item, rating, time } = events
  const n = item.length
  if (indptr.length !== users + 1 || indptr[users] !== n || rating.length !== n || time.length !== n)
    throw new LeakError(`The columns of the ${names[part]} part do not fit together. Prepare the data again.`)
  for (const i of item)
    if (i >= items) throw new LeakError(`The ${names[part]} part names an item outside the ${items} items.`)
}

/** A pair twice: a held-out answer among what is known, an event that counts double, or one that was to be taken away. */
function* refuseRepeatedPairs({ data, dropped, userIds }: Checked): Steps<void> {
  const partOf = new Uint8Array(data.items)
  const parts = (['train', 'foldIn', 'validation', 'test', 'dropped'] as const).flatMap((name) => {
    const events = name === 'dropped' ? dropped : data[name]
    return events ? [{ name, events }] : []
  })
  yield* overUsers(data.users, (from, to) => {
    for (let u = from; u < to; u++) {
      for (let p = 0; p < parts.length; p++) {
        const { indptr, item } = parts[p]!.events
        for (let e = indptr[u]!; e < indptr[u + 1]!; e++) {
          const earlier = partOf[item[e]!]!
          if (earlier > 0) throw repeated(userIds[u]!, item[e]!, parts[earlier - 1]!.name, parts[p]!.name)
          partOf[item[e]!] = p + 1
        }
      }
      for (const { events } of parts)
        for (let e = events.indptr[u]!; e < events.indptr[u + 1]!; e++) partOf[events.item[e]!] = 0
    }
  })
}

function repeated(user: number, item: number, earlier: keyof typeof names, later: keyof typeof names): LeakError {
  const has = `User ${user} has item ${item}`
  if (earlier === later)
    return new LeakError(
      `${has} twice in the ${names[earlier]} part: duplicates count double. Import the data set again.`,
    )
  if (later === 'dropped')
    return new LeakError(
      `${has} in the ${names[earlier]} part, though the training density took it away. Prepare the data again.`,
    )
  if (later === 'foldIn')
    return new LeakError(
      `${has} in the train part and in the fold-in part: what is known of a held-out user is no training event. Prepare the data again.`,
    )
  return new LeakError(
    `${has} in the ${names[earlier]} part and in the ${names[later]} part: a held-out item must not be seen before. Prepare the data again.`,
  )
}

const tagsPerStep = 16_384

function* refuseTellingTags({ data, dropped, keptTags, userIds, protocol: { split } }: Checked): Steps<void> {
  const telling = tellingTags(split, data, dropped)
  const moment = split === 'global-time' ? firstHeldOut(data) : Infinity
  for (let t = 0; t < keptTags.user.length; t++) {
    if (t % tagsPerStep === 0) yield
    const user = keptTags.user[t]!
    const item = keptTags.item[t]!
    const time = keptTags.time[t]!
    if (time >= moment)
      throw new LeakError(
        `A tag on item ${item}, written at ${time}, would become a text feature, though what is asked for begins at ${moment}.`,
      )
    if (user === noUser || !telling(user, item, time)) continue
    const heldOut = holds(data.validation, user, item) || holds(data.test, user, item)
    const why = heldOut
      ? 'which is held out from them'
      : holds(dropped, user, item)
        ? 'which the training density took away'
        : whyElse[split]
    throw new LeakError(`A tag of user ${userIds[user]} on item ${item}, ${why}, would become a text feature.`)
  }
}

const written = 'written after their last training event'
const whyElse: Record<Checked['protocol']['split'], string> = {
  'user-time': written,
  'leave-last-one': written,
  'user-ratio': written,
  'global-time': written,
  'strong-generalisation': 'who is held out',
  'cold-target': 'in the domain they lost',
}

function firstHeldOut({ validation, test }: TrainingData): number {
  let first = Infinity
  for (const { time } of [validation, test]) for (const t of time) if (t < first) first = t
  return first
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

function refuseWrongFacts({ items, facts }: TrainingData): void {
  if (!facts || (facts.genres.length === items && facts.year.length === items)) return
  throw new LeakError(
    `There are genres of ${facts.genres.length} and years of ${facts.year.length} items for ${items} items: a row would describe another movie. Prepare the data again.`,
  )
}

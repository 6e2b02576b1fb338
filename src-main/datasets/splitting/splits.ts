/**
 * Train, validation and test of every user, over both domains together. Pure. How many events each part gets is RecBole's rule
 * (`_calcu_split_ids`), which ones is decided by time or by chance. Goes straight from the data set's columns to the three parts: at 25 million
 * ratings the events between them would be another 400 MB.
 */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { Interactions } from '../../learning/data.ts'
import { Random } from '../../learning/random.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import { halfInA, type JointItems, type JointUsers, noItem, userName, wholeUser } from './overlap.ts'
import { overUsers, type Steps } from '../steps.ts'

export interface Split {
  train: Interactions
  validation: Interactions
  test: Interactions
}

export interface Splittable {
  ratings: RatingColumns
  /** [users of the data set] */
  ids: Uint32Array
  users: Pick<JointUsers, 'row' | 'part'>
  items: JointItems
}

/**
 * Events of the three parts of a user with n events: int(ratio n) each for validation and test, the rest to train; then test, after it
 * validation, takes one from train where 0 < ratio n < 1, as long as train keeps more than one.
 */
export function splitCounts(
  n: number,
  ratios: ProtocolSpec['ratios'],
): { train: number; validation: number; test: number } {
  const sum = ratios[0] + ratios[1] + ratios[2]
  const validationShare = (ratios[1] / sum) * n
  const testShare = (ratios[2] / sum) * n
  let validation = Math.floor(validationShare)
  let test = Math.floor(testShare)
  let train = n - validation - test
  if (train > 1 && testShare > 0 && testShare < 1) {
    test++
    train--
  }
  if (train > 1 && validationShare > 0 && validationShare < 1) {
    validation++
    train--
  }
  return { train, validation, test }
}

/**
 * A user's draw depends on the seed and the user's id, not on who else is there.
 * @returns each part with all users; a user's events in time order, equal times in random order
 */
export function* splitEvents(
  source: Splittable,
  { split, ratios, splitSeed }: Pick<ProtocolSpec, 'split' | 'ratios' | 'splitSeed'>,
): Steps<Split> {
  const { ratings, ids, users, items } = source
  const sizes = yield* partSizes(source, ratios)
  const train = emptyInteractions(sizes.train)
  const validation = emptyInteractions(sizes.validation)
  const test = emptyInteractions(sizes.test)
  const rows = new Uint32Array(sizes.longest)
  const keys = new Float64Array(sizes.longest)

  const splitUser = (u: number): void => {
    const n = gather(source, u, rows)
    shuffle(rows, n, Random.stream(splitSeed, `split of ${userName(ids[users.row[u]!]!, users.part[u]!)}`))
    // Time first, then the place in the shuffle. Breaking equal times by movie id would leak the file's order into the task.
    for (let place = 0; place < n; place++) keys[place] = ratings.time[rows[place]!]! * mostEvents + place
    keys.subarray(0, n).sort()
    let inTrain = train.indptr[u]!
    let inValidation = validation.indptr[u]!
    let inTest = test.indptr[u]!
    const trainEnd = train.indptr[u + 1]! - inTrain
    const validationEnd = trainEnd + validation.indptr[u + 1]! - inValidation
    for (let rank = 0; rank < n; rank++) {
      const time = Math.floor(keys[rank]! / mostEvents)
      const place = keys[rank]! - time * mostEvents
      const decisive = split === 'user-time' ? rank : place
      const to = decisive < trainEnd ? train : decisive < validationEnd ? validation : test
      const e = to === train ? inTrain++ : to === validation ? inValidation++ : inTest++
      const r = rows[place]!
      to.item[e] = items.itemOf[ratings.item[r]!]!
      to.rating[e] = ratings.rating2[r]! / 2
      to.time[e] = time
    }
  }
  yield* overUsers(users.row.length, (from, to) => {
    for (let u = from; u < to; u++) splitUser(u)
  })
  return { train, validation, test }
}

/** `Random.shuffle` over the first n, without a view of them for every user. */
export function shuffle(values: Uint32Array, n: number, random: Random): void {
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const swapped = values[i]!
    values[i] = values[j]!
    values[j] = swapped
  }
}

/** A time (32 bits) and a place among a user's events share the 53 bits of a number. */
const mostEvents = 2 ** 21

/** Where each user's events lie in each part, and the most that one user has in all. */
function* partSizes(
  source: Splittable,
  ratios: ProtocolSpec['ratios'],
): Steps<{ train: Uint32Array; validation: Uint32Array; test: Uint32Array; longest: number }> {
  const users = source.users.row.length
  const train = new Uint32Array(users + 1)
  const validation = new Uint32Array(users + 1)
  const test = new Uint32Array(users + 1)
  let longest = 0
  yield* overUsers(users, (from, to) => {
    for (let u = from; u < to; u++) {
      const n = gather(source, u, null)
      if (n > longest) longest = n
      const counts = splitCounts(n, ratios)
      train[u + 1] = train[u]! + counts.train
      validation[u + 1] = validation[u]! + counts.validation
      test[u + 1] = test[u]! + counts.test
    }
  })
  if (longest > mostEvents)
    throw new RangeError(`A user has ${longest} ratings; at most ${mostEvents} can be split. Clean the data set first.`)
  return { train, validation, test, longest }
}

/** Counts the ratings of a joint user, and puts their places into `rows` where that is given. */
function gather({ ratings, users, items }: Splittable, user: number, rows: Uint32Array | null): number {
  const { indptr, item } = ratings
  const { itemOf, boundary } = items
  const row = users.row[user]!
  const part = users.part[user]!
  const end = indptr[row + 1]!
  let n = 0
  for (let r = indptr[row]!; r < end; r++) {
    const joint = itemOf[item[r]!]!
    if (joint === noItem || (part !== wholeUser && joint < boundary !== (part === halfInA))) continue
    if (rows) rows[n] = r
    n++
  }
  return n
}

export function emptyInteractions(indptr: Uint32Array): Interactions {
  const events = indptr[indptr.length - 1] ?? 0
  return {
    indptr,
    item: new Uint32Array(events),
    rating: new Float32Array(events),
    time: new Float64Array(events),
  }
}

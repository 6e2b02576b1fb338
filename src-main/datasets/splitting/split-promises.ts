/** What each kind of split promises of time and of users, looked up in the arrays themselves, whoever made them. Pure. */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import type { Interactions, TrainingData } from '../../learning/data.ts'
import { LeakError } from './leak-error.ts'
import type { DroppedEvents } from './density.ts'
import { overUsers, type Steps } from '../steps.ts'

interface Promised {
  data: Pick<TrainingData, 'train' | 'validation' | 'test' | 'foldIn' | 'users' | 'domains' | 'historyAtTest'>
  dropped: DroppedEvents
  /** [users] */
  userIds: Uint32Array
  protocol: Pick<ProtocolSpec, 'split'>
}

/** @throws LeakError with the first promise that is broken */
export function* refuseBrokenPromise(promised: Promised): Steps<void> {
  const { data, protocol } = promised
  if (data.foldIn && protocol.split !== 'strong-generalisation')
    throw new LeakError(
      'There are fold-in events, but the split holds no user out who could have them. Prepare the data again.',
    )
  switch (protocol.split) {
    case 'user-ratio':
      return
    case 'user-time':
      return yield* refuseLateTraining(promised)
    case 'leave-last-one':
      yield* refuseMoreThanOne(promised)
      return yield* refuseLateTraining(promised)
    case 'global-time':
      return yield* refuseCrossedMoments(promised)
    case 'strong-generalisation':
      return yield* refuseKnownUsers(promised)
    case 'cold-target':
      return yield* refuseWarmUsers(promised)
    default:
      return protocol.split satisfies never
  }
}

function* refuseLateTraining({ data, userIds }: Promised): Steps<void> {
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

function* refuseMoreThanOne({ data, userIds }: Promised): Steps<void> {
  for (const part of ['validation', 'test'] as const) {
    const { indptr } = data[part]
    yield* overUsers(data.users, (from, to) => {
      for (let u = from; u < to; u++)
        if (indptr[u + 1]! - indptr[u]! > 1)
          throw new LeakError(
            `User ${userIds[u]} has ${indptr[u + 1]! - indptr[u]!} ${part} events, though the split leaves one out for each part. Prepare the data again.`,
          )
    })
  }
}

/** One moment for everybody: not even another user's event may be later than what is asked for. */
function* refuseCrossedMoments({ data }: Promised): Steps<void> {
  const { train, validation, test } = data
  const [, lastTrain] = yield* span(train)
  const [firstValidation, lastValidation] = yield* span(validation)
  const [firstTest] = yield* span(test)
  for (const [before, last, after, first] of [
    ['training', lastTrain, 'validation', firstValidation],
    ['training', lastTrain, 'test', firstTest],
    ['validation', lastValidation, 'test', firstTest],
  ] as const)
    if (last >= first)
      throw new LeakError(
        `The last ${before} event, at ${last}, is not before the first ${after} event, at ${first}, though the split has the same moments for everybody. Prepare the data again.`,
      )
}

const eventsPerStep = 2 ** 20

function* span({ time }: Interactions): Steps<[first: number, last: number]> {
  let first = Infinity
  let last = -Infinity
  for (let e = 0; e < time.length; e++) {
    if (time[e]! < first) first = time[e]!
    if (time[e]! > last) last = time[e]!
    if (e % eventsPerStep === 0) yield
  }
  return [first, last]
}

function* refuseKnownUsers({ data, dropped, userIds }: Promised): Steps<void> {
  const { foldIn, train, validation, test } = data
  if (!foldIn)
    throw new LeakError(
      'The split holds users out, but there is nothing known of them to rank from. Prepare the data again.',
    )
  yield* overUsers(data.users, (from, to) => {
    for (let u = from; u < to; u++) {
      const [known, forValidation, forTest] = [count(foldIn, u), count(validation, u), count(test, u)]
      if (known + forValidation + forTest === 0) continue
      if (count(train, u) + count(dropped, u) > 0)
        throw new LeakError(
          `User ${userIds[u]} is held out and has training events: a held-out user must be unknown to training. Prepare the data again.`,
        )
      if (forValidation > 0 && forTest > 0)
        throw new LeakError(
          `User ${userIds[u]} is held out for validation and for test: tuning would see whom the test asks about. Prepare the data again.`,
        )
      const first = Math.min(earliest(validation, u), earliest(test, u))
      if (latest(foldIn, u) > first)
        throw new LeakError(
          `User ${userIds[u]} is known by an event later than one that is asked for. Prepare the data again.`,
        )
    }
  })
}

function* refuseWarmUsers({ data, dropped, userIds }: Promised): Steps<void> {
  const { train, validation, test, domains } = data
  const boundary = domains[0]?.end ?? 0
  yield* overUsers(data.users, (from, to) => {
    for (let u = from; u < to; u++) {
      if (count(validation, u) > 0 && count(test, u) > 0)
        throw new LeakError(
          `User ${userIds[u]} lost a domain for validation and one for test: tuning would see whom the test asks about. Prepare the data again.`,
        )
      for (const [held, part] of [
        [validation, 'validation'],
        [test, 'test'],
      ] as const)
        for (const [name, inA] of [
          ['A', true],
          ['B', false],
        ] as const)
          if (has(held, u, boundary, inA) && [train, dropped].some((events) => has(events, u, boundary, inA)))
            throw new LeakError(
              `User ${userIds[u]} has a training event in domain ${name}, which they lost for ${part}: a cold user knows nothing of it. Prepare the data again.`,
            )
      if ([validation, test].some((held) => has(held, u, boundary, true) && has(held, u, boundary, false)))
        throw new LeakError(
          `User ${userIds[u]} lost both domains, so nothing is known of them. Prepare the data again.`,
        )
    }
  })
}

type Events = Pick<Interactions, 'indptr' | 'item'>

const count = ({ indptr }: Events, user: number): number => indptr[user + 1]! - indptr[user]!

function has({ indptr, item }: Events, user: number, boundary: number, inA: boolean): boolean {
  for (let e = indptr[user]!; e < indptr[user + 1]!; e++) if (item[e]! < boundary === inA) return true
  return false
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

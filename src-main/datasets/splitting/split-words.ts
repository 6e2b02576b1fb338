/** What each kind of split does, in the words of the protocol card. Pure. */
import type { ProtocolSpec } from '../../../src-preload/contract.ts'
import { forTest, forValidation, type HeldUsers, losesA, losesB } from './held-users.ts'
import { rules } from './protocol-hash.ts'
import type { Moments } from './moments.ts'
import type { Split } from './splits.ts'

type Made = Pick<Split, 'held' | 'leftOut'>

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`
export const count = (value: number): string => value.toLocaleString('en-US')
const counted = (value: number, what: string): string => `${count(value)} ${what}${value === 1 ? '' : 's'}`
const partsOf = (ratios: ProtocolSpec['ratios']): string =>
  `${ratios.map((r) => Number((r * 100).toFixed(1))).join(' : ')} %`

/** @param together what is said where there are two domains */
export function splitRule({ split, ratios, foldIn }: ProtocolSpec, together: string): string {
  const tied = 'equal times in random order'
  switch (split) {
    case 'user-time':
      return `each user's events by time${together}, ${partsOf(ratios)}; ${tied}`
    case 'user-ratio':
      return `each user's events at random${together}, ${partsOf(ratios)}`
    case 'leave-last-one':
      return `each user's last event for test, the one before for validation${together}; ${tied}`
    case 'global-time':
      return `all events by time${together}, ${partsOf(ratios)}, with the same two moments for everybody; events of one time are in one part`
    case 'strong-generalisation':
      return `the users at random, ${partsOf(ratios)}; of a held-out user the first ${percent(foldIn)} of the events${together === '' ? '' : `${together},`} are known to the ranker and to no training, the others are asked for; ${tied}`
    case 'cold-target':
      return `the users with ratings in both domains at random, ${partsOf(ratios)}; a held-out user loses all events of one domain, and these are asked for`
    default:
      return split satisfies never
  }
}

/** How many events or users each part gets, and what becomes of those who have too few. */
export function countRule({ split, foldIn }: ProtocolSpec, { held, leftOut }: Made): string {
  switch (split) {
    case 'user-time':
    case 'user-ratio':
      return rules.splitCounts
    case 'leave-last-one':
      return 'a user with two events has one for test and none for validation; with one event, none'
    case 'global-time':
      return `int(ratio n) of all n events for each part, and those of the same time as its first; who has no training event is left out of all parts (${counted(leftOut.users, 'user')}, ${counted(leftOut.ratings, 'rating')})`
    case 'strong-generalisation':
      return `int(ratio n) of the n users for each part; of n events of a held-out user round(${percent(foldIn)} of n) are known, at least one, and not all where there are two`
    case 'cold-target':
      return `of the ${count(held?.eligible ?? 0)} users with ratings in both domains ${lost(held, forValidation)} for validation, ${lost(held, forTest)} for test: int(ratio n) for each part, half of them for each domain`
    default:
      return split satisfies never
  }
}

export function historyRule({ split, historyAtTest }: ProtocolSpec): string {
  if (split === 'strong-generalisation') return 'what is known of the held-out user'
  if (split === 'cold-target') return "the user's events in the domain that was not lost"
  return historyAtTest === 'train' ? "the user's train part" : "the user's train and validation parts"
}

export function candidateRule({ split, candidates }: ProtocolSpec): string {
  if (candidates.kind === 'sampled')
    return `the user's relevant held-out movies, and ${count(candidates.negatives)} movies of the domain that the user has not rated up to and with the part asked for, drawn by user, domain, part and the split seed; all there are where there are fewer`
  return split === 'strong-generalisation'
    ? 'every item of the target domain that is not known of the user'
    : rules.candidates
}

/** What sampled negatives do to the numbers; measured by Krichene and Rendle (KDD 2020) and again here on MovieLens. */
export const sampledWarning =
  'ranked against sampled negatives: NDCG@10 comes out 5 to 10 times larger than against all movies, and models change places. For setting beside papers that did the same, never for choosing a model'

/** Which tags a text feature may read. */
export function tagRule(split: ProtocolSpec['split'], thinned: boolean): string {
  const heldOut = "a user's tags on movies held out from them"
  const pairs = `${heldOut}${thinned ? ', or taken from their training events,' : ''} are not used`
  switch (split) {
    case 'user-time':
    case 'leave-last-one':
      return `${pairs}, nor tags written after their last training event`
    case 'user-ratio':
      return pairs
    case 'global-time':
      return `${pairs}, nor any tag written from the first moment on`
    case 'strong-generalisation':
      return `${pairs}, nor any other tag of a held-out user`
    case 'cold-target':
      return `${pairs}, nor any other tag of a user on the domain they lost`
    default:
      return split satisfies never
  }
}

function lost(held: HeldUsers | null, role: number): string {
  let [a, b] = [0, 0]
  held?.role.forEach((own, u) => {
    if (own !== role) return
    if (held.loses[u] === losesA) a++
    if (held.loses[u] === losesB) b++
  })
  return `${count(a)} lose A and ${count(b)} lose B`
}

export function momentRow({ validation, test }: Moments): [key: string, label: string, value: string] {
  return ['moments', 'Moments', `validation from ${moment(validation)}, test from ${moment(test)}`]
}

/** '2015-03-01 12:30 UTC'; the end of time where a part has no share. */
function moment(seconds: number): string {
  if (seconds >= 2 ** 32) return 'no time'
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

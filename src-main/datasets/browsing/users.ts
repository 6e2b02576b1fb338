/** Users of a data set as lists show them: found by the beginning of their id, in order, and one with what the ratings say. Pure. */
import type { DatasetUser } from '../../../src-preload/contract.ts'
import type { RatingColumns } from '../../workspace/dataset-file.ts'

/** @param ids ascending  @returns the place of the id, -1 when it is not there */
export function placeOf(ids: Uint32Array, id: number): number {
  const place = firstNotBelow(ids, id)
  return ids[place] === id ? place : -1
}

/** Places in ascending ids whose decimal digits begin with `search`, ascending; all of them for an empty one, none for what is no number. */
export function placesByPrefix(ids: Uint32Array, search: string): Uint32Array {
  if (search === '') return allPlaces(ids.length)
  if (!/^(0|[1-9]\d{0,9})$/.test(search)) return new Uint32Array()
  const ranges: [from: number, to: number][] = []
  let length = 0
  for (let scale = 1; ; scale *= 10) {
    const from = firstNotBelow(ids, Number(search) * scale)
    const to = firstNotBelow(ids, (Number(search) + 1) * scale)
    ranges.push([from, to])
    length += to - from
    if (search === '0' || from >= ids.length) break // no number but 0 begins with 0
  }
  const places = new Uint32Array(length)
  let n = 0
  for (const [from, to] of ranges) for (let place = from; place < to; place++) places[n++] = place
  return places
}

/** 0 .. length - 1 */
export function allPlaces(length: number): Uint32Array {
  const places = new Uint32Array(length)
  for (let place = 1; place < length; place++) places[place] = place
  return places
}

/** The first place whose id is not below `id`; the length when all are. */
function firstNotBelow(ids: Uint32Array, id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ids[middle]! < id) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The places with the largest counts first, equal ones as they were.
 * @param counts [ids], below 2^27  @param places ascending, below 2^26
 */
export function mostFirst(places: Uint32Array, counts: Uint32Array): Uint32Array {
  // sorted as numbers, without a callback: the count turned round above, the place below
  const keys = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) keys[i] = (largest - 1 - counts[places[i]!]!) * mostPlaces + places[i]!
  keys.sort()
  return Uint32Array.from(keys, (key) => key % mostPlaces)
}

/** A count's 27 bits and a place's 26 are the 53 of a number. */
const largest = 2 ** 27
const mostPlaces = 2 ** 26

/** @param own the user's ratings */
export function describeUser(user: number, own: Pick<RatingColumns, 'rating2' | 'time'>): DatasetUser {
  const ratings = own.rating2.length
  let sum2 = 0
  let first = Infinity
  let last = 0
  for (let r = 0; r < ratings; r++) {
    sum2 += own.rating2[r]!
    const time = own.time[r]!
    if (time < first) first = time
    if (time > last) last = time
  }
  return {
    user,
    ratings,
    meanRating: ratings > 0 ? sum2 / 2 / ratings : 0,
    firstRatingAt: ratings > 0 ? first * 1000 : 0,
    lastRatingAt: last * 1000,
  }
}

/** Places of a user's ratings, the newest first; equal times by movie. */
export function newestFirst(time: Uint32Array): Uint32Array {
  const order = Uint32Array.from(time.keys())
  return order.sort((x, y) => time[y]! - time[x]! || x - y)
}

/** What the ratings come to in a few numbers, counted as they go into the file, so that nothing has to read 25 million of them to show it. */
import * as v from 'valibot'

export interface RatingSummary {
  /** [10] how many ratings of 0.5, 1, ... 5 stars */
  stars: number[]
  /** Milliseconds since 1970 of the first and last rating with a plausible time; 0, 0 when there is none. */
  firstRatingAt: number
  lastRatingAt: number
  timeline: Timeline
}

/** Months with ratings, ascending, as months since January 1970 (UTC), and how many ratings each has. Implausible times are left out. */
export interface Timeline {
  month: number[]
  ratings: number[]
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const ratingSummarySchema: v.GenericSchema<unknown, RatingSummary> = v.object({
  stars: v.pipe(v.array(count), v.length(10)),
  firstRatingAt: v.number(),
  lastRatingAt: v.number(),
  timeline: v.object({ month: v.array(count), ratings: v.array(count) }),
})

const secondsPerDay = 86_400
/** A product is faster than a division; half a second is far more than what it rounds away, so that midnight stays where it is. */
const daysPerSecond = 1 / secondsPerDay
/** 2^32 seconds. */
const days = Math.ceil(2 ** 32 / secondsPerDay)

export class RatingStatistics {
  /** Seconds since 1970: the last time that is plausible. */
  readonly #now: number
  readonly #stars = new Uint32Array(11)
  readonly #perDay = new Uint32Array(days)
  #first = Infinity
  #last = 0
  /** [movies so far, 2] how many ratings, and the sum of stars times two: side by side, so that one look finds both */
  #perMovie = new Uint32Array(1 << 17)

  constructor(nowMilliseconds: number) {
    this.#now = nowMilliseconds / 1000
  }

  add(item: Uint32Array, rating2: Uint8Array, time: Uint32Array): void {
    this.#makeRoom(item)
    const stars = this.#stars
    const perDay = this.#perDay
    const perMovie = this.#perMovie
    const now = this.#now
    let first = this.#first
    let last = this.#last
    let day = 0
    let ofDay = 0
    for (let r = 0; r < item.length; r++) {
      const at = item[r]! << 1
      const rating = rating2[r]!
      const t = time[r]!
      stars[rating]!++
      perMovie[at]!++
      perMovie[at + 1]! += rating
      if (t === 0 || t > now) continue
      const its = ((t + 0.5) * daysPerSecond) | 0
      if (its === day)
        ofDay++ // people rate many movies on a day
      else {
        perDay[day]! += ofDay
        day = its
        ofDay = 1
      }
      if (t < first) first = t
      if (t > last) last = t
    }
    perDay[day]! += ofDay
    this.#first = first
    this.#last = last
  }

  clear(): void {
    for (const counts of [this.#stars, this.#perDay, this.#perMovie]) counts.fill(0)
    this.#first = Infinity
    this.#last = 0
  }

  /** @param newIndex [movies] where each movie moves to; a permutation */
  renumberMovies(newIndex: Uint32Array): void {
    const moved = new Uint32Array(2 * newIndex.length)
    newIndex.forEach((to, from) => moved.set(this.#perMovie.subarray(2 * from, 2 * from + 2), 2 * to))
    this.#perMovie = moved
  }

  /** [movies] how many ratings each movie has, and the sum of their stars times two. */
  perMovie(movies: number): { ratings: Uint32Array; sum2: Uint32Array } {
    const every = (offset: number): Uint32Array =>
      Uint32Array.from({ length: movies }, (_, m) => this.#perMovie[2 * m + offset] ?? 0)
    return { ratings: every(0), sum2: every(1) }
  }

  summary(): RatingSummary {
    const plausible = this.#last > 0
    return {
      stars: Array.from(this.#stars.subarray(1)),
      firstRatingAt: plausible ? this.#first * 1000 : 0,
      lastRatingAt: this.#last * 1000,
      timeline: byMonth(this.#perDay),
    }
  }

  #makeRoom(item: Uint32Array): void {
    let movies = 0
    for (let r = 0; r < item.length; r++) if (item[r]! >= movies) movies = item[r]! + 1
    if (2 * movies <= this.#perMovie.length) return
    const grown = new Uint32Array(Math.max(2 * movies, 2 * this.#perMovie.length))
    grown.set(this.#perMovie)
    this.#perMovie = grown
  }
}

/** Days since 1970 into months since January 1970. */
function byMonth(perDay: Uint32Array): Timeline {
  const timeline: Timeline = { month: [], ratings: [] }
  for (let day = 0; day < perDay.length; day++) {
    if (perDay[day] === 0) continue
    const date = new Date(day * secondsPerDay * 1000)
    const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
    const at = timeline.month.length - 1
    if (timeline.month[at] === month) timeline.ratings[at]! += perDay[day]!
    else {
      timeline.month.push(month)
      timeline.ratings.push(perDay[day]!)
    }
  }
  return timeline
}

/** What the cells of a rating table mean: ids, ratings on any scale, times in seconds, milliseconds or as ISO 8601 dates. */

/** 2^32 - 1 marks an absent id in the columns. */
const maxId = 0xfffffffe
const maxWord = 0xffffffff

/** A whole number that can be an id as it is; '007' is a name, since '7' would be another. Null: it can not. */
export function plainId(text: string): number | null {
  if (!/^(0|[1-9]\d{0,9})$/.test(text)) return null
  const id = Number(text)
  return id <= maxId ? id : null
}

/**
 * Ids of one column: whole numbers stay as they are, any other text gets a number of its own by first appearance. A column that begins
 * with a text is numbered from 1; where texts turn up among numbers they are numbered from 2^31 on, past any number that is taken.
 */
export class IdNumbers {
  readonly #byText = new Map<string, number>()
  /** Whole numbers met so far that a text must not get. */
  readonly #taken = new Set<number>()
  readonly #given = new Set<number>()
  #next: number | null = null
  #lowest = 2 ** 31

  /** The id, and whether the text got its number just now. */
  of(text: string): { id: number; named: boolean } {
    const plain = plainId(text)
    this.#next ??= plain === null ? (this.#lowest = 1) : this.#lowest
    if (plain !== null && !this.#given.has(plain)) {
      if (plain >= this.#lowest) this.#taken.add(plain)
      return { id: plain, named: false }
    }
    const known = this.#byText.get(text)
    if (known !== undefined) return { id: known, named: false }
    let id = this.#next
    while (this.#taken.has(id)) id++
    this.#next = id + 1
    this.#byText.set(ownCopy(text), id)
    this.#given.add(id)
    return { id, named: true }
  }
}

/** The text in memory of its own: a piece cut out of a file's text would keep that whole text alive. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString()
}

/** A number as people write it: no exponent, no NaN; a decimal comma where a comma is not the separator. Null: it is none. */
export function decimal(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return /^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null
}

export type Stars = { rating2: number; rounded: boolean; broken: null } | { broken: string }

/** Ratings have few values: each is read once. The texts of a hostile table may all differ, so only so many are kept. */
const keptRatings = 1000

/** Reads the ratings of one column. @param highest the rating that means five stars */
export class Ratings {
  readonly #highest: number
  readonly #known = new Map<string, Stars>()

  constructor(highest: number) {
    this.#highest = highest
  }

  of(text: string): Stars {
    const known = this.#known.get(text)
    if (known) return known
    const stars = halfStars(text, this.#highest)
    if (this.#known.size < keptRatings) this.#known.set(ownCopy(text), stars)
    return stars
  }
}

/** @param highest the rating that means five stars; the result is 1..10 half stars */
export function halfStars(text: string, highest: number): Stars {
  const value = decimal(text)
  if (value === null) return { broken: 'wrong type: the rating is not a number' }
  if (value <= 0 || value > highest) return { broken: `rating outside the scale: above 0 up to ${highest}` }
  const exact = (value / highest) * 10
  const rating2 = Math.max(1, Math.round(exact))
  return { rating2, rounded: Math.abs(exact - rating2) > 1e-6, broken: null }
}

export type TimeUnit = 'seconds' | 'milliseconds' | 'dates'
export type Time = { seconds: number; unit: TimeUnit; broken: null } | { broken: string }

const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|UTC|[+-]\d\d:?\d\d)?)?$/

/** Seconds since 1970. A number above 2^32 can only be milliseconds; a date without a zone is UTC. */
export function timeOf(text: string): Time {
  const date = text[4] === '-' ? iso.exec(text) : null
  if (date) {
    const [, day = '', clock = '00:00', zone = 'Z'] = date
    return inRange(Date.parse(`${day}T${clock}${zone === 'UTC' ? 'Z' : zone}`) / 1000, 'dates')
  }
  const value = decimal(text)
  if (value === null)
    return { broken: 'wrong type: the timestamp is neither seconds, milliseconds nor an ISO 8601 date' }
  return value > maxWord ? inRange(value / 1000, 'milliseconds') : inRange(value, 'seconds')
}

function inRange(seconds: number, unit: TimeUnit): Time {
  if (!(seconds >= 0 && seconds <= maxWord)) return { broken: 'timestamp outside 1970 to 2106' }
  return { seconds: Math.floor(seconds), unit, broken: null }
}

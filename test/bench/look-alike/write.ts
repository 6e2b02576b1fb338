/** Writes a look-alike of MovieLens 25M in its own format: ratings.csv, movies.csv, links.csv and tags.csv, by user and movie id. Seeded. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../../src-main/learning/random.ts'
import { activity, Alias, movieIds, popularity } from './shape.ts'
import type { LookAlikeSize } from './sizes.ts'
import { csvField, Text } from './text.ts'

const firstRating = 789_652_009
const lastRating = 1_574_327_703
/** From then on half stars could be given. */
const halfStars = 1_045_526_400

/** @param folder made when absent */
export function writeLookAlike(folder: string, size: LookAlikeSize, seed: number): void {
  mkdirSync(folder, { recursive: true })
  const stream = (name: string): Random => Random.stream(seed, `look-alike/${name}`)
  const ids = movieIds(size, stream('ids'))
  const weights = popularity(size, stream('popularity'))
  writeMovies(folder, ids, stream('movies'))
  writeRatings(folder, ids, weights, activity(size, stream('activity')), stream('ratings'))
  writeTags(folder, ids, weights, size, stream('tags'))
}

function writeMovies(folder: string, ids: Uint32Array, random: Random): void {
  const text = new Text(random)
  const movies = new Lines(join(folder, 'movies.csv'), 'movieId,title,genres')
  const links = new Lines(join(folder, 'links.csv'), 'movieId,imdbId,tmdbId')
  for (const id of ids) {
    movies.add(`${id},${csvField(text.title())},${text.genres()}`)
    const imdb = String(1 + Math.floor(random.next() * 9e6)).padStart(7, '0')
    links.add(`${id},${imdb},${random.next() < 0.002 ? '' : 1 + Math.floor(random.next() * 6e5)}`)
  }
  movies.end()
  links.end()
}

function writeRatings(
  folder: string,
  ids: Uint32Array,
  weights: Float64Array,
  counts: Uint32Array,
  random: Random,
): void {
  const out = new Lines(join(folder, 'ratings.csv'), 'userId,movieId,rating,timestamp')
  const popular = new Alias(weights)
  const quality = Float64Array.from(ids, () => random.normal() * 0.45)
  const rated = weights.reduce<number[]>((found, w, m) => (w > 0 && found.push(m), found), [])
  const seenBy = new Uint32Array(ids.length)
  for (const [u, n] of counts.entries()) {
    const user = u + 1
    const movies = new Uint32Array(n)
    for (let k = 0, tries = 0; k < n; tries++) {
      // a very busy user has seen what is popular: the rest comes from the whole catalogue
      const m = tries < n * 40 + 1000 ? popular.draw(random) : rated[Math.floor(random.next() * rated.length)]!
      if (seenBy[m] === user) continue
      seenBy[m] = user
      movies[k++] = m
    }
    movies.sort()
    const mildness = random.normal() * 0.4
    const spread = 0.6 + random.next() * 0.7
    const joined = firstRating + Math.floor(random.next() * (lastRating - firstRating))
    const sessions = Math.max(1, Math.floor(n / 90))
    const starts = Array.from({ length: sessions }, (_, s) => joined + Math.floor(s * random.next() * 4e6))
    for (const m of movies) {
      const stars = 3.6 + mildness + quality[m]! + random.normal() * spread
      const step = joined > halfStars ? 0.5 : 1
      const rating = Math.min(5, Math.max(step, Math.round(stars / step) * step))
      const time = starts[Math.floor(random.next() * sessions)]! + Math.floor(random.next() * n * 6)
      out.add(`${user},${ids[m]},${rating.toFixed(1)},${Math.min(lastRating, time)}`)
    }
  }
  out.end()
}

function writeTags(folder: string, ids: Uint32Array, weights: Float64Array, size: LookAlikeSize, random: Random): void {
  const out = new Lines(join(folder, 'tags.csv'), 'userId,movieId,tag,timestamp')
  const text = new Text(random)
  const vocabulary = Array.from({ length: 12_000 }, () => csvField(text.tag()))
  const popular = new Alias(weights)
  const taggers = Array.from({ length: size.taggers }, () => 1 + Math.floor(random.next() * size.users)).sort(
    (a, b) => a - b,
  )
  let left = size.tags
  for (const [t, user] of taggers.entries()) {
    const mean = (left / (taggers.length - t)) * 0.28
    const n = t === taggers.length - 1 ? left : Math.min(left, 1 + Math.floor(Math.exp(random.normal() * 1.6) * mean))
    left -= n
    for (let k = 0; k < n; k++) {
      const tag = vocabulary[Math.floor(random.next() ** 2.5 * vocabulary.length)]!
      out.add(`${user},${ids[popular.draw(random)]},${tag},${1.14e9 + Math.floor(random.next() * 4.3e8)}`)
    }
  }
  out.end()
}

/** A text file, written a few megabytes at a time. */
class Lines {
  readonly #file: number
  #waiting: string[] = []
  #length = 0

  constructor(path: string, header: string) {
    this.#file = openSync(path, 'w')
    this.add(header)
  }

  add(line: string): void {
    this.#waiting.push(line)
    this.#length += line.length
    if (this.#length > 1 << 22) this.#flush()
  }

  end(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#waiting.length > 0) writeSync(this.#file, `${this.#waiting.join('\n')}\n`)
    this.#waiting = []
    this.#length = 0
  }
}

/** The statistics a look-alike shares with MovieLens 25M: how sparse ids are, how popular movies, how busy users. Pure and seeded. */
import type { Random } from '../../../src-main/learning/random.ts'
import type { LookAlikeSize } from './sizes.ts'

/** Movie ids, ascending: nearly dense at first, sparse later, as in the real files. @returns [movies] */
export function movieIds({ movies, largestMovieId }: LookAlikeSize, random: Random): Uint32Array {
  const ids = new Uint32Array(movies)
  let placed = 0
  for (let id = 1; id <= largestMovieId && placed < movies; id++) {
    const left = movies - placed
    const chance = id < movies * 0.13 ? 0.95 : left / (largestMovieId - id + 1)
    if (random.next() < chance) ids[placed++] = id
  }
  return ids
}

/** (rank, ratings) pairs between which the popularity of MovieLens 25M is close to a straight line on log axes. */
const anchors: [rank: number, ratings: number][] = [
  [1, 81_500],
  [100, 36_000],
  [1000, 6500],
  [3790, 1000],
  [10_326, 100],
  [24_330, 10],
  [46_000, 2],
  [59_047, 1.1],
]

/** How likely each movie is to be rated next, without scale; 0 for those nobody rates. @returns [movies] */
export function popularity({ movies, ratedMovies }: LookAlikeSize, random: Random): Float64Array {
  // low ids are old and well known, so they tend to be popular, with much disorder
  const byRank = Uint32Array.from({ length: movies }, (_, m) => m)
  for (let m = 0; m < movies; m++) {
    const other = Math.min(movies - 1, m + Math.floor(random.next() * random.next() * movies * 0.5))
    const swapped = byRank[m]!
    byRank[m] = byRank[other]!
    byRank[other] = swapped
  }
  const last = anchors.at(-1)?.[0] ?? 1
  const weights = new Float64Array(movies)
  for (let rank = 0; rank < ratedMovies; rank++) {
    const place = 1 + (rank / ratedMovies) * (last - 1)
    weights[byRank[rank]!] = onLine(place)
  }
  return weights
}

function onLine(rank: number): number {
  const after = Math.max(
    1,
    anchors.findIndex(([r]) => r >= rank),
  )
  const [r0, n0] = anchors[after - 1]!
  const [r1, n1] = anchors[after]!
  const share = (Math.log(rank) - Math.log(r0)) / (Math.log(r1) - Math.log(r0))
  return n0 * (n1 / n0) ** share
}

/** Ratings of each user: 20 and a log-normal rest, one user with the most; the sum is exact. @returns [users] */
export function activity({ users, ratings, mostByUser }: LookAlikeSize, random: Random): Uint32Array {
  const least = 20
  const rest = Float64Array.from({ length: users }, () => Math.exp(random.normal() * 1.42))
  const scale = (ratings - least * users) / rest.reduce((a, b) => a + b, 0)
  const counts = Uint32Array.from(rest, (x) => Math.min(mostByUser, least + Math.floor(x * scale)))
  const busiest = Math.floor(users * 0.446)
  let missing = ratings - counts.reduce((a, b) => a + b, 0)
  const extra = Math.min(missing, mostByUser - counts[busiest]!)
  counts[busiest]! += extra
  missing -= extra
  for (let u = 0; missing > 0; u = (u + 1) % users) {
    if (counts[u]! >= mostByUser) continue
    counts[u]!++
    missing--
  }
  return counts
}

/** Draws indices with the given weights in constant time (Walker 1977, in Vose's form). */
export class Alias {
  readonly #chance: Float64Array
  readonly #other: Uint32Array

  constructor(weights: Float64Array) {
    const n = weights.length
    const total = weights.reduce((a, b) => a + b, 0)
    this.#chance = weights.map((w) => (w * n) / total)
    this.#other = Uint32Array.from({ length: n }, (_, i) => i)
    const small: number[] = []
    const large: number[] = []
    this.#chance.forEach((p, i) => (p < 1 ? small : large).push(i))
    const filled = new Float64Array(n).fill(1)
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!
      const more = large.pop()!
      filled[less] = this.#chance[less]!
      this.#other[less] = more
      this.#chance[more]! -= 1 - this.#chance[less]!
      ;(this.#chance[more]! < 1 ? small : large).push(more)
    }
    this.#chance = filled
  }

  draw(random: Random): number {
    const i = Math.floor(random.next() * this.#chance.length)
    return random.next() < this.#chance[i]! ? i : this.#other[i]!
  }
}

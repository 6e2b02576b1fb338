/** Who watched what, when, and how many stars they gave: the sample's ratings from its hidden truth. */
import { Random } from '../../learning/random.ts'
import type { SampleMovie } from './movies.ts'
import { affinity, drawTastes, type TasteStrengths } from './tastes.ts'

export interface HistoryOptions extends TasteStrengths {
  /** Spread of the movies' log popularity: the long tail. */
  popularity: number
  /** Ratings of a user in the domain they live in, and in the one they visit: mean of each. */
  home: number
  visited: number
  /** When in their lives (0..1) movers enter the other domain, and when they leave the first. */
  arrival: number
  departure: number
  /** Share of users who live in both domains alike. */
  balanced: number
  /** Standard deviation of the noise of a rating, stars. */
  noise: number
}

/** The figures behind them are in docs of ../sample.ts; test/bench/sample-signal.ts measures what they lead to. */
export const historyDefaults: HistoryOptions = {
  topic: 1.5,
  look: 1.3,
  hidden: 0.7,
  shared: { topic: 0.85, look: 0.85, hidden: 0.5 },
  popularity: 0.9,
  home: 75,
  visited: 18,
  arrival: 0.84,
  departure: 0.92,
  balanced: 0.35,
  noise: 0.45,
}

/** One row a rating, ordered by user, then time. */
export interface SampleRatings {
  /** [n] 0..users-1 */
  user: Uint32Array
  /** [n] index into the movies */
  movie: Uint32Array
  /** [n] 0.5..5 in half stars */
  stars: Float32Array
  /** [n] seconds since 1970 */
  time: Uint32Array
}

const firstDay = Date.UTC(2012, 0, 1) / 1000
const day = 86_400

export function inventHistories(
  users: number,
  movies: SampleMovie[],
  seed: number,
  options: HistoryOptions = historyDefaults,
): SampleRatings {
  const random = Random.stream(seed, 'sample histories')
  const rows: { user: number[]; movie: number[]; stars: number[]; time: number[] } = {
    user: [],
    movie: [],
    stars: [],
    time: [],
  }
  for (let user = 0; user < users; user++) {
    const watched = watch(random, movies, options)
    let time = firstDay + Math.floor(random.next() * 7 * 365 * day)
    let left = 0
    for (const { movie, stars } of watched) {
      if (left-- <= 0) {
        left = 3 + random.integer(12) // a session; the next one follows days or weeks later
        time += Math.floor((1 + 20 * random.next() ** 2) * day)
      }
      time += 15 + random.integer(90)
      rows.user.push(user)
      rows.movie.push(movie)
      rows.stars.push(stars)
      rows.time.push(time)
    }
  }
  return {
    user: Uint32Array.from(rows.user),
    movie: Uint32Array.from(rows.movie),
    stars: Float32Array.from(rows.stars),
    time: Uint32Array.from(rows.time),
  }
}

interface Watched {
  movie: number
  stars: number
  /** Position in the user's life, about 0..1; only the order counts. */
  when: number
}

/** One user's movies in the order they were watched. */
function watch(random: Random, movies: SampleMovie[], o: HistoryOptions): Watched[] {
  const tastes = drawTastes(random, o)
  const drift = drawTastes(random, o)
  const life = random.next()
  const home = random.next() < 0.5 ? 'A' : 'B'
  const balanced = life < o.balanced
  const generosity = 0.3 * random.normal()
  const out: Watched[] = []
  for (const domain of ['A', 'B'] as const) {
    const visiting = !balanced && domain !== home
    const mean = balanced ? (o.home + o.visited) / 2 : visiting ? o.visited : o.home
    const count = Math.max(5, Math.round(mean * Math.exp(0.35 * random.normal())))
    const chosen = chooseByTaste(
      random,
      movies,
      domain,
      count,
      (movie) => affinity(tastes[domain], movie, o) + o.popularity * movie.popularity,
    )
    const likings = chosen.map((movie) => affinity(tastes[domain], movies[movie]!, o))
    const usual = likings.reduce((sum, x) => sum + x, 0) / likings.length
    chosen.forEach((movie, i) => {
      const known = movies[movie]!
      const raw = 3.6 + generosity + 0.3 * known.quality + 0.45 * (likings[i]! - usual) + o.noise * random.normal()
      // A mover leaves the first domain for the other late in life; within a domain tastes drift a little.
      const [from, to] = balanced ? [0, 1] : domain === home ? [0, o.departure] : [o.arrival, 1]
      const drifted = 0.04 * affinity(drift[domain], known, o)
      out.push({
        movie,
        stars: Math.max(0.5, Math.min(5, Math.round(raw * 2) / 2)),
        when: from + (to - from) * (random.next() + drifted),
      })
    })
  }
  return out.sort((a, b) => a.when - b.when || a.movie - b.movie)
}

/** `count` movies of a domain, drawn one after the other without return with probability proportional to exp(utility) (Gumbel top-k). */
function chooseByTaste(
  random: Random,
  movies: SampleMovie[],
  domain: 'A' | 'B',
  count: number,
  utility: (movie: SampleMovie) => number,
): number[] {
  const keys: { movie: number; key: number }[] = []
  movies.forEach((movie, i) => {
    if (movie.domain !== domain) return
    const gumbel = -Math.log(-Math.log(random.next() * (1 - 2e-10) + 1e-10))
    keys.push({ movie: i, key: utility(movie) + gumbel })
  })
  return keys
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ movie }) => movie)
}

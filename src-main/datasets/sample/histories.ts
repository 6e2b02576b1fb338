/** Who watched what, when, and how many stars they gave: the sample's ratings from its hidden truth. */
import { Random } from '../../learning/random.ts'
import type { SampleMovie } from './movies.ts'
import { affinity, blend, drawTastes, type TasteStrengths } from './tastes.ts'

export interface HistoryOptions extends TasteStrengths {
  /** Spread of the movies' log popularity: the long tail. */
  popularity: number
  /** Share of a taste's variance that lasts one phase of life only; phases are the same in both domains. */
  passing: number
  /** Ratings of a user, median. */
  ratings: number
  /** Share of users who live in both domains, in turns; the others move from one to the other once. */
  alternating: number
  /** Mean length of a turn, ratings. */
  turn: number
  /** When in their lives (0..1) the others move at the earliest. */
  move: number
  /** Standard deviation of the noise of a rating, stars. */
  noise: number
}

/** The figures behind them are in docs of ../sample.ts; test/bench/sample-signal.ts measures what they lead to. */
export const historyDefaults: HistoryOptions = {
  topic: 1.7,
  look: 1.5,
  hidden: 0.6,
  shared: { topic: 0.85, look: 0.85, hidden: 0.5 },
  popularity: 1.1,
  passing: 0.75,
  ratings: 90,
  alternating: 0.6,
  turn: 8,
  move: 0.25,
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
}

/** One user's movies in the order they were watched. */
function watch(random: Random, movies: SampleMovie[], o: HistoryOptions): Watched[] {
  const lasting = drawTastes(random, o)
  const generosity = 0.3 * random.normal()
  const domains = drawDomains(random, o)
  const seen = new Set<number>()
  const out: Watched[] = []
  for (const { from, to } of drawPhases(random, domains.length)) {
    const passing = drawTastes(random, o)
    const phase = domains.slice(from, to)
    const chosen: Record<'A' | 'B', Watched[]> = { A: [], B: [] }
    for (const domain of ['A', 'B'] as const) {
      const taste = blend(lasting[domain], passing[domain], o.passing)
      const liking = (movie: SampleMovie): number => affinity(taste, movie, o)
      const count = phase.filter((d) => d === domain).length
      const picked = random.shuffle(
        chooseByTaste(random, movies, domain, count, seen, (movie) => liking(movie) + o.popularity * movie.popularity),
      )
      const likings = picked.map((i) => liking(movies[i]!))
      const usual = likings.reduce((sum, x) => sum + x, 0) / likings.length
      picked.forEach((i, at) => {
        const merit = 0.3 * movies[i]!.quality + 0.45 * (likings[at]! - usual)
        const raw = 3.6 + generosity + merit + o.noise * random.normal()
        seen.add(i)
        chosen[domain].push({ movie: i, stars: Math.max(0.5, Math.min(5, Math.round(raw * 2) / 2)) })
      })
    }
    for (const domain of phase) {
      const next = chosen[domain].pop()
      if (next) out.push(next)
    }
  }
  return out
}

/** The domain of each of a user's ratings, in order: in turns of some length, or first one domain and later in life the other. */
function drawDomains(random: Random, o: HistoryOptions): ('A' | 'B')[] {
  const count = Math.max(20, Math.round(o.ratings * Math.exp(0.35 * random.normal())))
  let [now, other] = random.next() < 0.5 ? (['A', 'B'] as const) : (['B', 'A'] as const)
  const alternating = random.next() < o.alternating
  // Moves come at all times, more often late, so that the first steps in a domain are seen in training as well as in testing.
  const move = Math.round(count * (o.move + (0.95 - o.move) * Math.sqrt(random.next())))
  return Array.from({ length: count }, (_, i) => {
    if (alternating ? random.next() < 1 / o.turn : i === move) [now, other] = [other, now]
    return now
  })
}

/** Phases of about 15 to 35 ratings; the last one is never short. */
function drawPhases(random: Random, count: number): { from: number; to: number }[] {
  const phases: { from: number; to: number }[] = []
  for (let to = count; to > 0;) {
    const length = 15 + random.integer(21)
    const from = to - length < 10 ? 0 : to - length
    phases.unshift({ from, to })
    to = from
  }
  return phases
}

/** `count` movies of a domain, drawn one after the other without return with probability proportional to exp(utility) (Gumbel top-k). */
function chooseByTaste(
  random: Random,
  movies: SampleMovie[],
  domain: 'A' | 'B',
  count: number,
  seen: Set<number>,
  utility: (movie: SampleMovie) => number,
): number[] {
  const keys: { movie: number; key: number }[] = []
  movies.forEach((movie, i) => {
    if (movie.domain !== domain || seen.has(i)) return
    const gumbel = -Math.log(-Math.log(random.next() * (1 - 2e-10) + 1e-10))
    keys.push({ movie: i, key: utility(movie) + gumbel })
  })
  return keys
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ movie }) => movie)
}

/** Who watched what, when, and how many stars they gave: the sample's ratings from its hidden truth. */
import { Random } from '../../learning/random.ts'
import { calendarYears, firstSecond, type SampleMovie } from './movies.ts'
import { affinity, blend, drawTastes, type Taste, type TasteStrengths } from './tastes.ts'

export interface HistoryOptions extends TasteStrengths {
  /** Spread of the movies' log popularity: the long tail. */
  popularity: number
  /** What a premiere adds to a movie's utility, and in how many years that falls to a third. */
  fresh: number
  fading: number
  /** Share of a taste's variance that lasts one phase of life only; phases are the same in both domains. */
  passing: number
  /** Ratings of a user, median. */
  ratings: number
  /** Share of users who live in both domains, in turns; the others move from one to the other once. */
  alternating: number
  /** Mean length of a turn, ratings. */
  turn: number
  /** Share of the moves that come in the last eighth of a user's ratings. */
  late: number
  /** Standard deviation of the noise of a rating, stars. */
  noise: number
}

/**
 * Chosen by trial for the purposes named in ../sample.ts. Weaker tastes leave every model near popularity (420 users are few), and
 * `late` below a half or `shared` below 0.85 lets the effect of the other domain sink into the noise.
 */
export const historyDefaults: HistoryOptions = {
  topic: 2.8,
  look: 2.5,
  hidden: 0.4,
  shared: { topic: 0.9, look: 0.9, hidden: 0.5 },
  popularity: 1,
  fresh: 2,
  fading: 0.4,
  passing: 0.2,
  ratings: 95,
  alternating: 0.15,
  turn: 6,
  late: 0.7,
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

const year = 365.25 * 86_400

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
  for (let user = 0; user < users; user++)
    for (const { movie, stars, time } of live(random, movies, options)) {
      rows.user.push(user)
      rows.movie.push(movie)
      rows.stars.push(stars)
      rows.time.push(time)
    }
  return {
    user: Uint32Array.from(rows.user),
    movie: Uint32Array.from(rows.movie),
    stars: Float32Array.from(rows.stars),
    time: Uint32Array.from(rows.time),
  }
}

interface Rating {
  movie: number
  stars: number
  time: number
}

/** One user's ratings in the order they were given. */
function live(random: Random, movies: SampleMovie[], o: HistoryOptions): Rating[] {
  const lasting = drawTastes(random, o)
  const generosity = 0.3 * random.normal()
  const domains = drawDomains(random, o)
  const begun = 0.8 * random.next()
  const years = (calendarYears - begun) * (0.85 + 0.15 * random.next())
  const seen = new Set<number>()
  const out: Rating[] = []
  let time = 0
  for (const { from, to } of drawPhases(random, domains.length)) {
    const passing = drawTastes(random, o)
    const [start, end] = [from, to].map((i) => begun + (years * i) / domains.length) as [number, number]
    const watched: Record<'A' | 'B', Watched[]> = { A: [], B: [] }
    for (const domain of ['A', 'B'] as const) {
      const taste = blend(lasting[domain], passing[domain], o.passing)
      const count = domains.slice(from, to).filter((d) => d === domain).length
      watched[domain] = watch(random, movies, domain, count, start, taste, seen, o)
    }
    let left = 0
    for (let i = from; i < to; i++) {
      const next = watched[domains[i]!].pop()
      if (!next) continue
      // Sessions of three to fourteen ratings, a minute or so between them; the next session days later.
      if (left-- <= 0) {
        left = 2 + random.integer(12)
        const now = start + ((end - start) * (i - from)) / (to - from)
        time = Math.max(time + 3600, Math.floor(firstSecond + (now + 0.01 * random.next()) * year))
      }
      time += 15 + random.integer(90)
      const raw = 3.6 + generosity + next.merit + o.noise * random.normal()
      out.push({ movie: next.movie, stars: Math.max(0.5, Math.min(5, Math.round(raw * 2) / 2)), time })
    }
  }
  return out
}

interface Watched {
  movie: number
  /** What taste and quality add to the stars. */
  merit: number
}

/** `count` movies that are out at the time, in random order. @param now years since the calendar's start */
function watch(
  random: Random,
  movies: SampleMovie[],
  domain: 'A' | 'B',
  count: number,
  now: number,
  taste: Taste,
  seen: Set<number>,
  o: HistoryOptions,
): Watched[] {
  const liking = (movie: SampleMovie): number => affinity(taste, movie, o)
  const fresh = (movie: SampleMovie): number => o.fresh * Math.exp((movie.released - now) / o.fading)
  const open = movies.flatMap((movie, i) =>
    movie.domain === domain && movie.released <= now && !seen.has(i) ? [i] : [],
  )
  const picked = random.shuffle(
    drawWithout(random, open, count, (i) => {
      const movie = movies[i]!
      return liking(movie) + o.popularity * movie.popularity + fresh(movie)
    }),
  )
  const likings = picked.map((i) => liking(movies[i]!))
  const usual = likings.reduce((sum, x) => sum + x, 0) / likings.length
  return picked.map((movie, at) => {
    seen.add(movie)
    return { movie, merit: 0.3 * movies[movie]!.quality + 0.45 * (likings[at]! - usual) }
  })
}

/** The domain of each of a user's ratings, in order: in turns of some length, or first one domain and later in life the other. */
function drawDomains(random: Random, o: HistoryOptions): ('A' | 'B')[] {
  const count = Math.max(20, Math.round(o.ratings * Math.exp(0.35 * random.normal())))
  let [now, other] = random.next() < 0.5 ? (['A', 'B'] as const) : (['B', 'A'] as const)
  const alternating = random.next() < o.alternating
  // Early moves teach a model what the first steps in a new domain look like; late ones leave only the old domain to tell the taste.
  const share = random.next() < o.late ? 0.87 + 0.07 * random.next() : 0.2 + 0.67 * random.next()
  const move = Math.round(count * share)
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

/** `count` of the items, drawn one after the other without return with probability proportional to exp(utility) (Gumbel top-k). */
function drawWithout(random: Random, items: number[], count: number, utility: (item: number) => number): number[] {
  return items
    .map((item) => ({ item, key: utility(item) - Math.log(-Math.log(random.next() * (1 - 2e-10) + 1e-10)) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ item }) => item)
}

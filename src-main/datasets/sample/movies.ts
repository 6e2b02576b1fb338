/** The sample's movies: what is seen of them (title, plot, genres, look) and what is hidden (see truth in ../sample.ts). */
import { Random } from '../../learning/random.ts'
import { genresA, genresB, type Genre } from './genres.ts'
import { looks } from './looks.ts'
import { topics } from './topics.ts'
import { inventPlot, inventTitle } from './words.ts'

/** The ratings are given in the four years from here. */
export const firstSecond: number = Date.UTC(2015, 0, 1) / 1000
export const calendarYears = 4
/** Share of the movies that come out during those years; the others are older. */
const newReleases = 0.55

/** Components of the idiosyncratic block: known only through who rated what. */
export const hiddenDim = 4

export interface SampleMovie {
  movieId: number
  title: string
  year: number
  domain: 'A' | 'B'
  genres: Genre[]
  /** Indices into `topics`; the plot speaks of both, mainly of the first. */
  topic: number
  second: number
  /** Years after `firstSecond` when it comes out; at most 0 for the older ones. */
  released: number
  /** Index into `looks`. */
  look: number
  /** [hiddenDim] standard normal */
  hidden: Float64Array
  /** Log of how often it is watched by someone indifferent to it. */
  popularity: number
  /** Standard normal: how well it is made; it moves ratings, not choices. */
  quality: number
  plot: string
}

export function inventMovies(count: number, seed: number): SampleMovie[] {
  const random = Random.stream(seed, 'sample movies')
  const words = Random.stream(seed, 'sample words') // a stream of its own: other words leave the hidden truth as it is
  const titles = new Set<string>()
  return Array.from({ length: count }, (_, i) => {
    const domain = random.next() < 0.5 ? 'A' : 'B'
    const genres = drawGenres(random, domain)
    const topic = random.integer(topics.length)
    const second = (topic + 1 + random.integer(topics.length - 1)) % topics.length
    const [main, other] = [topics[topic]!, topics[second]!]
    let title = inventTitle(words, main, other)
    while (titles.has(title)) title = inventTitle(words, main, other)
    titles.add(title)
    const isNew = random.next() < newReleases
    const released = isNew ? calendarYears * 0.97 * random.next() : -Math.floor(40 * random.next() ** 2)
    return {
      movieId: i + 1,
      title,
      year: isNew ? 2015 + Math.floor(released) : 2014 + released,
      released,
      domain,
      genres,
      topic,
      second,
      look: random.integer(looks.length),
      hidden: Float64Array.from({ length: hiddenDim }, () => random.normal()),
      popularity: random.normal(),
      quality: random.normal(),
      plot: inventPlot(words, main, other, genres),
    }
  })
}

/** One or two genres of the domain; a third of the movies with two have one of the other domain as well, which never decides. */
function drawGenres(random: Random, domain: 'A' | 'B'): Genre[] {
  const own = domain === 'A' ? genresA : genresB
  const first = weighted(random, own)
  const genres = [first]
  if (random.next() < 0.6) {
    const rest = own.filter((genre) => genre !== first)
    genres.push(weighted(random, rest))
    if (random.next() < 0.33) genres.push(weighted(random, domain === 'A' ? genresB : genresA))
  }
  return genres.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function weighted(random: Random, genres: Genre[]): Genre {
  let left = random.next() * genres.reduce((sum, genre) => sum + genre.weight, 0)
  for (const genre of genres) if ((left -= genre.weight) < 0) return genre
  return genres[0]!
}
